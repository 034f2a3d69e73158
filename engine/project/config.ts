import { isAlias, isMap, isScalar, type Node, type YAMLMap } from "yaml";
import { EngineError } from "../errors.js";
import { type ConfigNode, type ConfigValue, compactJson, numberText, type StackConfig } from "./config-values.js";
import { applyDeclarations } from "./declarations.js";
import { type Project, stackFile } from "./project.js";
import { readYamlFile, type YamlFile } from "./yaml.js";

export type { ConfigNode, ConfigValue, StackConfig } from "./config-values.js";

/** Configuration as the program gets it: everything is text, structured values are compact JSON. */
export interface ResolvedConfig {
  values: Record<string, string>;
  /** Keys that hold a secret, sorted. */
  secretKeys: string[];
}

/** Reads a stack file. A file that does not exist gives an empty configuration. Throws EngineError with file:line:column. */
export async function loadStackConfig(project: Project, stack: string): Promise<StackConfig> {
  const file = stackFile(project, stack);
  const yaml = await readYamlFile(file);
  if (yaml === undefined) return { entries: new Map(), missing: true, file };
  const root = yaml.document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return { entries: new Map(), missing: false, file };
  if (!isMap(root)) throw new EngineError(`${yaml.place(root)}: a stack file should be a map with a key \`config:\``);

  const environment = child(root, "environment");
  if (environment) {
    throw new EngineError(
      `${yaml.place(environment)}: environment: Pulumi ESC environments exist only in Pulumi Cloud; the hermetic engine cannot open them`,
      "use the real Pulumi engine for this stack, or move the values into `config:`",
    );
  }
  const secretsprovider = text(root, "secretsprovider", yaml);
  const encryptedkey = text(root, "encryptedkey", yaml);
  if ((secretsprovider && secretsprovider !== "passphrase" && secretsprovider !== "default") || encryptedkey) {
    throw new EngineError(
      `${yaml.place(child(root, secretsprovider ? "secretsprovider" : "encryptedkey"))}: secrets provider ${secretsprovider ?? "with an encrypted key"}: the hermetic engine opens only secrets under a passphrase`,
      "use the real Pulumi engine for this stack, or run `pulumi stack change-secrets-provider passphrase`",
    );
  }
  const encryptionsalt = text(root, "encryptionsalt", yaml);
  return {
    ...(encryptionsalt !== undefined && { encryptionsalt }),
    ...(secretsprovider !== undefined && { secretsprovider }),
    entries: readEntries(root, project, yaml),
    missing: false,
    file,
  };
}

/**
 * The program's configuration: the stack's values, filled up and checked by the project's declarations. `decrypt` is asked only if
 * there is a secure value. Throws EngineError for values that are missing, of a wrong type or cannot be decrypted.
 */
export async function resolveConfig(
  stackConfig: StackConfig,
  project: Project,
  decrypt: (ciphertext: string) => Promise<string>,
): Promise<ResolvedConfig> {
  const values = new Map<string, string>();
  const secretKeys = new Set<string>();
  for (const [key, entry] of stackConfig.entries) {
    const open = (ciphertext: string): Promise<string> => {
      secretKeys.add(key);
      return decrypt(ciphertext).catch((error) => {
        if (!(error instanceof EngineError)) throw error;
        throw new EngineError(`${entry.place}: ${key}: ${error.message}`, error.fix, error.exitCode);
      });
    };
    if (entry.kind === "plain") values.set(key, entry.text);
    else if (entry.kind === "secure") values.set(key, await open(entry.ciphertext));
    else values.set(key, compactJson(await decryptNested(entry.value, open)));
  }
  applyDeclarations(project, stackConfig, values, secretKeys);
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  return { values: Object.fromEntries(sorted), secretKeys: [...secretKeys].sort() };
}

/** The configuration as history files keep it: secrets stay ciphertext. */
export function rawConfig(stackConfig: StackConfig): Record<string, unknown> {
  const raw = (entry: ConfigValue): unknown => {
    if (entry.kind === "plain") return entry.text;
    if (entry.kind === "secure") return { secure: entry.ciphertext };
    return JSON.parse(compactJson(entry.value));
  };
  return Object.fromEntries([...stackConfig.entries].map(([key, entry]) => [key, raw(entry)]));
}

function readEntries(root: YAMLMap, project: Project, yaml: YamlFile): Map<string, ConfigValue> {
  const entries = new Map<string, ConfigValue>();
  const config = child(root, "config");
  if (config === undefined) return entries;
  if (!isMap(config)) throw new EngineError(`${yaml.place(config)}: config: should be a map of configuration keys`);
  for (const { key, value } of config.items) {
    const place = yaml.place(key as Node);
    const written = isScalar(key) ? (key.source ?? String(key.value)) : "";
    const name = qualifyKey(written, project.name);
    if (name === undefined) {
      throw new EngineError(
        `${place}: config: "${written}" is not a configuration key`,
        "write `<namespace>:<name>` or `<name>`",
      );
    }
    if (entries.has(name)) {
      throw new EngineError(
        `${place}: config: ${name} is set twice, also at ${entries.get(name)!.place}`,
        "remove one of them",
      );
    }
    entries.set(name, readValue(value as Node | null, place, yaml));
  }
  return entries;
}

function readValue(written: Node | null, place: string, yaml: YamlFile): ConfigValue {
  const value = isAlias(written) ? (written.resolve(yaml.document) as Node | undefined) : written;
  if (value === null || value === undefined) return { kind: "plain", text: "", place };
  if (isScalar(value)) return { kind: "plain", text: scalarText(value.value, place), place };
  const content = value.toJS(yaml.document) as ConfigNode;
  const ciphertext = secureCiphertext(content);
  if (ciphertext !== undefined) return { kind: "secure", ciphertext, place };
  return { kind: "object", value: content, place };
}

/** Numbers and booleans are what they mean, not what is written, as with Pulumi: `1.10` is 1.1. Versions want quotes. */
function scalarText(value: unknown, place: string): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" && !Number.isFinite(value))
    throw new EngineError(`${place}: a configuration value cannot be infinite, or no number`, "write it in quotes");
  return typeof value === "number" || typeof value === "bigint" ? numberText(value) : String(value);
}

function qualifyKey(key: string, project: string): string | undefined {
  const parts = key.split(":");
  if (parts.some((part) => part === "")) return undefined;
  if (parts.length === 1) return `${project}:${key}`;
  if (parts.length === 2) return key;
  return parts.length === 3 && parts[1] === "config" ? `${parts[0]}:${parts[2]}` : undefined;
}

function secureCiphertext(value: ConfigNode): string | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  const keys = Object.keys(value);
  return keys.length === 1 && typeof value.secure === "string" ? value.secure : undefined;
}

async function decryptNested(value: ConfigNode, open: (ciphertext: string) => Promise<string>): Promise<ConfigNode> {
  const ciphertext = secureCiphertext(value);
  if (ciphertext !== undefined) return open(ciphertext);
  if (Array.isArray(value)) return Promise.all(value.map((element) => decryptNested(element, open)));
  if (value === null || typeof value !== "object") return value;
  const members = Object.entries(value).map(async ([key, member]) => [key, await decryptNested(member, open)] as const);
  return Object.fromEntries(await Promise.all(members));
}

function child(map: YAMLMap, key: string): Node | undefined {
  const value = map.get(key, true) as Node | undefined | null;
  if (value === null || value === undefined || (isScalar(value) && value.value === null)) return undefined;
  return value;
}

function text(map: YAMLMap, key: string, yaml: YamlFile): string | undefined {
  const value = child(map, key);
  if (value === undefined) return undefined;
  if (isScalar(value) && typeof value.value === "string") return value.value;
  throw new EngineError(`${yaml.place(value)}: ${key}: should be a text`);
}
