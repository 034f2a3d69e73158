import { EngineError } from "../errors.js";
import { isPropertyMap, type PropertyMap } from "../values.js";

/** What makes a plugin serve another package than its own: the package's name and version, and what the plugin makes of it. */
export interface Parameterization {
  name: string;
  version: string;
  value: Uint8Array;
}

/** Which plugin serves a package, and how. */
export interface PackageSpec {
  /** The plugin's name, `terraform-provider`; without a parameterization also the package's. */
  name: string;
  /** The plugin's version. */
  version?: string;
  /** Where it comes from, if not from where Pulumi's do. */
  downloadUrl?: string;
  /** Platform, `linux-amd64`, to the SHA-256 of its archive in hex. */
  checksums?: Record<string, string>;
  parameterization?: Parameterization;
}

/** The package that is served, the first part of its type tokens. */
export function packageName(spec: PackageSpec): string {
  return spec.parameterization?.name ?? spec.name;
}

/** Two specs of one key mean the same provider. */
export function specKey({ name, version, downloadUrl, parameterization }: PackageSpec): string {
  const value = parameterization && Buffer.from(parameterization.value).toString("base64");
  return JSON.stringify([name, version, downloadUrl, parameterization?.name, parameterization?.version, value]);
}

/**
 * Writes a spec into the inputs of a provider resource as Pulumi's state has it: `version` is the package's own; of a parameterized
 * one the plugin's name and version stand in `__internal`, with the parameter in base64.
 */
export function specToInputs(inputs: PropertyMap, spec: PackageSpec): void {
  const { name, version, downloadUrl, checksums, parameterization } = spec;
  const needed = version ?? downloadUrl ?? checksums ?? parameterization;
  if (needed === undefined) return;
  const internal: PropertyMap = { ...(isPropertyMap(inputs.__internal) ? inputs.__internal : {}) };
  if (version !== undefined) inputs.version = version;
  if (downloadUrl !== undefined) internal.pluginDownloadURL = downloadUrl;
  if (checksums !== undefined) internal.pluginChecksums = { ...checksums };
  if (parameterization !== undefined) {
    internal.name = name;
    if (inputs.version !== undefined) internal.version = inputs.version;
    inputs.version = parameterization.version;
    internal.parameterization = Buffer.from(parameterization.value).toString("base64");
  }
  inputs.__internal = internal;
}

/** Reads what {@link specToInputs} wrote, or an older engine: those had no `__internal`. */
export function specFromInputs(pkg: string, inputs: PropertyMap, place: string): PackageSpec {
  const internal = isPropertyMap(inputs.__internal) ? inputs.__internal : inputs;
  const text = (map: PropertyMap, key: string): string | undefined => {
    const value = map[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value === "string") return value;
    throw new EngineError(`${place}: its ${key} should be a text`, undefined, 1);
  };
  // A provider may have an input of this name itself.
  const inside = internal === inputs ? {} : internal;
  const parameter = text(inside, "parameterization");
  const spec: PackageSpec = { name: text(inside, "name") || pkg };
  const version = text(parameter === undefined ? inputs : inside, "version");
  const downloadUrl = text(internal, "pluginDownloadURL");
  if (version) spec.version = version;
  if (downloadUrl) spec.downloadUrl = downloadUrl;
  if (parameter !== undefined) {
    const own = text(inputs, "version");
    if (own === undefined) throw new EngineError(`${place}: a parameterized provider lacks its version`, undefined, 1);
    spec.parameterization = { name: pkg, version: own, value: Buffer.from(parameter, "base64") };
  }
  return spec;
}

/** Environment variables that the provider is to see under another name: the name there is, to the name it wants. */
export function envVarMappings(inputs: PropertyMap): Record<string, string> {
  const mappings = isPropertyMap(inputs.__internal) ? inputs.__internal.envVarMappings : undefined;
  if (!isPropertyMap(mappings)) return {};
  return Object.fromEntries(Object.entries(mappings).map(([there, wanted]) => [there, String(wanted)]));
}
