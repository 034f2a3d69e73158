import { backedUp } from "../backups.js";
import type { FleetSpec, Path } from "../fleet.js";
import type { Draft } from "../read.js";
import { readDockerAddress } from "../values/docker-address.js";
import { dotted, type Report, type Rule } from "./rule.js";

/** What restic is told by other keys of the entry. */
const OWN_VARIABLES: Record<string, string> = {
  RESTIC_REPOSITORY: "repository",
  RESTIC_REPOSITORY_FILE: "repository",
  RESTIC_PASSWORD: "password",
  RESTIC_PASSWORD_FILE: "password",
  RESTIC_PASSWORD_COMMAND: "password",
};

/** One backup a machine, each with a repository of its own: two that thin out one repository wait for each other's locks. */
export const backupsApart: Rule = (drafts, report) => {
  const machines = new Map<string, Path>();
  const repositories = new Map<string, Path>();
  for (const { path, keys } of drafts.backups) {
    const { machine, repository } = keys;
    const first = machine === undefined ? undefined : machines.get(machine);
    if (first)
      report({ path: [...path, "machine"], message: `machine ${machine} has a backup already: ${dotted(first)}` });
    else if (machine !== undefined) machines.set(machine, path);
    // A folder is the machine's own.
    if (repository === undefined || repository.startsWith("/")) continue;
    const other = repositories.get(repository);
    if (other)
      report({
        path: [...path, "repository"],
        message: `is the repository of ${dotted(other)} too: give each its own, such as ${repository.replace(/\/*$/, "")}/${machine ?? "here"}`,
      });
    else repositories.set(repository, path);
  }
};

/** Backups are made on the host itself. */
export const backupsOnHosts: Rule = (drafts, report) => {
  for (const { path, keys } of drafts.backups) {
    const machine = drafts.machines.find(({ name }) => name === keys.machine);
    if (!machine || machine.keys.on === undefined || machine.wrong.has("docker") || isHost(machine)) continue;
    report({
      path: [...path, "machine"],
      message: `the host of ${machine.name} is not reached, only its Docker daemon: backups need a machine with an ssh:// address`,
    });
  }
};

function isHost({ keys }: Draft<"machines">): boolean {
  if (keys.on === "existing") return keys.docker !== undefined && readDockerAddress(keys.docker)?.by === "ssh";
  return keys.on !== "docker" && keys.on !== "shared";
}

export const backupSettings: Rule = (drafts, report) => {
  for (const { path, keys, wrong } of drafts.backups) {
    for (const name of Object.keys(keys.env ?? {})) {
      const key = OWN_VARIABLES[name];
      if (key) report({ path: [...path, "env", name], at: "key", message: `is what ${key} says: take it out` });
    }
    // Never shown: it is on view in the stack file as it is.
    if (keys.repository && /:\/\/[^/@\s]*:[^/@\s]*@/.test(keys.repository)) {
      report({ path: [...path, "repository"], message: "has a password in it: say it in env, as { secret: name }" });
    }
    const { keep } = keys;
    if (keep && !wrong.has("keep") && keep.daily + keep.weekly + keep.monthly === 0) {
      report({
        path: [...path, "keep"],
        message: "keeps nothing: one of daily, weekly and monthly must be 1 at least",
      });
    }
  }
};

/** Data on a host that no backup holds is allowed, and often forgotten. */
export function notBackedUp(spec: FleetSpec, report: Report): void {
  const held = new Set(Object.values(spec.backups).map(({ machine }) => machine));
  for (const { name } of Object.values(spec.machines)) {
    if (held.has(name)) continue;
    const entries = Object.entries(backedUp(spec, name)).filter(
      ([, { folders, databases }]) => folders.length + databases.length > 0,
    );
    if (entries.length === 0) continue;
    report({
      path: ["machines", name],
      at: "key",
      message: `nothing backs up the data of ${entries.map(([entry]) => entry).join(", ")}: declare it in fleet:backups`,
    });
  }
}
