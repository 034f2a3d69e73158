import { EngineError } from "../errors.js";
import { type PropertyMap, Secret } from "../values.js";
import type { Goal } from "./goal.js";
import { makeUrn, providerType } from "./urn.js";

/** Config keys of a package's namespace become its default provider's inputs. */
export interface ProviderConfig {
  /** `ns:name` to text. */
  values: Record<string, string>;
  secretKeys: ReadonlySet<string>;
}

/** The goal of the default provider for a package at a version; version "" means whatever is there. */
export function defaultProviderGoal(
  stack: string,
  project: string,
  pkg: string,
  version: string,
  config: ProviderConfig,
): Goal {
  refuseDisabled(pkg, config);
  const type = providerType(pkg);
  const name = version === "" ? "default" : `default_${version.replace(/[^A-Za-z0-9]/g, "_")}`;
  const inputs: PropertyMap = {};
  for (const [key, value] of Object.entries(config.values)) {
    if (!key.startsWith(`${pkg}:`)) continue;
    inputs[key.slice(pkg.length + 1)] = config.secretKeys.has(key) ? new Secret(value) : value;
  }
  if (version !== "") inputs.version = version;
  return {
    urn: makeUrn(stack, project, undefined, type, name),
    type,
    name,
    custom: true,
    inputs,
    protect: false,
    retainOnDelete: false,
    dependencies: [],
    propertyDependencies: {},
    ignoreChanges: [],
    replaceOnChanges: [],
    additionalSecretOutputs: [],
    aliases: [],
    replaceWith: [],
    hideDiff: [],
  };
}

function refuseDisabled(pkg: string, config: ProviderConfig): void {
  const disabled = config.values["pulumi:disable-default-providers"];
  if (disabled === undefined) return;
  const list: unknown = JSON.parse(disabled);
  if (Array.isArray(list) && (list.includes("*") || list.includes(pkg))) {
    throw new EngineError(
      `default providers are disabled for "${pkg}"`,
      "pass an explicit provider, or change pulumi:disable-default-providers",
      1,
    );
  }
}
