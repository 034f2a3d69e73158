import { homedir } from "node:os";
import { join } from "node:path";
import type { Project } from "../engine/project/project.js";
import { PassphraseSecrets } from "../engine/secrets/passphrase.js";
import { type Backend, openBackend } from "../engine/state/backend.js";
import { decodeCheckpoint } from "../engine/state/serialize.js";
import type { Snapshot } from "../engine/state/types.js";
import { isPropertyMap, type PropertyMap, type PropertyValue, Secret } from "../engine/values.js";
import { passphrase } from "./passphrase.js";

/** The stacks' state: PULUMI_BACKEND_URL, else Pulumi.yaml's `backend.url`. Simulated stacks have a place of their own. */
export function backendOf(project: Project, { simulate = false } = {}): Backend {
  const url = simulate ? simulatedUrl() : process.env.PULUMI_BACKEND_URL || project.backendUrl || "file://~";
  return openBackend(url, { cwd: process.cwd(), env: process.env });
}

export const simulatedUrl = (): string => `file://${join(homedir(), ".agent-fleet", "simulated")}`;

/**
 * A stack's state; undefined if it was never brought up. Without `showSecrets` no passphrase is needed: secrets read "[secret]",
 * so such a snapshot must never be written.
 */
export async function loadSnapshot(
  backend: Backend,
  project: Project,
  stack: string,
  { showSecrets = false } = {},
): Promise<Snapshot | undefined> {
  const stored = await backend.load(project.name, stack);
  if (!stored) return undefined;
  const decrypter = async (salt: string): Promise<(ciphertext: string) => string> => {
    if (!showSecrets) return () => '"[secret]"';
    const secrets = await PassphraseSecrets.open(salt, await passphrase({ create: false }));
    return (ciphertext) => secrets.decrypt(ciphertext);
  };
  return decodeCheckpoint(stored.text, decrypter, stored);
}

/** The stack's outputs. */
export function outputsOf(snapshot: Snapshot): PropertyMap {
  return snapshot.resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
}

/** Values as plain JSON; secrets as "[secret]" unless they are to be shown. */
export function plainValue(value: PropertyValue, showSecrets = false): unknown {
  if (value instanceof Secret) return showSecrets ? plainValue(value.value, true) : "[secret]";
  if (Array.isArray(value)) return value.map((item) => plainValue(item, showSecrets));
  if (!isPropertyMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainValue(item, showSecrets)]));
}

/** What the program says of an agent: the stack output `agents.<name>`. */
export interface AgentOutput {
  runtime: string;
  machine: string;
  container: string;
  address: string | null;
  url: string | null;
  volumes: Record<string, string>;
  image: string;
}

/** What the program says of a service: the stack output `services.<name>`. States of older programs have its container and address only. */
export interface ServiceOutput {
  container: string;
  address: string | null;
  url?: string | null;
  /** Every container by the entry in its labels. */
  containers?: Record<string, string>;
}

/** Stack outputs as this project's program makes them; what another program exports differently is left out. */
export interface FleetOutputs {
  agents: Record<string, AgentOutput>;
  /** Of a proxy that is a service of its host there is no container. */
  edge: Record<string, { container: string | null; url: string }>;
  services: Record<string, ServiceOutput>;
  /** Agents that have a gateway token. */
  tokens: string[];
}

export function fleetOutputs(outputs: PropertyMap): FleetOutputs {
  const map = (value: PropertyValue | undefined) =>
    value !== undefined && isPropertyMap(value) ? (plainValue(value) as Record<string, never>) : {};
  const tokens = outputs.tokens instanceof Secret ? outputs.tokens.value : outputs.tokens;
  return {
    agents: map(outputs.agents),
    edge: map(outputs.edge),
    services: map(outputs.services),
    tokens: tokens !== undefined && isPropertyMap(tokens) ? Object.keys(tokens) : [],
  };
}
