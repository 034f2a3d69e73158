import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { SshIdentity } from "../../engine/support/ssh-identity.js";
import { until } from "../../engine/support/wait.js";
import { docker } from "./daemon.js";

const BUILDER = fileURLToPath(new URL("../../../templates/images/build.mjs", import.meta.url));
const IMAGE = {
  name: "droplet",
  build: { debian: { packages: ["openssh-server", "docker.io", "iptables", "iproute2", "ca-certificates"] } },
};

/** A user as an operator would have one: it may use Docker, and is not root. */
const USER = "deploy";

/** What runs in the host: an ssh server, and a Docker daemon as its first process. Both logs are kept. */
const START = `set -eu
mkdir -p /run/sshd
id -u ${USER} >/dev/null 2>&1 || useradd --create-home --shell /bin/bash --groups docker ${USER}
install -d -m 0700 -o ${USER} -g ${USER} /home/${USER}/.ssh
printf '%s\\n' "$AUTHORIZED_KEY" > /home/${USER}/.ssh/authorized_keys
chown ${USER}: /home/${USER}/.ssh/authorized_keys
ssh-keygen -A >/dev/null
/usr/sbin/sshd -o LogLevel=VERBOSE -E /var/log/sshd.log
exec dockerd >/var/log/dockerd.log 2>&1`;

/** All that a daemon in a container needs; `--privileged` is more than every machine gives. */
const RIGHTS = [
  ...["SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE", "SYSLOG", "MKNOD"].flatMap((capability) => ["--cap-add", capability]),
  ...["--security-opt", "seccomp=unconfined", "-v", "/sys/fs/cgroup:/sys/fs/cgroup:rw"],
  ...["/run", "/run/lock", "/tmp"].flatMap((path) => ["--tmpfs", path]),
];

/**
 * A host that is reached by ssh and has a Docker daemon of its own, as a small rented server has: a container of this machine's
 * Docker, from Debian packages. Slow to make the first time: its image is built.
 */
export class Droplet {
  /** Who is reached by ssh. */
  readonly user: string = USER;
  readonly port = 22;
  /** IP address on this machine. */
  address = "";
  /** `<type> <base64>`. */
  hostKey = "";
  protected readonly name = `fleet-droplet-${randomBytes(4).toString("hex")}`;

  protected constructor(protected readonly identity: SshIdentity) {}

  static async start(): Promise<Droplet> {
    return Droplet.begin(new Droplet(await SshIdentity.make()));
  }

  /** Starts a droplet, of this kind or one that is made from it, and removes it again where that fails. */
  protected static async begin<D extends Droplet>(droplet: D): Promise<D> {
    try {
      await droplet.#start();
    } catch (error) {
      await droplet.stop();
      throw error;
    }
    return droplet;
  }

  /** What its image is built from. */
  protected get image(): object {
    return IMAGE;
  }

  /** Its first process. */
  protected get command(): string[] {
    return ["bash", "-c", START];
  }

  /** Volumes that outlive it, by the path where it has each. */
  protected get volumes(): Record<string, string> {
    return {};
  }

  /** What is done to the container before it starts. */
  protected prepare(): void {}

  /** Whether it is through with starting. */
  protected isUp(): boolean {
    return spawnSync("docker", ["exec", "-u", "0", this.name, "docker", "version"]).status === 0;
  }

  /** `ssh://deploy@172.17.0.2:22`. */
  get url(): string {
    return `ssh://${this.user}@${this.address}:${this.port}`;
  }

  /** For SSH_AUTH_SOCK: an agent with the key that the host lets in. */
  get sshAuthSock(): string {
    return this.identity.agentSocket;
  }

  /** Its entry in `fleet:machines`. */
  get machine(): Record<string, unknown> {
    return { on: "existing", docker: this.url, hostKey: this.hostKey };
  }

  /** Runs the docker command on the host, not over ssh, and gives what it prints. */
  docker(...args: string[]): string {
    return docker("exec", "-u", "0", this.name, "docker", ...args);
  }

  /** Gives the host images that this machine has. */
  load(...images: string[]): void {
    const script = 'set -o pipefail; host=$1; shift; docker save "$@" | docker exec -i -u 0 "$host" docker load';
    const { status, stderr } = spawnSync("bash", ["-c", script, "bash", this.name, ...images], { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  }

  /** How often a user was let in by ssh since the start: how many connections were made. */
  logins(): number {
    return docker("exec", this.name, "cat", "/var/log/sshd.log")
      .split("\\n")
      .filter((line) => line.includes("Accepted publickey")).length;
  }

  /** The host hangs: it takes connections, and says nothing. */
  freeze(): void {
    docker("pause", this.name);
  }

  thaw(): void {
    docker("unpause", this.name);
  }

  async stop(): Promise<void> {
    spawnSync("docker", ["unpause", this.name]);
    spawnSync("docker", ["rm", "-fv", this.name]);
    spawnSync("docker", ["volume", "rm", "-f", this.name]);
    await this.identity.close();
  }

  /** Runs a command on the host as root, not over ssh, and gives what it prints. */
  exec(...args: string[]): string {
    return docker("exec", "-u", "0", this.name, ...args);
  }

  async #start(): Promise<void> {
    const create = ["create", "--name", this.name, "--hostname", "droplet", "--user", "0:0", ...RIGHTS];
    // A daemon's layers cannot lie on another daemon's.
    const volumes = { ...this.volumes, "/var/lib/docker": this.name };
    const mounts = Object.entries(volumes).flatMap(([path, volume]) => ["-v", `${volume}:${path}`]);
    const data = [...mounts, "-e", `AUTHORIZED_KEY=${this.identity.publicKey}`];
    docker(...create, ...data, buildImage(this.image), ...this.command);
    this.prepare();
    docker("start", this.name);
    await until(() => this.isUp(), 180);
    this.address = docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", this.name);
    this.hostKey = docker("exec", this.name, "cat", "/etc/ssh/ssh_host_ed25519_key.pub")
      .split(" ")
      .slice(0, 2)
      .join(" ");
  }
}

/**
 * Makes an image from packages on this machine, unless it is there.
 * @returns the image's id
 */
export function buildImage(image: object): string {
  const env = { ...process.env, FLEET_IMAGE: JSON.stringify(image) };
  const { status, stdout, stderr } = spawnSync(process.execPath, [BUILDER], { env, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}
