import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const SAMPLER = fileURLToPath(new URL("./process-sampler.mjs", import.meta.url));

/** A command line or an environment that some process of the machine had for a moment. */
export interface Seen {
  where: "cmdline" | "environ";
  /** True for processes of containers, which have an environment that was asked for. */
  inContainer: boolean;
  /** Its words or variables, NUL between them. */
  text: string;
}

/** Watches the machine's process list, as somebody would who runs `ps` all the time. */
export class ProcessList {
  private constructor(
    readonly file: string,
    readonly child: ChildProcess,
  ) {}

  /** `file`: where it keeps what it saw; readable by this user only. */
  static async watch(file: string): Promise<ProcessList> {
    const child = spawn(process.execPath, [SAMPLER, file], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout!, "data");
    return new ProcessList(file, child);
  }

  /** Everything different that was seen. */
  async stop(): Promise<Seen[]> {
    if (this.child.exitCode === null) {
      this.child.kill("SIGTERM");
      await once(this.child, "exit");
    }
    return readFileSync(this.file, "utf8")
      .split("\n")
      .map((line) => JSON.parse(line));
  }
}
