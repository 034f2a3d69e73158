import { readFile } from "node:fs/promises";
import type { ErrorObject } from "ajv";
import { EngineError } from "../errors.js";
import { displayPath } from "../project/yaml.js";
import type { EnforcementLevel, PolicyConfig, PolicyInfo } from "./types.js";

/** Settings by policy name; `all` sets the level of every policy. */
export type PackConfig = Map<string, PolicyConfig>;

const LEVELS: ReadonlySet<string> = new Set<EnforcementLevel>(["advisory", "mandatory", "remediate", "disabled"]);
const isLevel = (value: unknown): value is EnforcementLevel => typeof value === "string" && LEVELS.has(value);

/** Reads a pack's config file: `{"<policy>": "<level>" | {"enforcementLevel": …, …properties}}`. Throws EngineError that names the key. */
export async function readPackConfig(file: string): Promise<PackConfig> {
  const shown = displayPath(file);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new EngineError(`policy config ${shown}: ${missing ? "there is no such file" : (error as Error).message}`);
  }
  if (text.trim() === "") return new Map();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new EngineError(`policy config ${shown} is not JSON: ${(error as Error).message}`);
  }
  if (!isMap(json)) throw new EngineError(`policy config ${shown} should be a map of policies`);
  if ("environments" in json)
    throw new EngineError(
      `policy config ${shown}: environments: Pulumi ESC environments exist only in Pulumi Cloud`,
      "write their values into the file, or use the real Pulumi engine",
    );
  return new Map(Object.entries(json).map(([policy, value]) => [policy, readPolicy(value, `${shown}: ${policy}`)]));
}

function readPolicy(value: unknown, place: string): PolicyConfig {
  const level = (given: unknown): EnforcementLevel => {
    if (isLevel(given)) return given;
    throw new EngineError(
      `policy config ${place}: ${JSON.stringify(given)} is not an enforcement level`,
      `use ${[...LEVELS].join(", ")}`,
    );
  };
  if (typeof value === "string") return { level: level(value), properties: {} };
  if (!isMap(value))
    throw new EngineError(`policy config ${place} should be an enforcement level or a map of the policy's properties`);
  const { enforcementLevel, ...properties } = value;
  return { ...(enforcementLevel !== undefined && { level: level(enforcementLevel) }), properties };
}

/** What each policy runs with: its defaults, over them the pack's own settings, over them those of the config file. */
export function mergeConfig(policies: PolicyInfo[], initial: PackConfig, file: PackConfig): PackConfig {
  const merged: PackConfig = new Map(
    policies.map(({ name, level, schema }) => [name, { level, properties: defaultsOf(schema) }]),
  );
  for (const layer of [initial, file]) {
    const all = layer.get("all")?.level;
    if (all !== undefined) for (const [name, config] of merged) merged.set(name, { ...config, level: all });
    for (const [name, { level, properties }] of layer) {
      const below = merged.get(name);
      // A setting for a policy that the pack does not have, or for all of them, has nothing to go to.
      if (below === undefined) continue;
      merged.set(name, { level: level ?? below.level, properties: { ...below.properties, ...properties } });
    }
  }
  return merged;
}

/** Names in a config file that the pack has no policy for: typing mistakes, most likely. */
export function unknownPolicies(policies: PolicyInfo[], file: PackConfig): string[] {
  const known = new Set(["all", ...policies.map(({ name }) => name)]);
  return [...file.keys()].filter((name) => !known.has(name));
}

/** What is wrong with the settings by the policies' schemas, sorted: `<policy>: <property> must be integer`. */
export async function validateConfig(policies: PolicyInfo[], config: PackConfig): Promise<string[]> {
  const schemas = policies.filter(({ schema }) => schema !== undefined);
  if (schemas.length === 0) return [];
  const [{ Ajv }, { default: formats }] = await Promise.all([import("ajv"), import("ajv-formats")]);
  // Not strict: a schema may say more than validators know.
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  return schemas
    .flatMap(({ name, schema }) => {
      const properties = config.get(name)?.properties ?? {};
      const validate = ajv.compile({ type: "object", properties: schema!.properties, required: schema!.required });
      return validate(properties) ? [] : (validate.errors ?? []).map((error) => `${name}: ${explain(error)}`);
    })
    .sort();
}

function explain({ instancePath, keyword, params, message }: ErrorObject): string {
  const path = instancePath.slice(1).replaceAll("/", ".");
  if (keyword === "required") {
    const missing = (params as { missingProperty: string }).missingProperty;
    return `${path === "" ? "" : `${path}.`}${missing} is required`;
  }
  const allowed =
    keyword === "enum"
      ? `: ${(params as { allowedValues: unknown[] }).allowedValues.map((value) => JSON.stringify(value)).join(", ")}`
      : "";
  return `${path} ${message ?? "is not valid"}${allowed}`;
}

function defaultsOf(schema: PolicyInfo["schema"]): Record<string, unknown> {
  const withDefault = Object.entries(schema?.properties ?? {}).filter(
    ([, property]) => isMap(property) && "default" in property,
  );
  return Object.fromEntries(withDefault.map(([key, property]) => [key, (property as { default: unknown }).default]));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
