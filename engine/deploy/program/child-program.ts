import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { EngineError } from "../../errors.js";
import { childEnvironment } from "../../loopback.js";
import type { ProgramExit, ProgramHost, ProgramLaunch, RunningProgram } from "../../program-host.js";

/** Tells the preloaded script which file descriptor the config comes from; see program-preload.cjs. */
const CONFIG_PIPE = "PULUMI_HERMETIC_CONFIG_FD";
/** The same for a pipe that only ends when this process does. */
const LIFELINE = "PULUMI_HERMETIC_LIFELINE_FD";
/** How long a program that was told to stop may take, in milliseconds. */
const STOP_GRACE = 5_000;

/** Runs each program in a child process of its own, as Pulumi's Node language host does. */
export const childProcessHost: ProgramHost = {
  start: async (launch) => new ChildProgram(launch, await launch.address()),
};

class ChildProgram implements RunningProgram {
  readonly #child: ChildProcess;
  readonly exit: Promise<ProgramExit>;
  #exited = false;

  /** `address`: `host:port` of the server that is both resource monitor and engine. */
  constructor(options: ProgramLaunch, address: string) {
    const { project } = options;
    const runner = findRunner(project.programDir);
    const flags = {
      monitor: address,
      engine: address,
      organization: "organization",
      project: project.name,
      "root-directory": project.root,
      stack: options.stack,
      pwd: project.programDir,
      parallel: String(options.parallel),
    };
    const args = [
      ...project.runtimeOptions.nodeargs,
      // In its short form: the long one turns off the ES module mode of the SDK with a recent ts-node.
      "-r",
      fileURLToPath(new URL("./program-preload.cjs", import.meta.url)),
      runner,
      ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]),
      ...(options.preview ? ["--dry-run"] : []),
      project.entry,
    ];
    // A process group of its own: a Ctrl-C in the terminal is the engine's to answer, which finishes what is in flight.
    this.#child = spawn(process.execPath, args, {
      cwd: project.root,
      env: environment(options),
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
      detached: true,
    });
    const kill = () => this.#signal("SIGKILL");
    process.once("exit", kill);
    const readers = (["stdout", "stderr"] as const).map((stream) => {
      const lines = createInterface({ input: this.#child[stream] as NodeJS.ReadableStream });
      lines.on("line", (line) => options.onEvent({ kind: "output", stream, line }));
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
    const pipe = this.#child.stdio[3] as NodeJS.WritableStream;
    pipe.on("error", () => undefined); // The program ended before it read its config: its exit says why.
    pipe.end(JSON.stringify(configEnvironment(options)));
    (this.#child.stdio[4] as NodeJS.ReadableStream).on("error", () => undefined);
  }

  /** Ends the program: politely, then for good. Resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.#exited) return;
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

function environment(options: ProgramLaunch): NodeJS.ProcessEnv {
  const env = childEnvironment({ ...process.env, ...options.env });
  env[CONFIG_PIPE] = "3";
  env[LIFELINE] = "4";
  const { typescript, tsconfig } = options.project.runtimeOptions;
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
