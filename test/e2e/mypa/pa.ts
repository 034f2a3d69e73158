import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { noSshd, Sshd } from "../../engine/transport/sshd.js";
import { docker, inspect, removeStackObjects } from "../support/daemon.js";
import type { FleetResult } from "../support/fleet.js";
import { freePorts, ProjectCopy, succeeded } from "../support/project.js";

/** What these tests lack on this machine; undefined if nothing. */
export const noPaHost =
  noSshd ?? (process.getuid?.() === 0 ? undefined : "files of a host are root's, and this is not root");

/** Images with a real OpenClaw, made of packages; that of 2026.9.6 is the local stack's. */
const OPENCLAW = {
  "2026.2.22": { entry: "openclaw-old" },
  "2026.9.6": { entry: "openclaw" },
} as const;
export type OpenClawVersion = keyof typeof OPENCLAW;

export const imageOf = (version: OpenClawVersion) => ({
  [OPENCLAW[version].entry]: {
    build: {
      debian: { suite: "bookworm", packages: ["ca-certificates", "git", "curl", "procps", "jq"] },
      node: "24.16.0",
      npm: { openclaw: version },
    },
  },
});

const KEYS: Record<string, string> = { claude: "anthropic", brave: "brave", openai: "openai" };

/** One PA on this computer, which is reached by ssh as a droplet is, from a clone of its own. */
export class Pa {
  readonly stack = `pa-${random().slice(0, 6)}`;
  readonly name = `ada-${random().slice(0, 6)}`;
  readonly container = `pa-${this.name}`;
  readonly root = mkdtempSync(join(tmpdir(), "fleet-pa-"));
  readonly folder = join(this.root, this.container);
  readonly project = new ProjectCopy();
  /** As vendors' keys look, and one with what a file of variables might take for its own. */
  readonly secrets = { claude: `sk-ant-${random()}`, brave: `bsa-${random()}`, openai: `sk-${random()}'"#$HOME` };

  private constructor(
    readonly version: OpenClawVersion,
    readonly sshd: Sshd,
    readonly port: number,
  ) {}

  static async start(version: OpenClawVersion): Promise<Pa> {
    const [port] = await freePorts(1);
    const pa = new Pa(version, await Sshd.start(), port!);
    pa.#declare();
    for (const [name, value] of Object.entries(pa.secrets)) await pa.setSecret(name, value);
    return pa;
  }

  #declare(): void {
    this.project.declare(this.stack, {
      machines: { droplet: { on: "existing", docker: this.sshd.url, hostKey: this.sshd.hostKey } },
      images: imageOf(this.version),
      agents: {
        [this.name]: {
          machine: "droplet",
          runtime: "pa",
          image: OPENCLAW[this.version].entry,
          port: this.port,
          root: this.root,
          command: ["openclaw", "gateway", "run"],
          browser: false,
          keys: Object.fromEntries(Object.keys(this.secrets).map((name) => [KEYS[name], { secret: name }])),
        },
      },
      secrets: Object.fromEntries(Object.keys(this.secrets).map((name) => [name, "to be set"])),
    });
  }

  /** Changes a setting of the PA in the stack file; undefined takes it out. */
  set(path: string[], value: unknown): void {
    const at = ["config", "fleet:agents", this.name, ...path];
    this.project.editStack(this.stack, (document) => {
      if (value === undefined) document.deleteIn(at);
      else document.setIn(at, value);
    });
  }

  async setSecret(name: string, value: string): Promise<void> {
    succeeded(await this.project.run(["secret", "set", this.stack, name], { input: value, env: this.env }));
  }

  get env() {
    return { SSH_AUTH_SOCK: this.sshd.agentSocket };
  }

  run(...args: string[]): Promise<FleetResult> {
    return this.project.run(args, { env: this.env });
  }

  async fleet(...args: string[]): Promise<string> {
    return succeeded(await this.run(...args)).stdout;
  }

  up(...args: string[]): Promise<string> {
    return this.fleet("up", this.stack, "--yes", ...args);
  }

  async token(): Promise<string> {
    const shown = await this.fleet("outputs", this.stack, "tokens", "--show-secrets", "--json");
    return JSON.parse(shown)[this.name];
  }

  /** Asks the gateway for its sessions. */
  async call(token: string): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/tools/invoke`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ tool: "sessions_list", args: {} }),
    });
    return { status: answer.status, body: await answer.json().catch(() => undefined) };
  }

  /** Runs a line of shell in the container, as the PA itself does. */
  inside(line: string): { status: number | null; said: string } {
    const { status, stdout, stderr } = spawnSync("docker", ["exec", this.container, "sh", "-c", line], {
      encoding: "utf8",
    });
    return { status, said: `${stdout}${stderr}`.trim() };
  }

  /** What tells whether the container was made anew, or restarted. */
  facts(): { id: string; startedAt: string } {
    const { Id, State } = inspect("container", this.container);
    return { id: Id, startedAt: State.StartedAt };
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  config() {
    return JSON.parse(this.read("data/openclaw.json"));
  }

  /** `<type> <mode> <uid>:<gid>` of a file or folder. */
  place(path: string): string {
    const info = statSync(join(this.folder, path));
    return `${info.isDirectory() ? "folder" : "file"} ${(info.mode & 0o777).toString(8)} ${info.uid}:${info.gid}`;
  }

  /** Waits until something is so; a gateway takes its time. */
  async until(what: () => boolean | Promise<boolean>, seconds = 120): Promise<void> {
    for (let tries = 0; tries < seconds * 2; tries++) {
      if (await Promise.resolve(what()).catch(() => false)) return;
      await sleep(500);
    }
    throw new Error(`not so after ${seconds} s: ${what}\n${docker("logs", "--tail", "40", this.container)}`);
  }

  async close(): Promise<void> {
    removeStackObjects(this.stack);
    await this.project.close();
    await this.sshd.stop();
    rmSync(this.root, { recursive: true, force: true });
    rmSync(`/var/lib/fleet/${this.stack}`, { recursive: true, force: true });
  }
}

function random(): string {
  return randomBytes(8).toString("hex");
}
