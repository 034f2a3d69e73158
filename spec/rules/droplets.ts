import type { Path } from "../fleet.js";
import type { Draft } from "../read.js";
import { NAME, NAME_RULE } from "../schema/fields.js";
import { LONGEST_SSH_STACK } from "../ssh.js";
import { isVolumeName, volumeName } from "../values/volume-name.js";
import { checkUsers } from "./machines.js";
import { dotted, type Report, type Rule } from "./rule.js";

/** Machines that are made at DigitalOcean. */
export const droplets: Rule = (drafts, report) => {
  const { stack } = drafts;
  const names = new Map<string, Path>();
  for (const machine of drafts.machines) {
    if (machine.keys.on !== "digitalocean") continue;
    const { path, keys } = machine;
    if (stack.length > LONGEST_SSH_STACK) {
      report({
        path: [...path, "on"],
        message: `ssh needs a stack name of ${LONGEST_SSH_STACK} characters at most, and ${stack} has ${stack.length}`,
      });
    }
    if (keys.backups && keys.backups.plan === "daily" && keys.backups.weekday !== undefined) {
      report({
        path: [...path, "backups", "weekday"],
        at: "key",
        message: "is used with plan: weekly only: take it out",
      });
    }
    if (keys.baseline && keys.user !== undefined)
      checkUsers({ path, baseline: keys.baseline, user: keys.user }, report);
    volumePathsApart(machine, report);
    for (const [volume, { name }] of Object.entries(keys.volumes ?? {})) {
      const at = [...path, "volumes", volume];
      if (!NAME.test(volume)) {
        report({ path: at, at: "key", message: `a name must be ${NAME_RULE}` });
        continue;
      }
      const full = name ?? volumeName(stack, machine.name, volume);
      const first = names.get(full);
      if (!isVolumeName(full)) {
        report({
          path: at,
          at: "key",
          message: `${full} is no name for a volume at DigitalOcean: that takes lower-case letters, digits and hyphens, a letter first, 64 characters at most`,
          suggestion: "give the volume a name of its own by the key name",
        });
      } else if (first) {
        report({ path: at, message: `the volume ${full} is already that of ${dotted(first)}: a volume has one place` });
      } else names.set(full, at);
    }
  }
};

/** What is mounted inside another volume's folder would be hidden, or hide what is there. */
function volumePathsApart({ path, keys }: Draft<"machines">, report: Report): void {
  const seen: [volume: string, path: string][] = [];
  for (const [volume, { path: folder }] of Object.entries(keys.volumes ?? {})) {
    if (folder === undefined) continue;
    const other = seen.find(([, one]) => isBelow(folder, one) || isBelow(one, folder));
    if (other) {
      report({
        path: [...path, "volumes", volume, "path"],
        message:
          other[1] === folder
            ? `${folder} is already the path of volumes.${other[0]}`
            : `${folder} and ${other[1]} (volumes.${other[0]}) lie in one another: give each a folder of its own`,
      });
    } else seen.push([volume, folder]);
  }
}

const isBelow = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
