import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { childEnvironment } from "../../child-environment.js";
import { EngineError } from "../../errors.js";
import type { EngineEvent } from "../../events.js";
import type {
  PreparedProgram,
  ProgramExit,
  ProgramHost,
  ProgramLaunch,
  ProgramSetup,
  RunningProgram,
} from "../../program-host.js";

/** Tells the preloaded script the file descriptor of a pipe that only ends when this process does. */
const LIFELINE = "PULUMI_HERMETIC_LIFELINE_FD";
/** How long a program that was told to stop may take, in milliseconds. */
const STOP_GRACE = 5_000;

/** Runs each program in a child process of its own, as Pulumi's Node language host does. */
export const childProcessHost: ProgramHost = {
  start: (launch) => new ChildProgram(launch).start(launch),
  prepare: (setup) => {
    try {
      return new ChildProgram(setup);
    } catch {
      return undefined;
    }
  },
};

/** A process that loads the SDK and then waits for what it is to run; see program-main.cjs. */
class ChildProgram implements PreparedProgram, RunningProgram {
  readonly #child: ChildProcess;
  readonly exit: Promise<ProgramExit>;
  #exited = false;
  #started = false;
  /** What it printed before its start: nodeargs can bring a process down before that. */
  readonly #early: EngineEvent[] = [];
  #onEvent = (event: EngineEvent): void => void this.#early.push(event);

  /** Throws EngineError if the program's folder has no SDK. */
  constructor(setup: ProgramSetup) {
    const { project, stack } = setup;
    const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
    const args = [
      ...project.runtimeOptions.nodeargs,
      // In its short form: the long one turns off the ES module mode of the SDK with a recent ts-node.
      "-r",
      script("./program-preload.cjs"),
      script("./program-main.cjs"),
      findRunner(project.programDir),
      ...flags({
        organization: "organization",
        project: project.name,
        "root-directory": project.root,
        stack,
        pwd: project.programDir,
      }),
    ];
    // A process group of its own: a Ctrl-C in the terminal is the engine's to answer, which finishes what is in flight.
    this.#child = spawn(process.execPath, args, {
      cwd: project.root,
      env: environment(setup),
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
      detached: true,
    });
    const kill = () => this.#signal("SIGKILL");
    process.once("exit", kill);
    const readers = (["stdout", "stderr"] as const).map((stream) => {
      const lines = createInterface({ input: this.#child[stream] as NodeJS.ReadableStream });
      lines.on("line", (line) => this.#onEvent({ kind: "output", stream, line }));
      return new Promise<void>((resolve) => lines.once("close", resolve));
    });
    this.exit = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("exit", async (code, signal) => {
        this.#exited = true;
        process.off("exit", kill);
        await Promise.race([Promise.all(readers), new Promise((done) => setTimeout(done, 1_000))]);
        resolve({ code, signal });
      });
    });
    // Told to whoever starts it.
    this.exit.catch(() => undefined);
    // The program may end before it has read its pipes: its exit says why.
    for (const pipe of [3, 4]) this.#child.stdio[pipe]?.on("error", () => undefined);
  }

  async start(launch: ProgramLaunch): Promise<RunningProgram> {
    const address = await launch.address().catch(async (error: unknown) => {
      await this.stop();
      throw error;
    });
    this.#started = true;
    this.#onEvent = launch.onEvent;
    this.#early.splice(0).forEach(launch.onEvent);
    const { project, parallel, preview } = launch;
    const args = [
      ...flags({ monitor: address, engine: address, parallel: String(parallel) }),
      ...(preview ? ["--dry-run"] : []),
      project.entry,
    ];
    // The config, with its secrets, goes through the pipe too: an environment is shown by `ps e` and /proc/<pid>/environ.
    (this.#child.stdio[3] as Writable).end(JSON.stringify({ args, env: configEnvironment(launch) }));
    return this;
  }

  /** Ends the program: politely, then for good. Resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.#exited) return;
    // What it waits for; a signal that nodeargs have taken for themselves does not reach it meanwhile.
    if (!this.#started) (this.#child.stdio[3] as Writable).destroy();
    this.#signal("SIGINT");
    const timer = setTimeout(() => this.#signal("SIGKILL"), STOP_GRACE);
    await this.exit.catch(() => undefined);
    clearTimeout(timer);
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#exited || this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // It ended in between.
    }
  }
}

function findRunner(programDir: string): string {
  try {
    return createRequire(join(programDir, "noop.js")).resolve("@pulumi/pulumi/cmd/run");
  } catch {
    const installed = existsSync(join(programDir, "node_modules"));
    const problem = installed
      ? "the package @pulumi/pulumi is not installed"
      : "the npm packages of the program are not installed";
    throw new EngineError(`${programDir}: ${problem}`, "run `npm install` in that folder");
  }
}

/** Of the SDK's main script. */
function flags(values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([flag, value]) => [`--${flag}`, value]);
}

function environment({ project, env: extra }: ProgramSetup): NodeJS.ProcessEnv {
  const env = childEnvironment({ ...process.env, ...extra });
  env[LIFELINE] = "4";
  const { typescript, tsconfig } = project.runtimeOptions;
  if (typescript) env.PULUMI_NODEJS_TYPESCRIPT = "true";
  if (tsconfig !== undefined) env.PULUMI_NODEJS_TSCONFIG_PATH = tsconfig;
  return env;
}

/** The SDK reads its config from these variables; config keys are in their old spelling, secret keys in the new one. */
function configEnvironment(options: ProgramLaunch): Record<string, string> {
  const config = Object.fromEntries(
    Object.entries(options.config).map(([key, value]) => [key.replace(":", ":config:"), value]),
  );
  return { PULUMI_CONFIG: JSON.stringify(config), PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(options.secretKeys) };
}
