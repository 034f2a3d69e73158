import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parse } from "yaml";
import { EngineError } from "../errors.js";
import { splitArguments } from "../project/arguments.js";
import type { Project } from "../project/project.js";
import type { FoundPlugin } from "./locate.js";

/** What a plugin's process is started with; the engine's address comes as the last argument. */
export interface PluginCommand {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** Its executable or folder. */
  path: string;
  /** True if what it prints is the user's: it runs code of the program. */
  printsForUser: boolean;
}

/** The package of the Node SDK's dynamic providers. Their code is in the resources; the SDK itself has the plugin. */
export const DYNAMIC_PACKAGE = "pulumi-nodejs";

/** The SDK's plugin for dynamic providers, of the SDK that the program uses. */
export function dynamicCommand(project: Project): PluginCommand {
  const path = resolveSdk(project.programDir, "@pulumi/pulumi/cmd/dynamic-provider");
  return { command: process.execPath, args: [path], env: {}, path, printsForUser: true };
}

/** How to start a plugin that was found: itself, or by what its `PulumiPlugin.yaml` says. */
export async function foundCommand({ path, isFolder }: FoundPlugin): Promise<PluginCommand> {
  if (!isFolder) return { command: path, args: [], env: {}, path, printsForUser: false };
  const file = join(path, "PulumiPlugin.yaml");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    throw new EngineError(`${path} holds neither a plugin's executable nor a PulumiPlugin.yaml`);
  }
  const { runtime } = (parse(text) ?? {}) as {
    runtime?: string | { name?: string; options?: Record<string, unknown> };
  };
  const { name, options = {} } = typeof runtime === "string" ? { name: runtime } : (runtime ?? {});
  if (name !== "nodejs")
    throw new EngineError(`${file}: runtime: ${name ?? "missing"}: the hermetic engine runs only nodejs plugins`);
  const runner = resolveSdk(path, "@pulumi/pulumi/cmd/run-plugin");
  const nodeArgs = splitArguments(String(options.nodeargs ?? ""));
  const env: NodeJS.ProcessEnv = options.typescript === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" };
  if (options.tsconfig !== undefined) env.PULUMI_NODEJS_TSCONFIG_PATH = String(options.tsconfig);
  return { command: process.execPath, args: [...nodeArgs, runner, path], env, path: file, printsForUser: false };
}

function resolveSdk(folder: string, module: string): string {
  try {
    return createRequire(join(folder, "noop.js")).resolve(module);
  } catch {
    throw new EngineError(`${folder}: the package @pulumi/pulumi is not installed`, "run `npm install` in that folder");
  }
}
