import { isDefaultProvider, parseUrn, splitProviderRef } from "../engine/deploy/goals/urn.js";
import {
  Archive,
  Asset,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  type ResourceState,
  Secret,
} from "../engine/index.js";

/** Properties that SDKs and plugins add for themselves. */
const INTERNAL = /^__/;

/**
 * TypeScript that declares imported resources as they are: to be put into the program, so that its next run leaves them alone.
 * Secret values are not in it; they are read from the configuration.
 */
export function declarations(resources: ResourceState[]): string {
  const packages = new Set<string>();
  const writer = new Writer();
  const blocks = resources.map((resource) => {
    if (resource.custom) packages.add(packageOf(resource.type));
    return writer.declare(resource);
  });
  const imports = [...packages].sort().map((pkg) => `import * as ${identifier(pkg)} from "@pulumi/${pkg}";`);
  if (writer.usesPulumi) imports.push('import * as pulumi from "@pulumi/pulumi";');
  const config = writer.secrets.size > 0 ? ["const config = new pulumi.Config();"] : [];
  return `${[imports.join("\n"), ...config, ...blocks].join("\n\n")}\n`;
}

class Writer {
  usesPulumi = false;
  /** Keys of the configuration that secret values are to be found under. */
  readonly secrets = new Set<string>();
  /** Names of variables that are taken, and whose they are. */
  readonly #variables = new Map<string, string>();

  declare({ type, urn, inputs, parent, provider, protect, custom }: ResourceState): string {
    const { name } = parseUrn(urn);
    if (!custom) return `// The component ${name} (${type}) is made by its own class.`;
    const shown = Object.fromEntries(Object.entries(inputs).filter(([key]) => !INTERNAL.test(key)));
    const options: string[] = [];
    if (parent && parseUrn(parent).type !== "pulumi:pulumi:Stack") options.push(`parent: ${this.#variable(parent)}`);
    const providerUrn = provider && splitProviderRef(provider).urn;
    if (providerUrn && !isDefaultProvider(providerUrn)) options.push(`provider: ${this.#variable(providerUrn)}`);
    if (protect) options.push("protect: true");
    const args = [JSON.stringify(name), this.#map(shown, [name], 0)];
    if (options.length > 0) args.push(`{ ${options.join(", ")} }`);
    return `const ${this.#variable(urn)} = new ${className(type)}(${args.join(", ")});`;
  }

  /** Resources of different types may have the same name; variables may not. */
  #variable(urn: string): string {
    const wanted = identifier(parseUrn(urn).name);
    let name = wanted;
    for (let number = 2; (this.#variables.get(name) ?? urn) !== urn; number++) name = `${wanted}${number}`;
    this.#variables.set(name, urn);
    return name;
  }

  #value(value: PropertyValue, path: string[], depth: number): string {
    if (value instanceof Secret) return this.#secret(value.value, path);
    if (value instanceof Asset || value instanceof Archive) return this.#asset(value, depth);
    if (Array.isArray(value)) {
      if (value.length === 0) return "[]";
      const items = value.map((item, index) => this.#value(item, [...path, String(index)], depth + 1));
      return block("[", items, "]", depth);
    }
    return isPropertyMap(value) ? this.#map(value, path, depth) : JSON.stringify(value);
  }

  #map(map: PropertyMap, path: string[], depth: number): string {
    const members = Object.entries(map)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([key, value]) => `${propertyName(key)}: ${this.#value(value, [...path, key], depth + 1)}`);
    return members.length === 0 ? "{}" : block("{", members, "}", depth);
  }

  #secret(value: PropertyValue, path: string[]): string {
    this.usesPulumi = true;
    const key = camel(path.join(" "));
    this.secrets.add(key);
    if (typeof value === "string") return `config.requireSecret("${key}")`;
    if (typeof value === "number") return `config.requireSecretNumber("${key}")`;
    if (typeof value === "boolean") return `config.requireSecretBoolean("${key}")`;
    return `config.requireSecretObject("${key}")`;
  }

  #asset(value: Asset | Archive, depth: number): string {
    this.usesPulumi = true;
    const { path, uri } = value.content;
    const make = (kind: string, argument: string) => `new pulumi.asset.${kind}(${argument})`;
    if (value instanceof Archive && value.content.assets !== undefined) {
      const members = Object.entries(value.content.assets).map(
        ([key, item]) => `${propertyName(key)}: ${this.#asset(item, depth + 1)}`,
      );
      return make("AssetArchive", block("{", members, "}", depth));
    }
    const kind = value instanceof Asset ? "Asset" : "Archive";
    if (path !== undefined) return make(`File${kind}`, JSON.stringify(path));
    if (uri !== undefined) return make(`Remote${kind}`, JSON.stringify(uri));
    return make("StringAsset", JSON.stringify((value instanceof Asset && value.content.text) || ""));
  }
}

function block(open: string, lines: string[], close: string, depth: number): string {
  const indent = "    ".repeat(depth + 1);
  return `${open}\n${lines.map((line) => `${indent}${line},\n`).join("")}${"    ".repeat(depth)}${close}`;
}

function packageOf(type: string): string {
  return type.slice(0, type.indexOf(":"));
}

/** `gcp:compute/instance:Instance` is `gcp.compute.Instance`, as SDKs are laid out. */
function className(type: string): string {
  const [pkg = "", module = "", name = ""] = type.split(":");
  const path = module.replace(/\/[^/]*$/, "");
  const parts = path === "index" || path === "" ? [] : path.split("/").map(identifier);
  return [identifier(pkg), ...parts, name].join(".");
}

const RESERVED = new Set(
  "break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield let static implements interface package private protected public await".split(
    " ",
  ),
);

/** A name that TypeScript takes: `web-1` becomes `web_1`. */
function identifier(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9_$]/g, "_").replace(/^(?=\d)/, "_");
  return RESERVED.has(safe) ? `${safe}_` : safe || "_";
}

function propertyName(key: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(key) ? key : JSON.stringify(key);
}

/** `web password` becomes `webPassword`. */
function camel(text: string): string {
  return text.replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) => (next ?? "").toUpperCase());
}
