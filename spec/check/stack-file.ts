import { nearest } from "../faults/suggest.js";
import type { Fault, FleetSpec } from "../fleet.js";
import { parseFleet } from "../parse.js";
import { show } from "../schema/fields.js";
import { SECTIONS } from "../sections.js";
import { type LocatedFault, type ReadYaml, readYaml } from "./yaml.js";

/** What Pulumi itself reads in a stack file, beside `config`. */
const TOP_LEVEL = ["config", "encryptionsalt", "secretsprovider", "encryptedkey", "environment"];

type Raw = Record<string, unknown>;
const isRaw = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);

/** A stack file as read: its sections, and under which key of `config` each one stands. */
interface StackConfig {
  sections: Raw;
  keys: Map<string, string>;
}

/** Everything wrong in the text of a `Pulumi.<stack>.yaml`, in the order of its lines. Never throws. */
export function checkStackText(stack: string, text: string, projectName: string): LocatedFault[] {
  return readStackText(stack, text, projectName).faults;
}

/** As {@link checkStackText}, with the spec where there is no error. */
export function readStackText(
  stack: string,
  text: string,
  projectName: string,
): { spec?: FleetSpec; faults: LocatedFault[] } {
  const { read, faults } = readYaml(text);
  if (!read) return { faults: inOrder(faults) };
  const add = (severity: LocatedFault["severity"], { path, message, suggestion, at }: Fault) => {
    faults.push({ ...read.places.of({ path, at }), severity, path, message, ...(suggestion ? { suggestion } : {}) });
  };
  const config = readConfig(read, projectName, add);
  const parsed = parseFleet(stack, config.sections);
  const inFile = (fault: Fault): Fault => {
    const [section, ...rest] = fault.path;
    return { ...fault, path: ["config", config.keys.get(String(section)) ?? `${projectName}:${section}`, ...rest] };
  };
  for (const fault of parsed.faults) add("error", inFile(fault));
  for (const name of clearSecrets(config.sections)) {
    add(
      "error",
      inFile({
        path: ["secrets", name],
        message: `is in clear text: encrypt it with ./fleet secret set ${stack} ${name}`,
      }),
    );
  }
  const hasErrors = faults.some((fault) => fault.severity === "error");
  if (!hasErrors) for (const warning of parsed.warnings) add("warning", inFile(warning));
  return { spec: hasErrors ? undefined : parsed.spec, faults: inOrder(faults) };
}

/** Finds the sections under `config`, whatever way their keys are written. */
function readConfig(
  { value }: ReadYaml,
  projectName: string,
  add: (severity: LocatedFault["severity"], fault: Fault) => void,
): StackConfig {
  const found: StackConfig = { sections: {}, keys: new Map() };
  if (value === null || value === undefined) return found;
  if (!isRaw(value)) {
    add("error", { path: [], message: `a stack file must be a block of keys with config: in it, not ${show(value)}` });
    return found;
  }
  for (const key of Object.keys(value)) {
    if (!TOP_LEVEL.includes(key))
      add("error", { path: [key], at: "key", message: "unknown key", ...topLevelAdvice(key, projectName) });
  }
  const { config } = value;
  if (config === null || config === undefined) return found;
  if (!isRaw(config)) {
    add("error", { path: ["config"], message: `must be a block of keys, not ${show(config)}` });
    return found;
  }
  for (const key of Object.keys(config)) readConfigKey(key, config[key], projectName, found, add);
  return found;
}

function readConfigKey(
  key: string,
  value: unknown,
  projectName: string,
  found: StackConfig,
  add: (severity: LocatedFault["severity"], fault: Fault) => void,
): void {
  const path = ["config", key];
  // `fleet:agents`; `agents`, which Pulumi reads as the project's own; and the old spelling `fleet:config:agents`.
  const match = /^(?:([^:]+):(?:config:)?)?([^:]+)$/.exec(key);
  if (!match) {
    add("error", {
      path,
      at: "key",
      message: `a config key must be <namespace>:<name>, such as ${projectName}:agents`,
    });
    return;
  }
  const [, namespace = projectName, name = ""] = match;
  if (namespace !== projectName) {
    const section = nearest(name, SECTIONS);
    const isSlip = nearest(namespace, [projectName]) !== undefined || (SECTIONS as readonly string[]).includes(name);
    if (!isSlip) return;
    const suggestion = section ? `did you mean ${projectName}:${section}?` : undefined;
    add("error", {
      path,
      at: "key",
      message: `namespace ${namespace} is not this project's, which is ${projectName}`,
      suggestion,
    });
    return;
  }
  const first = found.keys.get(name);
  if (first !== undefined) {
    add("error", { path, at: "key", message: `is the same key as ${first}: keep one` });
    return;
  }
  found.keys.set(name, key);
  found.sections[name] = value;
}

function topLevelAdvice(key: string, projectName: string): { suggestion: string } {
  const section = nearest(key.replace(/^.*:/, ""), SECTIONS);
  const isSection = section !== undefined && (key.includes(":") || (SECTIONS as readonly string[]).includes(key));
  if (isSection) return { suggestion: `write ${projectName}:${section} below config:` };
  const meant = nearest(key, TOP_LEVEL);
  return { suggestion: meant ? `did you mean ${meant}?` : `known keys: ${TOP_LEVEL.join(", ")}` };
}

/** Secrets that stand in the file as plain text. */
function clearSecrets({ secrets }: Raw): string[] {
  return isRaw(secrets)
    ? Object.keys(secrets).filter(
        (name) => name !== "secure" && typeof secrets[name] === "string" && secrets[name] !== "",
      )
    : [];
}

const inOrder = (faults: LocatedFault[]) =>
  faults.sort((one, other) => one.line - other.line || one.column - other.column);

/** A fault as one line: `file:line:column: path: message (suggestion)`. */
export function formatFault(file: string, { line, column, severity, path, message, suggestion }: LocatedFault): string {
  const where = path[0] === "config" && path.length > 1 ? path.slice(1) : path;
  const parts = [`${file}:${line}:${column}`];
  if (severity === "warning") parts.push("warning");
  if (where.length > 0) parts.push(where.map(String).join("."));
  const text = `${parts.join(": ")}: ${message}${suggestion ? ` (${suggestion})` : ""}`;
  // A name in the file may hold anything, and a terminal obeys control characters.
  return text.replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
