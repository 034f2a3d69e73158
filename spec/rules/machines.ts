import type { Fault } from "../fleet.js";
import type { Draft, Drafts } from "../read.js";
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

const MISSING_HOST_KEY = "is missing";

/** Whether all that a fault says is that a machine's host key is not there yet. */
export const isMissingHostKey = ({ path, message }: Pick<Fault, "path" | "message">) =>
  path.at(-1) === "hostKey" && (message.startsWith(MISSING_HOST_KEY) || message === "has no value");
