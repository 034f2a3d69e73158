import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./wait.js";

/** A user's ssh key, made for a test, in an ssh-agent of its own: nothing of this computer's user is touched. */
export class SshIdentity {
  readonly #folder = mkdtempSync(join(tmpdir(), "fleet-ssh-"));
  /** For SSH_AUTH_SOCK. */
  readonly agentSocket = join(this.#folder, "agent");
  #agent: ChildProcess | undefined;

  static async make(): Promise<SshIdentity> {
    const identity = new SshIdentity();
    const key = join(identity.#folder, "id");
    makeKey(key);
    identity.#agent = spawn("ssh-agent", ["-D", "-a", identity.agentSocket], { stdio: "ignore" });
    const env = { ...process.env, SSH_AUTH_SOCK: identity.agentSocket };
    // Once the agent listens.
    await until(() => spawnSync("ssh-add", ["-q", key], { env }).status === 0);
    return identity;
  }

  /** For `authorized_keys`. */
  get publicKey(): string {
    return readFileSync(join(this.#folder, "id.pub"), "utf8").trim();
  }

  async close(): Promise<void> {
    if (this.#agent?.exitCode === null) {
      this.#agent.kill("SIGTERM");
      await once(this.#agent, "exit");
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Makes a key pair without a passphrase: `<path>` and `<path>.pub`. */
export function makeKey(path: string): void {
  const { status, stderr } = spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path]);
  if (status !== 0) throw new Error(stderr.toString());
}
