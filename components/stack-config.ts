import * as pulumi from "@pulumi/pulumi";
import { type Fault, type FleetSpec, parseFleet } from "../spec/index.js";

/** The project's configuration namespace: keys are `fleet:<section>`. */
const NAMESPACE = "fleet";
const SECRETS = "secrets";

/**
 * Reads and checks the stack config that the engine gives the program.
 *
 * @throws RunError, which Pulumi shows without a stack trace, with every fault that was found.
 */
export function readStackConfig(stack: string): { spec: FleetSpec; secrets: pulumi.Output<Record<string, string>> } {
  const raw: Record<string, unknown> = {};
  const faults: Fault[] = [];
  for (const [key, text] of Object.entries(pulumi.runtime.allConfig())) {
    const [namespace, section = ""] = key.split(":");
    if (namespace !== NAMESPACE) continue;
    if (section !== SECRETS && isSecret(key)) {
      faults.push({
        path: [section],
        message: "secure: values stand only in fleet:secrets; refer to them by { secret: <name> }",
      });
    } else {
      raw[section] = parse(text);
    }
  }
  const secrets = raw[SECRETS];
  const parsed = parseFleet(stack, { ...raw, [SECRETS]: namesOnly(secrets) });
  faults.push(...parsed.faults);
  if (!parsed.spec || faults.length > 0) {
    const lines = faults.map((fault) => `  ${describe(fault)}`);
    throw new pulumi.RunError(`Pulumi.${stack}.yaml cannot be used:\n${lines.join("\n")}`);
  }
  for (const warning of parsed.warnings) pulumi.log.warn(describe(warning));
  const values = { ...((secrets ?? {}) as Record<string, string>), ...placeholders(stack, parsed.spec.unsetSecrets) };
  return { spec: parsed.spec, secrets: pulumi.secret(values) };
}

/**
 * What stands for secrets without a value where nothing is really made: in a preview, which a pull request has without any, and where
 * `./fleet` simulates.
 */
function placeholders(stack: string, names: string[]): Record<string, string> {
  if (names.length === 0) return {};
  if (!pulumi.runtime.isDryRun() && !process.env.FLEET_SIMULATED) {
    const lines = names.map((name) => `  ./fleet secret set ${stack} ${name}`);
    throw new pulumi.RunError(`fleet:secrets has names without values. Set them first:\n${lines.join("\n")}`);
  }
  return Object.fromEntries(names.map((name) => [name, `unset-${name}`]));
}

/** Structured values are JSON; what is not stands as the text that it is. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The secrets section without its values, which no check needs. */
function namesOnly(secrets: unknown): unknown {
  if (typeof secrets !== "object" || secrets === null || Array.isArray(secrets)) return secrets;
  return Object.fromEntries(
    Object.entries(secrets).map(([name, value]) => [
      name,
      typeof value === "string" && value !== "" ? "[secret]" : value,
    ]),
  );
}

function describe({ path, message, suggestion }: Fault): string {
  return `${NAMESPACE}:${path.join(".")}: ${message}${suggestion ? ` (${suggestion})` : ""}`;
}

/** Whether a key has an encrypted value in it. The SDK has this for its own use only. */
function isSecret(key: string): boolean {
  const runtime = pulumi.runtime as typeof pulumi.runtime & { isConfigSecret?: (key: string) => boolean };
  return runtime.isConfigSecret?.(key) ?? false;
}
