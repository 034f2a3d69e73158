import { EngineError } from "../errors.js";
import type { Project } from "../project/project.js";
import type { PackageSpec } from "./package-spec.js";

/** Packages, with commas between them, or `*`: a plugin serves them even where the engine has a provider of its own. */
const PREFER_PLUGINS = "PULUMI_HERMETIC_PLUGINS";

/** True if the user wants a plugin for a package that the engine has a provider for: Pulumi.yaml or the environment says so. */
export function prefersPlugin(spec: PackageSpec, project: Project, env: NodeJS.ProcessEnv): boolean {
  if (isNamed(spec, project) || attachPort(spec.name, env) !== undefined) return true;
  const wanted = (env[PREFER_PLUGINS] ?? "").split(",").map((name) => name.trim());
  return wanted.includes("*") || wanted.includes(spec.name);
}

/** True if Pulumi.yaml names a plugin of this name and version. */
export function isNamed({ name, version }: PackageSpec, project: Project): boolean {
  return project.providerPlugins.some((plugin) => plugin.name === name && suits(plugin.version, version));
}

/** True if a plugin of one version, or of any, can stand where one is wanted. */
export function suits(there: string | undefined, wanted: string | undefined): boolean {
  return there === undefined || wanted === undefined || there.replace(/^v/, "") === wanted.replace(/^v/, "");
}

/** The port that `PULUMI_DEBUG_PROVIDERS=pkg:port,…` gives for a plugin that somebody else has started. */
export function attachPort(name: string, env: NodeJS.ProcessEnv): number | undefined {
  for (const entry of (env.PULUMI_DEBUG_PROVIDERS ?? "").split(",")) {
    const [pkg, port = ""] = entry.split(":");
    if (pkg?.trim() !== name) continue;
    if (/^\d{1,5}$/.test(port)) return Number(port);
    throw new EngineError(`PULUMI_DEBUG_PROVIDERS: "${entry}" has no port`, "write it as package:port,package:port");
  }
  return undefined;
}
