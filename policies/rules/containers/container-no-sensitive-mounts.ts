import { isUnknown, type Props, type ResourceRule, type Verdict } from "../../rule.js";
import { later } from "../_values.js";
import { CONTAINER, SERVICE } from "./_containers.js";
import { canonical, type HostMount, hostMounts, isWithin, VOLUME } from "./_mounts.js";
import { isSocket } from "./_sockets.js";

export const rule: ResourceRule = {
  id: "container-no-sensitive-mounts",
  title: "Containers are given no folder by which the machine itself can be changed or read out",
  severity: "critical",
  benchmarks: ["CIS Docker 1.6.0 5.6"],
  why:
    "Who may write the machine's /etc, /usr or /boot is root there with the next login or start. Who may read " +
    "/root, /proc or Docker's own folder has its keys and every other container's data.",
  fix:
    "mount a folder that holds only what the container needs, such as one below /opt, or use a volume: `volumes` of " +
    "the agent in the stack file, `volumeName` elsewhere. A single file of such a folder is allowed read-only",
  types: [CONTAINER, SERVICE, VOLUME],
  settings: {
    folders: {
      type: "array",
      items: { type: "string" },
      default: ["/bin", "/boot", "/etc", "/home", "/lib", "/lib64", "/run", "/sbin", "/usr"],
      description: "Folders that are not mounted whole, and of which nothing is mounted writable.",
    },
    closed: {
      type: "array",
      items: { type: "string" },
      default: [
        "/dev",
        "/etc/shadow",
        "/etc/ssh",
        "/etc/sudoers",
        "/etc/sudoers.d",
        "/proc",
        "/root",
        "/run/containerd",
        "/sys",
        "/var/lib/containerd",
        "/var/lib/docker",
      ],
      description: "Folders and files of which nothing is mounted, not even read-only.",
    },
  },
  check: (subject, settings) => hostMounts(subject).flatMap((mount) => judge(mount, settings)),
};

/** The sockets by which Docker is asked have a rule of their own. */
function judge({ path, source, readOnly }: HostMount, { folders, closed }: Props): Verdict[] {
  if (isUnknown(source)) return [later(path)];
  if (isSocket(source)) return [];
  const [open, shut] = [(folders as string[]).map(canonical), (closed as string[]).map(canonical)];
  const held = [...open, ...shut].filter((folder) => isWithin(folder, source));
  if (held.length > 0) {
    const more = held[0] === source ? "" : `, and ${held[0]} with it`;
    return [{ breach: `it is given the machine's ${source}${more}`, path }];
  }
  const secret = shut.find((folder) => isWithin(source, folder));
  if (secret !== undefined) return [{ breach: `it is given ${source}, a part of the machine's ${secret}`, path }];
  const folder = open.find((one) => isWithin(source, one));
  if (folder === undefined || readOnly === true) return [];
  if (isUnknown(readOnly)) return [{ unknown: `whether ${source} is mounted read-only is known only later`, path }];
  return [{ breach: `it may write ${source}, a part of the machine's ${folder}`, path }];
}
