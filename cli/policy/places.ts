import type { PolicyFinding } from "../../review/types.js";
import { readYaml } from "../../spec/check/yaml.js";
import type { StackFile } from "../workspace.js";

/** A place in a file; both count from 1. */
export interface Place {
  line: number;
  column: number;
}

/** Sections whose entries' resources bear the room's name in their type: `fleet:agents:Agent`. Hosts are machines. */
const SECTIONS: Record<string, string> = {
  agents: "agents",
  hosts: "machines",
  services: "services",
  edge: "edge",
  dns: "dns",
  backups: "backups",
};

/** Where the stack file declares what a finding is about; its beginning, if that cannot be told. */
export function placeOf(file: StackFile, project: string, finding: PolicyFinding): Place {
  const { read } = readYaml(file.text);
  const config = (read?.value as { config?: Record<string, unknown> } | undefined)?.config;
  if (!read || !isMap(config)) return { line: 1, column: 1 };
  const sections = new Map(Object.keys(config).map((key) => [sectionName(key, project), key]));
  const at = (path: string[]): Place => read.places.of({ path: ["config", ...path], at: "key" });
  const entries = (section: string): string[] => {
    const key = sections.get(section);
    const value = key === undefined ? undefined : config[key];
    return isMap(value) ? Object.keys(value) : [];
  };
  if (finding.urn.includes("::pulumi:pulumi:Stack::")) {
    const rule = longest(entries("policies").filter((id) => finding.message.includes(id)));
    return sections.has("policies") ? at([sections.get("policies")!, ...(rule ? [rule] : [])]) : at([]);
  }
  const found = entryOf(file.stack, finding.urn, entries);
  return found ? at([sections.get(found.section)!, found.entry]) : at([]);
}

/** The entry whose component a resource belongs to, by the types above it and by its name, `<stack>-<entry>-container`. */
function entryOf(
  stack: string,
  urn: string,
  entries: (section: string) => string[],
): { section: string; entry: string } | undefined {
  const [, , types = "", name = ""] = urn.split("::");
  const room = /\$fleet:([a-z]+):/.exec(types)?.[1];
  const own = room === undefined ? undefined : SECTIONS[room];
  const all = own === undefined ? [...new Set(Object.values(SECTIONS))] : [own];
  const fitting = all.flatMap((section) =>
    entries(section)
      .filter((entry) => name === `${stack}-${entry}` || name.startsWith(`${stack}-${entry}-`))
      .map((entry) => ({ section, entry })),
  );
  const entry = longest(fitting.map((one) => one.entry));
  return fitting.find((one) => one.entry === entry);
}

/** A section's key is written `fleet:agents`, `agents` or `fleet:config:agents`. */
function sectionName(key: string, project: string): string {
  const parts = key.split(":");
  return parts.length === 1 || parts[0] === project ? parts.at(-1)! : key;
}

const longest = (texts: string[]): string | undefined => [...texts].sort((a, b) => b.length - a.length)[0];

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
