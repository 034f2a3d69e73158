import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** How a `./fleet` process ended. */
export interface FleetResult {
  args: string[];
  /** Exit code; null if a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface FleetOptions {
  /** Variables besides those of the project; undefined takes one out. */
  env?: Record<string, string | undefined>;
  /** What it reads from standard input; default nothing. */
  input?: string;
  /** User and group to run as, by number. */
  uid?: number;
  gid?: number;
}

/** A running `./fleet` process. */
export class FleetProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<FleetResult>;
  #stdout = "";
  #stderr = "";

  constructor(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv, options: FleetOptions = {}) {
    const { input = "", uid, gid } = options;
    // A process group of its own, as a shell gives it: a signal to it reaches what a Ctrl-C would.
    this.child = spawn(command, args, { cwd, env, uid, gid, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.#stdout += text));
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    this.child.stdin?.on("error", () => {}); // It may end without having read it.
    this.child.stdin?.end(input);
    this.ended = once(this.child, "close").then(([code, signal]) => ({
      args,
      code,
      signal,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
    this.ended.catch(() => {});
  }

  get output(): string {
    return this.#stdout + this.#stderr;
  }

  /** Sends a signal to the process and all that it started, as the terminal does for Ctrl-C. */
  signalGroup(signal: NodeJS.Signals): void {
    if (this.child.exitCode === null && this.child.signalCode === null) process.kill(-this.child.pid!, signal);
  }

  /** Resolves once `condition` holds. Fails if the process ends or `seconds` pass before. */
  async until(what: string, condition: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
    const end = Date.now() + seconds * 1000;
    while (!(await condition())) {
      const { exitCode, signalCode } = this.child;
      if (exitCode !== null || signalCode !== null) {
        throw new Error(`it ended (${exitCode ?? signalCode}) before ${what}:\n${this.output}`);
      }
      if (Date.now() > end) throw new Error(`${seconds} s passed before ${what}:\n${this.output}`);
      await sleep(20);
    }
  }
}
