import type { Fault, Path } from "../fleet.js";
import type { Draft, Drafts } from "../read.js";
import type { BaselineSpec } from "../schema/baseline.js";
import { LONGEST_SSH_STACK } from "../ssh.js";
import { type DockerAddress, isLoopback, readDockerAddress } from "../values/docker-address.js";
import type { Report, Rule } from "./rule.js";

/** Where the machine's daemon is reached; undefined for other kinds, and while the address is wrong. */
const addressOf = ({ keys }: Draft<"machines">): DockerAddress | undefined =>
  keys.on === "existing" && keys.docker !== undefined ? readDockerAddress(keys.docker) : undefined;

/** Two machines that are one daemon would fight over names and ports. */
export const machinesApart: Rule = (drafts, report) => {
  const seen = new Map<string, string>();
  for (const draft of drafts.machines) {
    const daemon = daemonOf(draft);
    if (daemon === undefined) continue;
    const { name, path } = draft;
    const first = seen.get(daemon);
    if (first) report({ path, message: `is the same daemon as machines.${first} (${daemon}): one machine is enough` });
    else seen.set(daemon, name);
  }
};

/** The daemon, whatever way it is written. Two users of a host reach the same one. */
function daemonOf(draft: Draft<"machines">): string | undefined {
  if (draft.keys.on === "shared")
    return draft.keys.shared && `machine ${draft.keys.machine ?? draft.name} of ${draft.keys.shared}`;
  if (draft.keys.on === "docker") return draft.keys.socket ?? "this computer's Docker";
  const address = addressOf(draft);
  if (address === undefined) return undefined;
  return address.by === "unix" ? `unix://${address.path}` : `${address.by}://${address.host}:${address.port}`;
}

const TLS_ADVICE = "is missing: who can reach the port has the host; give tls certificates, or reach it by ssh";

/** What proves a daemon to us, and us to it, by the way that it is reached. */
export function checkMachines(stack: string, drafts: Drafts, report: Report): void {
  for (const draft of drafts.machines) {
    const { name, path, keys, wrong } = draft;
    const address = addressOf(draft);
    if (address === undefined) continue;
    checkBaseline(draft, address, report);
    const needsKey = address.by === "ssh";
    if (needsKey && keys.hostKey === undefined && !wrong.has("hostKey")) {
      report({ path: [...path, "hostKey"], message: `${MISSING_HOST_KEY}: run ./fleet trust ${stack} ${name}` });
    }
    if (!needsKey && keys.hostKey !== undefined) {
      report({ path: [...path, "hostKey"], at: "key", message: "is used with ssh:// only: take it out" });
    }
    const needsTls = address.by === "tcp" && !isLoopback(address.host);
    if (needsTls && keys.tls === undefined && !wrong.has("tls")) {
      report({ path: [...path, "tls"], message: TLS_ADVICE });
    }
    if (address.by !== "tcp" && keys.tls !== undefined) {
      report({ path: [...path, "tls"], at: "key", message: "is used with tcp:// only: take it out" });
    }
    if (needsKey && stack.length > LONGEST_SSH_STACK) {
      report({
        path: [...path, "docker"],
        message: `ssh needs a stack name of ${LONGEST_SSH_STACK} characters at most, and ${stack} has ${stack.length}`,
      });
    }
  }
}

/** A baseline is put on a host by ssh, and shuts root out. */
function checkBaseline({ path, keys }: Draft<"machines">, address: DockerAddress, report: Report): void {
  if (!("baseline" in keys) || keys.baseline === undefined) return;
  if (address.by !== "ssh") {
    report({
      path: [...path, "baseline"],
      at: "key",
      message: "is put on a host by ssh: docker must be an ssh:// address",
    });
    return;
  }
  if (address.user === "root") {
    report({
      path: [...path, "docker"],
      message:
        "a baseline lets root in by ssh no more: reach the host as another user, who may use sudo without a password",
    });
  }
  checkUsers({ path, baseline: keys.baseline, user: address.user }, report);
}

/** Names that a host has for itself. */
const TAKEN_USERS = [
  "root",
  "daemon",
  "bin",
  "sys",
  "sync",
  "mail",
  "man",
  "proxy",
  "backup",
  "nobody",
  "sshd",
  "docker",
  "caddy",
  "www-data",
  "fleet-users",
];

/** Users of a baseline, on a host that the fleet logs in to as `user`. */
export function checkUsers(
  { path, baseline, user }: { path: Path; baseline: BaselineSpec; user: string },
  report: Report,
): void {
  for (const name of Object.keys(baseline.users ?? {})) {
    if (name !== user && !TAKEN_USERS.includes(name)) continue;
    const message =
      name === user ? "is the user that the fleet itself logs in as" : "is a user that the host has already";
    report({ path: [...path, "baseline", "users", name], at: "key", message: `${message}: take another name` });
  }
}

const MISSING_HOST_KEY = "is missing";

/** Whether all that a fault says is that a machine's host key is not there yet. */
export const isMissingHostKey = ({ path, message }: Pick<Fault, "path" | "message">) =>
  path.at(-1) === "hostKey" && (message.startsWith(MISSING_HOST_KEY) || message === "has no value");
