import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Checkpoint, checkpointFile, readCheckpoint } from "./checkpoint.js";
import { DockerProxy, type KillPoint } from "./docker-proxy.js";
import { processesWith, untilGone } from "./processes.js";

const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
const WRITE_HOOK = new URL("./kill-at-write.mjs", import.meta.url).href;
/** Milliseconds until nothing of a killed run may be left: a command gets 5 s to end, and the machine may be busy. */
const GONE_WITHIN = 15_000;

/** Right before or after which checkpoint is put in place the engine is killed. */
export interface WritePoint {
  /** `creating docker:index/network:Network net`: what must be pending in it. Undefined: any. */
  pending?: string;
  /** How often it must have a resource, `docker:index/volume:Volume kept`: 2 when the replaced one waits for its deletion. */
  copies?: { of: string; count: number };
  /** The how manieth such checkpoint; default the first. */
  nth?: number;
  write: "before" | "after";
}

export interface Ended {
  /** Null if a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Both streams. */
  output: string;
}

/** A Pulumi project in a folder of its own with a state of its own, driven through `./fleet` as a user does. */
export class FleetProject {
  #folder: string | undefined;
  #proxy: DockerProxy | undefined;

  /** `program`: a folder that is copied; undefined: the repository's own program. */
  constructor(
    private readonly name: string,
    private readonly program?: URL,
  ) {}

  /** Made when it is first asked for: a suite whose tests are all skipped leaves nothing. */
  get folder(): string {
    this.#folder ??= this.#make();
    return this.#folder;
  }

  #make(): string {
    const { name, program } = this;
    const folder = mkdtempSync(join(tmpdir(), "fleet-e2e-kill-"));
    if (program !== undefined) cpSync(fileURLToPath(program), folder, { recursive: true });
    for (const name of program ? ["node_modules"] : ["node_modules", "package.json", "index.ts"])
      symlinkSync(join(REPOSITORY, name), join(folder, name));
    const runtime = { name: "nodejs", options: { typescript: false, nodeargs: program ? "" : "--import tsx" } };
    const main = program ? "index.cjs" : "index.ts";
    writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify({ name, runtime, main, stackConfigDir: "stacks" }));
    for (const name of ["stacks", "state", "home"]) mkdirSync(join(folder, name));
    return folder;
  }

  /** Writes the stack file: what is declared. Keys with their namespace. */
  declare(stack: string, config: Record<string, unknown>): void {
    writeFileSync(join(this.folder, "stacks", `Pulumi.${stack}.yaml`), JSON.stringify({ config }, undefined, 2));
  }

  checkpoint(stack: string): Checkpoint {
    return readCheckpoint(this.#file(stack));
  }

  /** Runs `./fleet <args>` to its end. */
  async fleet(...args: string[]): Promise<Ended> {
    return this.#start(args, {}).ended;
  }

  /** Runs `./fleet <args>` until a request to the daemon kills it; fails if it ends before. Resolves when nothing of it is left. */
  async killedAtRequest(point: KillPoint, ...args: string[]): Promise<void> {
    this.#proxy ??= await DockerProxy.start();
    const proxy = this.#proxy;
    proxy.arm(point);
    const run = this.#start(args, { DOCKER_HOST: proxy.url });
    if (run.child.pid !== undefined) proxy.aimAt(run.child.pid);
    await this.#mustBeKilled(run, () => proxy.requests.join("\n"));
  }

  /** The same for the moment around a checkpoint's write. */
  async killedAtWrite(point: WritePoint, stack: string, ...args: string[]): Promise<void> {
    const ended = await this.killedAtWriteIfAny(point, stack, ...args);
    if (ended) throw new Error(`it ended with code ${ended.code} and wrote no such checkpoint:\n${ended.output}`);
  }

  /** {@link killedAtWrite}, or how it ended if it wrote no such checkpoint. */
  async killedAtWriteIfAny(point: WritePoint, stack: string, ...args: string[]): Promise<Ended | undefined> {
    const { write: when, ...rest } = point;
    const run = this.#start(args, {
      NODE_OPTIONS: `--import=${WRITE_HOOK}`,
      FLEET_E2E_KILL_AT_WRITE: JSON.stringify({ ...rest, when, file: this.#file(stack) }),
    });
    const ended = await run.ended;
    if (ended.signal !== "SIGKILL") return ended;
    await untilGone(run.mark, GONE_WITHIN);
    return undefined;
  }

  /** Runs `./fleet <args>` until a process of it has `program` in its command line, and kills it then. */
  async killedDuring(program: string, ...args: string[]): Promise<void> {
    const run = this.#start(args, {});
    let watching = true;
    const watch = (async () => {
      while (watching && !processesWith(run.mark).some((line) => line.includes(program))) await sleep(20);
      run.child.kill("SIGKILL");
    })();
    run.ended.finally(() => {
      watching = false;
    });
    await this.#mustBeKilled(run, () => `${program} was not run`);
    await watch;
  }

  async close(): Promise<void> {
    this.#proxy?.close();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  #file(stack: string): string {
    return checkpointFile(join(this.folder, "state"), this.name, stack);
  }

  async #mustBeKilled(run: Run, seen: () => string): Promise<void> {
    const { signal, code, output } = await run.ended;
    if (signal !== "SIGKILL") throw new Error(`it ended by itself with code ${code}:\n${output}\n${seen()}`);
    await untilGone(run.mark, GONE_WITHIN);
  }

  #start(args: string[], env: Record<string, string>): Run {
    const mark = `FLEET_E2E_RUN=${randomUUID()}`;
    const child = spawn(join(REPOSITORY, "fleet"), args, {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH,
        TMPDIR: tmpdir(),
        HOME: join(this.folder, "home"),
        XDG_CONFIG_HOME: join(this.folder, "home"),
        PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        NO_COLOR: "1",
        FLEET_E2E_RUN: mark.slice(mark.indexOf("=") + 1),
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve({ code, signal, output }));
    });
    return { child, ended, mark };
  }
}

interface Run {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** `NAME=value` in the environment of all its processes. */
  mark: string;
}
