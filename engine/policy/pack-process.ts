import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { childEnvironment } from "../child-environment.js";
import type { EngineEvent } from "../events.js";
import type { PackProject } from "./pack-project.js";

/** How long a pack that was told to stop may take, in milliseconds. It has nothing to finish. */
const STOP_GRACE = 1_000;

export interface PackLaunch {
  project: string;
  stack: string;
  preview: boolean;
  /** `ns:name` to text, secrets in clear. */
  config: Record<string, string>;
  onEvent: (event: EngineEvent) => void;
}

/** A policy pack in a process of its own. It ends with this one, however that ends. */
export class PackProcess {
  readonly #child: ChildProcess;
  /** Where it listens, from its first line; rejects with what it printed instead. */
  readonly port: Promise<number>;
  /** How it ended, in words: `exited with code 1`. */
  readonly ended: Promise<string>;
  #gone = false;

  constructor({ dir, runner, typescript }: PackProject, launch: PackLaunch) {
    const preload = fileURLToPath(new URL("../deploy/program/program-preload.cjs", import.meta.url));
    // The engine's address comes first by contract. The Node runner drops it: its packs call nobody.
    const args = ["--require", preload, runner, "127.0.0.1:0", dir];
    this.#child = spawn(process.execPath, args, {
      cwd: dir,
      env: environment(launch, typescript),
      // The fourth is the config, as it may hold secrets; the fifth ends when this process does.
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
      // A Ctrl-C in the terminal is the engine's to answer.
      detached: true,
    });
    const kill = () => this.#signal("SIGKILL");
    process.once("exit", kill);
    this.ended = new Promise((resolve) => {
      const end = (how: string) => {
        this.#gone = true;
        process.off("exit", kill);
        resolve(how);
      };
      this.#child.once("error", (error) => end(`could not be started: ${error.message}`));
      this.#child.once("close", (code, signal) => end(signal ? `was ended by ${signal}` : `exited with code ${code}`));
    });
    this.port = this.#read(launch.onEvent);
    this.port.catch(() => undefined);
    for (const index of [3, 4]) this.#child.stdio[index]?.on("error", () => undefined);
    (this.#child.stdio[3] as NodeJS.WritableStream).end(
      JSON.stringify({ PULUMI_CONFIG: JSON.stringify(launch.config) }),
    );
  }

  #read(onEvent: PackLaunch["onEvent"]): Promise<number> {
    const { stdout, stderr } = this.#child;
    createInterface({ input: stderr! }).on("line", (line) => onEvent({ kind: "output", stream: "stderr", line }));
    let first = true;
    return new Promise((resolve, reject) => {
      createInterface({ input: stdout! }).on("line", (line) => {
        if (!first) return onEvent({ kind: "output", stream: "stdout", line });
        first = false;
        if (/^\d{1,5}$/.test(line.trim())) resolve(Number(line));
        else reject(new Error(`printed ${JSON.stringify(line)} where its port was expected`));
      });
      void this.ended.then((how) => reject(new Error(`${how} before it was ready`)));
    });
  }

  /** Ends it. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#signal("SIGINT");
    const timer = setTimeout(() => this.#signal("SIGKILL"), STOP_GRACE);
    await this.ended;
    clearTimeout(timer);
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#gone || this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // It ended in between.
    }
  }
}

/** As Pulumi's Node language host sets it for a pack. */
function environment({ project, stack, preview }: PackLaunch, typescript: boolean): NodeJS.ProcessEnv {
  return {
    ...childEnvironment(process.env),
    PULUMI_NODEJS_TYPESCRIPT: String(typescript),
    PULUMI_NODEJS_ORGANIZATION: "organization",
    PULUMI_NODEJS_PROJECT: project,
    PULUMI_NODEJS_STACK: stack,
    PULUMI_NODEJS_DRY_RUN: String(preview),
    PULUMI_HERMETIC_CONFIG_FD: "3",
    PULUMI_HERMETIC_LIFELINE_FD: "4",
  };
}
