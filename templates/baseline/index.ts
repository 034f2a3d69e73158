import { stringify } from "yaml";
import type { HostBundle } from "../hosts/bundle.js";
import { caddy } from "./caddy.js";
import { docker } from "./docker.js";
import { fail2ban } from "./fail2ban.js";
import { journald } from "./journald.js";
import { packages } from "./packages.js";
import type { BaselineInput, Part, PartFile } from "./part.js";
import { baselineScript, SCRIPT_PATH } from "./script.js";
import { sshd } from "./sshd.js";
import { tailscale } from "./tailscale.js";
import { timezone } from "./timezone.js";
import { ufw } from "./ufw.js";
import { upgrades } from "./upgrades.js";
import { users } from "./users.js";

export type { BaselineInput, OpenPort } from "./part.js";
export { joinTailscale, TAILSCALE_KEY } from "./tailscale.js";

/** In the order in which they are applied: a user is there before ssh is shut to others, the firewall knows sshd's ports. */
const PARTS = [packages, timezone, journald, docker, users, sshd, ufw, fail2ban, upgrades, caddy, tailscale];

/** What clouds take as user data, at most. */
const USER_DATA_LIMIT = 64 * 1024;

const partsOf = (input: BaselineInput): Part[] => PARTS.map((part) => part(input));

function filesOf(parts: Part[]): Record<string, PartFile> {
  const files = Object.assign({}, ...parts.map((part) => part.files ?? {})) as Record<string, PartFile>;
  return { ...files, [SCRIPT_PATH]: { text: baselineScript(parts), mode: "0755" } };
}

/** The baseline for a host that lives: files, and the script that takes them up. */
export function baselineBundle(input: BaselineInput): Omit<Required<HostBundle>, "owner" | "whenRemoved"> {
  const parts = partsOf(input);
  return {
    files: filesOf(parts),
    checks: parts.flatMap((part) => part.checks ?? []),
    afterwards: [SCRIPT_PATH],
    probes: Object.fromEntries(parts.flatMap(({ name, probe }) => (probe === undefined ? [] : [[name, probe]]))),
  };
}

/**
 * The baseline for a host that is about to be made: cloud-config, with no secret in it. The host is what the baseline says once
 * cloud-init is through.
 *
 * @throws Error for more than clouds take
 */
export function userData(input: BaselineInput): string {
  const config = {
    users: [{ name: input.user, shell: "/bin/bash", lock_passwd: true, ssh_authorized_keys: input.keys }],
    disable_root: true,
    ssh_pwauth: false,
    write_files: Object.entries(filesOf(partsOf(input))).map(([path, { text, mode = "0644" }]) => ({
      path,
      permissions: mode,
      content: text,
    })),
    runcmd: [[SCRIPT_PATH]],
  };
  const text = `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
  const size = Buffer.byteLength(text);
  if (size > USER_DATA_LIMIT) {
    throw new Error(
      `the baseline makes ${size} bytes of user data, and clouds take ${USER_DATA_LIMIT}: declare fewer users or keys`,
    );
  }
  return text;
}
