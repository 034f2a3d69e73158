import { spawnSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProjectCopy } from "../support/project.js";

/** A server on which claws live. */
export interface ClawServer {
  /** Its entry in `fleet:machines`. */
  machine: Record<string, unknown>;
  /** Environment of `./fleet`, besides the project's: how it gets in. */
  env: Record<string, string>;
  /** Runs the docker command against its daemon, and gives what it prints; fails if that does. */
  docker(...args: string[]): string;
  close(): Promise<void>;
}

/** This machine's own Docker. */
export function localServer(): ClawServer {
  return {
    machine: { on: "docker" },
    env: {},
    docker(...args) {
      const { status, stdout, stderr } = spawnSync("docker", args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
      if (status !== 0) throw new Error(`docker ${args.join(" ")}: ${stderr}`);
      return stdout.trim();
    },
    close: async () => {},
  };
}

/** The claws' image: its folder in a project, which is changed as its authors would. */
export class ClawImage {
  private readonly folder: string;

  constructor(
    readonly project: ProjectCopy,
    private readonly server: ClawServer,
    /** As seen from the project's folder. */
    readonly context: string,
    readonly tag: string,
  ) {
    this.folder = join(project.folder, context);
    cpSync(join(project.folder, "examples/claw-standin"), this.folder, { recursive: true });
  }

  /** The next release. */
  release(version: string): void {
    writeFileSync(join(this.folder, "core-version"), `${version}\n`);
    cpSync(join(this.project.folder, "examples/claw-standin/claw.mjs"), join(this.folder, "claw.mjs"));
  }

  /** A release that never answers. */
  releaseBroken(): void {
    writeFileSync(join(this.folder, "claw.mjs"), "setInterval(() => {}, 1000);\n");
  }

  /** Gives the tag to another image, on the server and past the fleet, as a build by hand would. */
  moveByHand(mark: string): void {
    const { docker } = this.server;
    const container = docker("create", this.tag);
    docker("commit", "--change", `LABEL by-hand=${mark}`, container, this.tag);
    docker("rm", container);
  }
}
