import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "../support/wait.js";

const DOCKERD = ["/usr/sbin/dockerd", "/usr/bin/dockerd", "/usr/local/bin/dockerd"].find((path) => existsSync(path));

/** What these tests lack on this machine; undefined if nothing. */
export const noTlsDaemon =
  DOCKERD === undefined
    ? "there is no dockerd on this machine"
    : process.getuid?.() === 0
      ? undefined
      : "only root can start a Docker daemon";

export interface Pem {
  ca: string;
  cert: string;
  key: string;
}

/** The port in the daemon's own network. */
const INNER_PORT = 2376;
/** In a network of their own: a daemon takes what it finds in the machine's, its bridge too, for its own. */
const START = 'ip link set lo up; node "$RELAY" "$RELAY_SOCKET" "$RELAY_PORT" & exec "$@"';
const RELAY = fileURLToPath(new URL("./relay.mjs", import.meta.url));

/** A Docker daemon of its own that is reached by a loopback port, and takes those only who have a certificate of its authority. */
export class TlsDaemon {
  readonly #folder = mkdtempSync(join(tmpdir(), "fleet-tls-"));
  #process: ChildProcess | undefined;
  #server: Server | undefined;
  port = 0;

  static async start(): Promise<TlsDaemon> {
    const daemon = new TlsDaemon();
    daemon.#authority("ca");
    daemon.#sign("server", "ca");
    daemon.#sign("client", "ca");
    const path = (name: string) => join(daemon.#folder, name);
    const args = [
      ["--host", `tcp://127.0.0.1:${INNER_PORT}`, "--tlsverify", "--tlscacert", path("ca.pem")],
      ["--tlscert", path("server.pem"), "--tlskey", path("server.key")],
      ["--data-root", path("data"), "--exec-root", path("run"), "--pidfile", path("pid")],
      ["--bridge", "none", "--iptables=false", "--ip6tables=false"],
    ];
    const env = { ...process.env, RELAY, RELAY_SOCKET: path("socket"), RELAY_PORT: String(INNER_PORT) };
    // A process group of its own, which ends as one.
    daemon.#process = spawn("unshare", ["--net", "sh", "-c", START, "sh", DOCKERD!, ...args.flat()], {
      env,
      stdio: "ignore",
      detached: true,
    });
    daemon.#server = createServer((near) => {
      const far = connect(path("socket"));
      near.pipe(far).pipe(near);
      near.once("error", () => far.destroy());
      far.once("error", () => near.destroy());
    }).listen(0, "127.0.0.1");
    await once(daemon.#server, "listening");
    daemon.port = (daemon.#server.address() as AddressInfo).port;
    await until(() => daemon.#answers());
    return daemon;
  }

  get url(): string {
    return `tcp://127.0.0.1:${this.port}`;
  }

  /** What a client that is taken needs. */
  get pem(): Pem {
    return this.#pem("client", "ca");
  }

  /** What a client has that another authority vouches for. */
  get foreign(): Pem {
    if (!existsSync(join(this.#folder, "other.pem"))) {
      this.#authority("other");
      this.#sign("stranger", "other");
    }
    return this.#pem("stranger", "other");
  }

  async stop(): Promise<void> {
    this.#server?.close();
    if (this.#process?.pid !== undefined && this.#process.exitCode === null) {
      process.kill(-this.#process.pid, "SIGTERM");
      await once(this.#process, "exit");
    }
    // Its containerd ends a moment later.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      get(`https://127.0.0.1:${this.port}/_ping`, { ...this.pem, agent: false }, (answer) => {
        answer.resume().once("end", () => resolve(answer.statusCode === 200));
      }).once("error", () => resolve(false));
    });
  }

  #authority(name: string): void {
    const [key, pem] = [`${name}.key`, `${name}.pem`];
    this.#openssl("req", "-x509", ...NEW_KEY, "-keyout", key, "-out", pem, "-days", "2", "-subj", `/CN=${name}`);
  }

  #sign(name: string, authority: string): void {
    writeFileSync(
      join(this.#folder, "extensions"),
      "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n",
    );
    this.#openssl("req", ...NEW_KEY, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    const by = ["-CA", `${authority}.pem`, "-CAkey", `${authority}.key`, "-CAcreateserial"];
    const request = ["-req", "-in", `${name}.csr`, "-out", `${name}.pem`, "-days", "2", "-extfile", "extensions"];
    this.#openssl("x509", ...request, ...by);
  }

  #openssl(...args: string[]): void {
    const { status, stderr } = spawnSync("openssl", args, { cwd: this.#folder, encoding: "utf8" });
    if (status !== 0) throw new Error(`openssl ${args.join(" ")}: ${stderr}`);
  }

  #pem(client: string, authority: string): Pem {
    const read = (name: string) => readFileSync(join(this.#folder, name), "utf8");
    return { ca: read(`${authority}.pem`), cert: read(`${client}.pem`), key: read(`${client}.key`) };
  }
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
