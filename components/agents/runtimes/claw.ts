import { createPublicKey } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { BUILD_SERVICE_PORT, CLAW_VARIABLES, type ClawAgentSpec, type SecretRef } from "../../../spec/index.js";
import { httpHealthCheck } from "../../../templates/containers/health.js";
import { resolveSecrets } from "../../secrets.js";
import { inContainer, specOf } from "../in-container.js";
import type { AgentContext, Runtime } from "../runtime.js";

/** Seconds that the claw's supervisor gets to end what it runs. Docker's own default. */
const STOP_SECONDS = 10;

/** A claw of Gather. All that it is told, it is told by its environment, so that every change of a setting makes its container anew. */
const claw: Runtime = (context) => {
  const spec = specOf(context, "claw");
  const { path, ...timing } = spec.health;
  return inContainer(context, {
    env: environment(context, spec),
    health: { tests: httpHealthCheck(spec.internalPort, path), ...timing },
    internalPort: spec.internalPort,
    adopted: spec.adopted !== undefined,
    stopSeconds: STOP_SECONDS,
  });
};

export default claw;

function environment(context: AgentContext, spec: ClawAgentSpec): pulumi.Output<Record<string, string>> {
  const given = Object.fromEntries(CLAW_VARIABLES.map(({ name, path }) => [name, settingAt(spec, path)]));
  if (spec.buildService !== undefined) given.BUILD_SERVICE_URL = `http://${spec.buildService}:${BUILD_SERVICE_PORT}`;
  const without = new Set(spec.adopted?.without);
  return resolveSecrets(given, context.secrets).apply((variables) => {
    const { GATHER_PRIVATE_KEY: key } = variables;
    const all = { ...variables };
    if (key !== undefined && !without.has("GATHER_PUBLIC_KEY")) all.GATHER_PUBLIC_KEY ??= publicHalf(context.name, key);
    const entries = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return Object.fromEntries(entries.filter(([name]) => !without.has(name)));
  });
}

function settingAt(spec: ClawAgentSpec, path: string[]): string | SecretRef | undefined {
  const value = path.reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], spec);
  return value as string | SecretRef | undefined;
}

/** The public key of a private one, both as PEM files in base64. */
function publicHalf(agent: string, key: string): string {
  try {
    const pem = createPublicKey(Buffer.from(key, "base64").toString("utf8")).export({ type: "spki", format: "pem" });
    return Buffer.from(pem).toString("base64");
  } catch {
    // What the library says could hold a part of the key.
    throw new pulumi.RunError(`${agent}: its identity.privateKey is no private key as a PEM file in base64`);
  }
}
