import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SshIdentity } from "../../engine/support/ssh-identity.js";
import { docker } from "./daemon.js";
import { Droplet } from "./droplet.js";

/** What a cloud's image of the distribution has, and what a baseline installs: nothing is downloaded while a test runs. */
const IMAGE = {
  name: "systemd-droplet",
  build: {
    debian: {
      packages: [
        ...[
          "systemd-sysv",
          "dbus",
          "openssh-server",
          "sudo",
          "python3",
          "cloud-init",
          "ca-certificates",
          "curl",
          "tzdata",
        ],
        ...["docker.io", "iptables", "iproute2", "kmod", "procps", "logrotate"],
        ...["ufw", "fail2ban", "python3-systemd", "unattended-upgrades", "caddy", "restic", "jq"],
      ],
    },
  },
};

/** As clouds do it, the user of the image may do everything; what else runs before systemd does is the container's affair. */
const START = `set -eu
if [ -n "$DROPLET_USER" ]; then
  id -u "$DROPLET_USER" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash --groups docker "$DROPLET_USER"
  install -d -m 0700 -o "$DROPLET_USER" -g "$DROPLET_USER" "/home/$DROPLET_USER/.ssh"
  printf '%s\\n' "$AUTHORIZED_KEY" > "/home/$DROPLET_USER/.ssh/authorized_keys"
  chown "$DROPLET_USER:" "/home/$DROPLET_USER/.ssh/authorized_keys"
  echo "$DROPLET_USER ALL=(ALL) NOPASSWD:ALL" > /etc/sudoers.d/90-cloud-init-users
fi
ssh-keygen -A >/dev/null
export container=docker
exec /sbin/init`;

export interface SystemdDropletOptions {
  /** User data, of the public key that its user is to be let in by: cloud-init makes the host by it, its user among it. */
  userData?: (publicKey: string) => string;
  /** Who is reached by ssh. Default: `deploy`, who may do everything as root; with user data: `fleet`. */
  user?: string;
  /** Docker volumes that outlive it, as a cloud's do, by the path where it has each. */
  volumes?: Record<string, string>;
}

/** A droplet with systemd as its first process: services, a firewall, a log, cloud-init, as a rented server has them. */
export class SystemdDroplet extends Droplet {
  override readonly user: string;

  protected constructor(
    identity: SshIdentity,
    private readonly options: SystemdDropletOptions,
  ) {
    super(identity);
    this.user = options.user ?? (options.userData ? "fleet" : "deploy");
  }

  static override async start(options: SystemdDropletOptions = {}): Promise<SystemdDroplet> {
    return Droplet.begin(new SystemdDroplet(await SshIdentity.make(), options));
  }

  protected override get image(): object {
    return IMAGE;
  }

  protected override get volumes(): Record<string, string> {
    return this.options.volumes ?? {};
  }

  protected override get command(): string[] {
    const user = this.options.userData ? "" : this.user;
    return ["env", `DROPLET_USER=${user}`, "bash", "-c", START];
  }

  /** Where cloud-init looks for what a cloud would give it. */
  protected override prepare(): void {
    const { userData } = this.options;
    if (!userData) return;
    const folder = mkdtempSync(join(tmpdir(), "fleet-seed-"));
    const seed = join(folder, "cloud", "seed", "nocloud");
    try {
      mkdirSync(seed, { recursive: true });
      writeFileSync(join(seed, "user-data"), userData(this.identity.publicKey));
      writeFileSync(join(seed, "meta-data"), `instance-id: ${this.name}\nlocal-hostname: droplet\n`);
      docker("cp", join(folder, "cloud"), `${this.name}:/var/lib/`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Once systemd has started all, whether all of it runs or not, and cloud-init is through. */
  protected override isUp(): boolean {
    const asked = spawnSync("docker", ["exec", this.name, "systemctl", "is-system-running"], { encoding: "utf8" });
    return /running|degraded/.test(asked.stdout);
  }

  /** By ssh, as its user. */
  ssh(command: string): { status: number | null; stdout: string; stderr: string } {
    const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "BatchMode=yes", "LogLevel=ERROR"];
    return spawnSync("ssh", [...options.flatMap((option) => ["-o", option]), `${this.user}@${this.address}`, command], {
      encoding: "utf8",
      env: { ...process.env, SSH_AUTH_SOCK: this.sshAuthSock },
    });
  }

  /** How often a user was let in by ssh since the start. */
  override logins(): number {
    return this.exec("journalctl", "-u", "ssh", "--no-pager")
      .split("\n")
      .filter((line) => line.includes("Accepted publickey")).length;
  }
}
