import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { HostBundle } from "../../../templates/hosts/bundle.js";
import { noSshd, Sshd, type SshdOptions } from "../../engine/transport/sshd.js";

const PUT = fileURLToPath(new URL("../../../templates/hosts/put.mjs", import.meta.url));

/** What these tests lack on this machine; undefined if nothing. */
export const noHost =
  noSshd ?? (process.getuid?.() === 0 ? undefined : "files of a host are root's, and this is not root");

export interface Delivered {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** This computer as a host that is reached by ssh, with a folder of its own for files and a stack name that nothing else has. */
export class Host {
  readonly stack = `test-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  readonly folder = mkdtempSync(join(tmpdir(), "fleet-host-"));

  private constructor(readonly sshd: Sshd) {}

  static async start(options?: SshdOptions): Promise<Host> {
    return new Host(await Sshd.start(options));
  }

  get env(): NodeJS.ProcessEnv {
    const { sshd } = this;
    return { ...sshd.env, FLEET_HOST: sshd.url, FLEET_SSH_OPTIONS: JSON.stringify(sshd.options) };
  }

  get record(): string {
    return `/var/lib/fleet/${this.stack}/box.json`;
  }

  /** A path below this host's folder. */
  at(path: string): string {
    return join(this.folder, path);
  }

  bundle(files: HostBundle["files"], more: Partial<HostBundle> = {}): HostBundle {
    const placed = Object.entries(files).map(([path, file]) => [this.at(path), file]);
    return {
      owner: { stack: this.stack, entry: "box" },
      files: Object.fromEntries(placed),
      checks: [],
      afterwards: [],
      ...more,
    };
  }

  /** Starts a delivery. */
  begin(bundle: HostBundle | HostBundle[], env: NodeJS.ProcessEnv = {}, ...args: string[]) {
    const child = spawn(process.execPath, [PUT, ...args], {
      cwd: this.sshd.folder,
      env: { ...this.env, ...env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => (stdout += data));
    child.stderr.on("data", (data) => (stderr += data));
    child.stdin.end(JSON.stringify(bundle));
    const done = new Promise<Delivered>((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
    return { child, done };
  }

  /** Delivers, and gives the lines that were printed, without this host's folder. */
  async put(bundle: HostBundle | HostBundle[], env: NodeJS.ProcessEnv = {}, ...args: string[]): Promise<string[]> {
    const { code, stdout, stderr } = await this.begin(bundle, env, ...args).done;
    if (code !== 0) throw new Error(stderr.trim());
    return stdout.replaceAll(`${this.folder}/`, "").trim().split("\n");
  }

  async stop(): Promise<void> {
    await this.sshd.stop();
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(`/var/lib/fleet/${this.stack}`, { recursive: true, force: true });
  }
}
