import type { Draft, Drafts } from "../read.js";
import type { Report } from "../rules/rule.js";
import type { EdgeSpec } from "../schema/edge.js";

/** What the checks need to know of a runtime, beside the schema of its keys. */
export interface Runtime {
  /** The machine's edge serves its agents even where no host is given. */
  servedByDefault: boolean;
  /** Volumes that each of its agents has: path in the container by name. */
  volumes: Record<string, string>;
  /** Its agents live in the network of the edge that serves them, where that has one, and in none of their own. */
  sharesNetwork: boolean;
  /** Its agents live in the machine's own network, and in none of Docker's. */
  onHostNetwork: boolean;
  /** Ports of the machine that an agent takes with its `port`, that one first. */
  ports(port: number, version: string | undefined): number[];
  /** An edge of this program can serve its agents. */
  servedBy(proxy: EdgeSpec["proxy"]): boolean;
  /** The token by which an agent polls a messenger, and where it stands: two programs with one token disturb each other. */
  bot(keys: Draft<"agents">["keys"]): { path: string[]; token: unknown } | undefined;
  /** Entries of `fleet:services` that an agent uses, and where it says so. */
  uses(keys: Draft<"agents">["keys"]): { service: string; path: string[] }[];
  /** What an agent's objects are called on the machine. */
  names: DockerNames;
  /** Secrets that each agent has for itself, and that are not to be copied with an entry. */
  ownSecrets: OwnSecret[];
  /** Finds what is wrong in its agents beyond their schema. */
  check(agents: Draft<"agents">[], drafts: Drafts, report: Report): void;
}

export interface DockerNames {
  container(stack: string, agent: string): string;
  volume(stack: string, agent: string, volume: string): string;
}

/** Names that no two stacks share. */
export const stackNames: DockerNames = {
  container: (stack, agent) => `${stack}-${agent}`,
  volume: (stack, agent, volume) => `${stack}-${agent}-${volume}`,
};

/** A secret that is an agent's own: in `fleet:secrets` it is `<agent>-<name>`. */
export interface OwnSecret {
  /** The setting that refers to it. */
  path: string[];
  /** The settings that are as much its own: a copy of the entry begins without them. Default: the secret alone. */
  with?: string[];
  name: string;
  /** What it is, for the person who is asked for it: `Telegram bot token`. */
  title: string;
  /** It is not asked for but made, once: it is the agent's identity, and outlives `destroy`. */
  made?: "ed25519";
}
