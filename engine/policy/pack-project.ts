import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { isMap, isScalar, type Node, type YAMLMap } from "yaml";
import { EngineError } from "../errors.js";
import { displayPath, readYamlFile } from "../project/yaml.js";

/** A policy pack's folder, found to be one. */
export interface PackProject {
  dir: string;
  /** From PulumiPolicy.yaml; wins over what the pack says. */
  version: string | undefined;
  /** The script that runs packs, of the pack's own SDK. */
  runner: string;
  /** `runtime.options.typescript`: whether the SDK's own TypeScript loader is there for the pack. */
  typescript: boolean;
}

/** Reads a pack's project file and finds its SDK. Throws EngineError that names the folder or the place in the file. */
export async function openPack(dir: string): Promise<PackProject> {
  const shown = displayPath(dir);
  const info = await stat(dir).catch(() => undefined);
  if (info === undefined) throw new EngineError(`policy pack ${shown}: there is no such folder`);
  const file = join(dir, "PulumiPolicy.yaml");
  const yaml = info.isDirectory() ? await readYamlFile(file) : undefined;
  if (yaml === undefined)
    throw new EngineError(
      `policy pack ${shown} has no PulumiPolicy.yaml`,
      "name the folder of a pack; its PulumiPolicy.yaml says `runtime: nodejs`",
    );
  const root = yaml.document.contents;
  if (!isMap(root))
    throw new EngineError(`${displayPath(file)} is not a policy pack's file: it should be a map of settings`);
  const runtime = runtimeName(root);
  if (runtime !== "nodejs")
    throw new EngineError(
      `${yaml.place((root.get("runtime", true) as Node | undefined) ?? root)}: runtime: ${runtime ?? "missing"}: only nodejs packs are run`,
      "set `runtime: nodejs`, or use the real Pulumi engine",
    );
  const version = root.get("version", true);
  // As it is written: `1.10` is no number.
  const text = isScalar(version) && version.value !== null ? (version.source ?? String(version.value)) : undefined;
  const typescript = root.getIn(["runtime", "options", "typescript"]) !== false;
  return { dir, version: text, runner: findRunner(dir, shown), typescript };
}

function runtimeName(root: YAMLMap): string | undefined {
  const runtime = root.get("runtime", true);
  const name = isMap(runtime) ? runtime.get("name") : isScalar(runtime) ? runtime.value : undefined;
  return typeof name === "string" ? name : undefined;
}

/** The pack's own SDK runs it, wherever the engine's is. */
function findRunner(dir: string, shown: string): string {
  try {
    return createRequire(join(dir, "noop.js")).resolve("@pulumi/pulumi/cmd/run-policy-pack");
  } catch {
    const installed = existsSync(join(dir, "node_modules"));
    const problem = installed ? "the package @pulumi/pulumi is not installed" : "its npm packages are not installed";
    throw new EngineError(`policy pack ${shown}: ${problem}`, `run \`npm install\` in ${shown}`);
  }
}
