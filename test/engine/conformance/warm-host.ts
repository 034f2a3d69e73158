import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { ProgramExit, ProgramHost, ProgramLaunch, RunningProgram } from "../../../engine/program-host.js";

const CHILD = resolve("test/engine/conformance/warm-child.cjs");
const MARK = "--- the program ended ---";
/** How long a program that was told to stop may take to come to its end, in milliseconds. */
const GRACE = 2_000;

/**
 * Runs programs one after the other in a process that keeps the SDK loaded: a start takes milliseconds instead of seconds. The programs
 * speak gRPC with the engine all the same. A process that a program broke or ended is followed by a new one.
 */
export class WarmHost implements ProgramHost {
  #child: ChildProcess | undefined;

  async start(launch: ProgramLaunch): Promise<RunningProgram> {
    const child = this.#warm();
    const address = await launch.address();
    const lines = (["stdout", "stderr"] as const).map((stream) => forward(child, stream, launch));
    const exit = new Promise<ProgramExit>((done) => {
      const end = async (ended: ProgramExit) => {
        child.off("message", told);
        child.off("exit", died);
        await Promise.race([Promise.all(lines), new Promise((late) => setTimeout(late, 1_000).unref())]);
        done(ended);
      };
      const told = (message: unknown) => void end({ code: (message as { code: number }).code, signal: null });
      const died = (code: number | null, signal: NodeJS.Signals | null) => {
        if (this.#child === child) this.#child = undefined;
        void end({ code, signal });
      };
      child.once("message", told);
      child.once("exit", died);
    });
    child.send({ folder: launch.project.programDir, env: environment(launch, address), mark: MARK });
    let running = true;
    void exit.then(() => {
      running = false;
    });
    return {
      exit,
      stop: async () => {
        if (!running) return;
        const timer = setTimeout(() => child.kill("SIGKILL"), GRACE);
        await exit;
        clearTimeout(timer);
      },
    };
  }

  close(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  #warm(): ChildProcess {
    if (this.#child !== undefined) return this.#child;
    const sdk = dirname(createRequire(join(resolve("."), "noop.js")).resolve("@pulumi/pulumi/package.json"));
    const child = fork(CHILD, [sdk], { stdio: ["ignore", "pipe", "pipe", "ipc"], execArgv: [] });
    // The test's process ends without waiting for it, and it ends with the test's process, when the channel closes.
    child.unref();
    child.channel?.unref();
    for (const stream of [child.stdout, child.stderr]) (stream as unknown as { unref?: () => void } | null)?.unref?.();
    this.#child = child;
    return child;
  }
}

/** Hands on what is printed until the mark. */
function forward(child: ChildProcess, stream: "stdout" | "stderr", { onEvent }: ProgramLaunch): Promise<void> {
  return new Promise((done) => {
    const lines = createInterface({ input: child[stream] as NodeJS.ReadableStream });
    let blank = false;
    lines.on("line", (line) => {
      if (line === MARK) return lines.close();
      if (blank) onEvent({ kind: "output", stream, line: "" });
      blank = line === "";
      if (!blank) onEvent({ kind: "output", stream, line });
    });
    lines.once("close", done);
  });
}

/** What `@pulumi/pulumi/cmd/run` has in its environment once it has read its flags. */
function environment(launch: ProgramLaunch, address: string): Record<string, string> {
  const { project, stack, preview, parallel, config, secretKeys } = launch;
  const old = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(":", ":config:"), value]));
  return {
    ...launch.env,
    PULUMI_NODEJS_ORGANIZATION: "organization",
    PULUMI_NODEJS_PROJECT: project.name,
    PULUMI_NODEJS_ROOT_DIRECTORY: project.root,
    PULUMI_NODEJS_STACK: stack,
    PULUMI_NODEJS_DRY_RUN: String(preview),
    PULUMI_NODEJS_PARALLEL: String(parallel),
    PULUMI_NODEJS_MONITOR: address,
    PULUMI_NODEJS_ENGINE: address,
    PULUMI_CONFIG: JSON.stringify(old),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretKeys),
  };
}
