import { readFileSync } from "node:fs";
import { z } from "zod";
import type { ImportSpec } from "../engine/index.js";
import { FleetError } from "./errors.js";

/** One entry of an import file; more than is used here is what other languages need. */
const entry = z
  .object({
    type: z.string().min(1),
    name: z.string().min(1),
    id: z.string().min(1).optional(),
    parent: z.string().optional(),
    provider: z.string().optional(),
    version: z.string().optional(),
    properties: z.array(z.string()).optional(),
    logicalName: z.string().optional(),
    component: z.boolean().optional(),
    remote: z.boolean().optional(),
    pluginDownloadUrl: z.string().optional(),
  })
  .strict();
const file = z
  .object({ nameTable: z.record(z.string(), z.string()).optional(), resources: z.array(entry).min(1) })
  .strict();

/** Reads a file as `pulumi import --file` takes it. Throws FleetError that says what is wrong where. */
export function readImportFile(path: string): ImportSpec[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new FleetError(`--file ${path}: ${(error as Error).message}`, "name a file that can be read");
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new FleetError(`${path} is not JSON: ${(error as Error).message}`, EXAMPLE);
  }
  const read = file.safeParse(json);
  if (!read.success) {
    const faults = read.error.issues.map((issue) => `  ${issue.path.join(".") || "the file"}: ${issue.message}`);
    throw new FleetError(`${path} is not a file of imports:\n${faults.join("\n")}`, EXAMPLE);
  }
  const { nameTable = {}, resources } = read.data;
  const urnOf = (name: string) => nameTable[name] ?? name;
  return resources.map(({ type, name, id, parent, provider, version, properties, logicalName, component, remote }) => {
    if (remote) throw new FleetError(`${path}: ${name} is a remote component`, "import what is in it instead");
    if (id === undefined && !component)
      throw new FleetError(`${path}: ${name} has no id`, "give the id that its provider finds it by");
    if (id !== undefined && component)
      throw new FleetError(`${path}: ${name} is a component, which has no id`, "take the id away");
    return {
      type,
      name: logicalName ?? name,
      ...(id !== undefined && { id }),
      ...(parent && { parent: urnOf(parent) }),
      ...(provider && { provider: urnOf(provider) }),
      ...(version && { version }),
      ...(properties && { properties }),
    };
  });
}

const EXAMPLE = 'write `{"resources": [{"type": "docker:index/volume:Volume", "name": "data", "id": "my-volume"}]}`';
