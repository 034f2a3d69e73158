import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { knownHostsFile, knownHostsLines, sshOptions } from "../../../spec/index.js";
import { makeKey, SshIdentity } from "../support/ssh-identity.js";
import { until } from "../support/wait.js";

const SSHD = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].find((path) => existsSync(path));

/** What these tests lack on this machine; undefined if nothing. */
export const noSshd = SSHD ? undefined : "there is no sshd on this machine (Debian: openssh-server)";

export interface SshdOptions {
  /** Lines for its configuration: `SetEnv PATH=/nowhere`. */
  config?: string[];
}

/**
 * A real ssh server on a loopback port, with keys of its own, and a folder from which it is reached as a project's folder: this
 * user logs in, by the key in an agent of its own.
 */
export class Sshd {
  static readonly stack = "test";
  static readonly machine = "box";
  readonly user = userInfo().username;
  readonly folder: string;
  port = 0;
  /** `<type> <base64>`. */
  hostKey = "";
  readonly #log: string;
  #server: ChildProcess | undefined;

  private constructor(private readonly identity: SshIdentity) {
    this.folder = mkdtempSync(join(tmpdir(), "fleet-sshd-"));
    this.#log = join(this.folder, "log");
  }

  static async start({ config = [] }: SshdOptions = {}): Promise<Sshd> {
    const server = new Sshd(await SshIdentity.make());
    const { folder } = server;
    makeKey(join(folder, "host"));
    writeFileSync(join(folder, "authorized"), `${server.identity.publicKey}\n`);
    server.hostKey = readFileSync(join(folder, "host.pub"), "utf8").trim();
    server.port = await freePort();
    writeFileSync(
      join(folder, "config"),
      [
        `Port ${server.port}`,
        "ListenAddress 127.0.0.1",
        `HostKey ${join(folder, "host")}`,
        `AuthorizedKeysFile ${join(folder, "authorized")}`,
        "PidFile none",
        // Its files are below a folder that anyone may write.
        "StrictModes no",
        "UsePAM no",
        "PermitRootLogin yes",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "LogLevel VERBOSE",
        ...config,
      ].join("\n"),
    );
    // Where root's sshd drops its rights; Debian makes it when the service starts.
    if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    server.#server = spawn(SSHD!, ["-D", "-f", join(folder, "config"), "-E", server.#log], { stdio: "ignore" });
    await until(() => answers(server.port));
    server.trust(server.hostKey);
    return server;
  }

  /** `ssh://user@127.0.0.1:port`. */
  get url(): string {
    return `ssh://${this.user}@127.0.0.1:${this.port}`;
  }

  /** For SSH_AUTH_SOCK. */
  get agentSocket(): string {
    return this.identity.agentSocket;
  }

  get env(): NodeJS.ProcessEnv {
    return { ...process.env, SSH_AUTH_SOCK: this.agentSocket };
  }

  get options(): string[] {
    return sshOptions(Sshd.stack, Sshd.machine);
  }

  /** Makes a key the one by which the server is known. */
  trust(key: string): void {
    const path = join(this.folder, knownHostsFile(Sshd.stack));
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, knownHostsLines(Sshd.machine, [key]).join("\n"));
  }

  /** Users that were let in since the start: connections, but for those that only asked whether it answers. */
  get logins(): number {
    return readFileSync(this.#log, "utf8")
      .split("\n")
      .filter((line) => line.includes("Accepted publickey")).length;
  }

  /** Ends the shared connection, if there is one. */
  async disconnect(): Promise<void> {
    const { folder, port, user } = this;
    spawnSync("ssh", [...this.options, "-O", "exit", "-p", String(port), "-l", user, "127.0.0.1"], { cwd: folder });
    const control = join(folder, ".fleet", Sshd.stack);
    await until(() => readdirSync(control).every((name) => name === "known_hosts"));
  }

  /** Command lines of the ssh clients that are at work for this server, without the shared connection. */
  clients(): string[] {
    return commandLines().filter((line) => line.startsWith("ssh ") && line.includes(` -p ${this.port} `));
  }

  async stop(): Promise<void> {
    await this.disconnect();
    if (this.#server?.exitCode === null) {
      this.#server.kill("SIGTERM");
      await once(this.#server, "exit");
    }
    await this.identity.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port of this computer that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("data", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ").trim()];
      } catch {
        return []; // It is gone.
      }
    });
}
