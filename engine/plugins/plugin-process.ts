import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { EngineError } from "../errors.js";

export interface PluginLaunch {
  /** What messages call it, `pulumi-resource-cloud`. */
  label: string;
  command: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Milliseconds that it may take to tell its port; default one minute. */
  startTimeout?: number;
  /** What it prints, but for the port. */
  onLine: (stream: "stdout" | "stderr", line: string) => void;
}

const START_TIMEOUT = 60_000;
/** How much of what it printed last an error tells, in lines. */
const TAIL = 20;

/**
 * What a plugin is started by: it leaves a watcher behind that reads a pipe which ends when the engine does, however that comes about,
 * and becomes the plugin. A plugin whose engine was killed is interrupted, and killed two seconds later.
 */
const GUARD = `(while read -r _ <&3; do :; done; kill -INT -$$; sleep 2; kill -KILL -$$) </dev/null >/dev/null 2>&1 &
exec "$@" 3<&-`;

/** Those that run, to be killed when this process exits. */
const running = new Set<PluginProcess>();

/** A plugin's process, with all that it starts. It lives in a process group of its own: a Ctrl-C in the terminal is the engine's to answer. */
export class PluginProcess {
  readonly #child: ChildProcess;
  readonly #tail: string[] = [];
  readonly #closed: Promise<void>;
  #end: string | undefined;
  /** The port that it serves on. Rejects with an EngineError if it does not come so far. */
  readonly port: Promise<number>;

  constructor(private readonly launch: PluginLaunch) {
    const { command, args, cwd, env } = launch;
    this.#child = spawn("/bin/sh", ["-c", GUARD, "plugin", command, ...args], {
      cwd,
      env,
      // Its stdin stays open for as long as it may live.
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      detached: true,
    });
    if (running.size === 0) process.on("exit", killAll);
    running.add(this);
    for (const stream of this.#child.stdio) stream?.on("error", () => undefined);
    this.#closed = new Promise((resolve) => {
      const gone = (how: string) => {
        if (this.#end !== undefined) return;
        this.#end = how;
        running.delete(this);
        if (running.size === 0) process.off("exit", killAll);
        // What it started, and the watcher, go with it.
        this.#kill("SIGKILL", true);
        this.#child.stdin?.destroy();
        this.#child.stdio[3]?.destroy();
        resolve();
      };
      this.#child.once("error", (error) => gone(`could not be started: ${error.message}`));
      // Once all that it printed was read, or shortly after its end if something still holds its output.
      this.#child.once("close", (code, signal) => gone(howEnded(code, signal)));
      this.#child.once("exit", (code, signal) => setTimeout(() => gone(howEnded(code, signal)), 500).unref());
    });
    this.port = this.#readPort();
    this.port.catch(() => undefined);
  }

  get label(): string {
    return this.launch.label;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** How it ended, `exited with code 3`; undefined while it runs. */
  get end(): string | undefined {
    return this.#end;
  }

  /** Resolves when it is gone. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** What it printed last, indented, on lines of its own; "" if nothing. */
  get lastWords(): string {
    return this.#tail.map((line) => `\n  ${line}`).join("");
  }

  #readPort(): Promise<number> {
    const { label, onLine, startTimeout = START_TIMEOUT } = this.launch;
    return new Promise((resolve, reject) => {
      const refuse = (what: string) => {
        clearTimeout(timer);
        reject(new EngineError(`the plugin ${label} ${what}${this.lastWords}`, undefined, 1));
        this.#kill("SIGKILL");
      };
      const timer = setTimeout(
        () => refuse(`did not say on which port it serves within ${startTimeout / 1000} seconds`),
        startTimeout,
      );
      let told = false;
      const read = (stream: "stdout" | "stderr") =>
        createInterface({ input: this.#child[stream] as NodeJS.ReadableStream }).on("line", (line) => {
          if (stream === "stdout" && !told) {
            told = true;
            const port = Number(line.trim());
            if (!Number.isInteger(port) || port < 1 || port > 65_535)
              return refuse(`printed ${JSON.stringify(line.slice(0, 200))} where its port belongs`);
            clearTimeout(timer);
            return resolve(port);
          }
          this.#tail.push(line);
          if (this.#tail.length > TAIL) this.#tail.shift();
          onLine(stream, line);
        });
      read("stdout");
      read("stderr");
      void this.#closed.then(() => refuse(`${this.#end} before it told its port`));
    });
  }

  /** Ends it: interrupted first, killed after `grace` milliseconds. Resolves when it is gone. */
  async stop(grace = 5_000): Promise<void> {
    if (this.#end !== undefined) return;
    this.#kill("SIGINT");
    const timer = setTimeout(() => this.#kill("SIGKILL"), grace);
    await this.#closed;
    clearTimeout(timer);
  }

  #kill(signal: NodeJS.Signals, ended = false): void {
    const { pid } = this.#child;
    if (pid === undefined || (this.#end !== undefined && !ended)) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // All of it ended in between.
    }
  }

  /** At once, while this process exits. */
  kill(): void {
    this.#kill("SIGKILL");
  }
}

function killAll(): void {
  for (const plugin of running) plugin.kill();
}

function howEnded(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
}
