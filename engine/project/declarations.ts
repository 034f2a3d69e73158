import { EngineError } from "../errors.js";
import { type ConfigNode, compactJson, type StackConfig } from "./config-values.js";
import type { ConfigDeclaration, Project } from "./project.js";
import { displayPath } from "./yaml.js";

/**
 * Applies the project's `config:` section to a stack's values, in place: defaults, required keys, types.
 * Throws one EngineError that lists every fault.
 */
export function applyDeclarations(
  project: Project,
  stackConfig: StackConfig,
  values: Map<string, string>,
  secretKeys: Set<string>,
): void {
  const faults: string[] = [];
  for (const [key, declaration] of project.projectConfig) {
    if (!values.has(key)) {
      const fallback = declaration.default ?? declaration.value;
      if (fallback !== undefined && fallback !== null) {
        values.set(key, typeof fallback === "object" ? compactJson(fallback as ConfigNode) : String(fallback));
      } else if (declaration.type !== undefined && key.startsWith(`${project.name}:`)) {
        faults.push(`missing required configuration ${key} (declared at ${declaration.place})`);
        continue;
      }
    }
    const value = values.get(key);
    if (value === undefined) continue;
    if (declaration.secret) secretKeys.add(key);
    const fault = declaration.type && typeFault(value, declaration as { type: string; items?: ItemType });
    if (fault) {
      const place = stackConfig.entries.get(key)?.place ?? declaration.place;
      faults.push(`${place}: ${key} should be ${fault} (declared at ${declaration.place})`);
    }
  }
  if (faults.length > 0) {
    throw new EngineError(faults.join("\n"), `set it under \`config:\` in ${displayPath(stackConfig.file)}`);
  }
}

type ItemType = NonNullable<ConfigDeclaration["items"]>;

/** What the value should be and is not; undefined if it fits. Never quotes the value: it may be a secret. */
function typeFault(text: string, declaration: { type: string; items?: ItemType }): string | undefined {
  switch (declaration.type) {
    case "string":
      return undefined;
    case "integer":
      return /^[-+]?\d+$/.test(text) ? undefined : "an integer";
    case "boolean":
      return text === "true" || text === "false" ? undefined : "true or false";
    case "array":
    case "object":
      return structureFault(parse(text), declaration);
    default:
      return `of the unknown type "${declaration.type}": string, integer, boolean, array and object exist`;
  }
}

function structureFault(value: unknown, declaration: { type?: string; items?: ItemType }): string | undefined {
  switch (declaration.type) {
    case "string":
      return typeof value === "string" ? undefined : "a text";
    case "integer":
      return Number.isInteger(value) ? undefined : "an integer";
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false";
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value) ? undefined : "a map";
    case "array": {
      if (!Array.isArray(value)) return "a list";
      const { items } = declaration;
      if (items === undefined) return undefined;
      for (const [index, element] of value.entries()) {
        const fault = structureFault(element, items as { type?: string; items?: ItemType });
        if (fault) return `a list in which every element is ${fault} (element ${index} is not)`;
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
