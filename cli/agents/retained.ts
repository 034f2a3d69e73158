import type { Project } from "../../engine/project/project.js";
import type { AgentSpec } from "../../spec/index.js";
import { type RuntimeName, runtimes } from "../../spec/runtimes/index.js";
import { secretUses } from "../../spec/secrets.js";
import { sectionOf, sectionPath, sectionsOf } from "../stack-edit.js";
import { readStack, type StackFile } from "../workspace.js";
import { setValue, valueAt, withoutValue } from "../yaml-edit.js";
import { ownSecretName } from "./own-secrets.js";

type Data = Record<string, unknown>;

/** What `agent remove` keeps of an entry in `fleet:retained`, for `agent add`; undefined for one of which nothing needs to be noted. */
export function retainedOf(agent: AgentSpec, entry: unknown): Data | undefined {
  const { runtime, machine } = agent;
  const own = runtimes[runtime].ownSecrets;
  let settings = "";
  for (const { path, with: block = path } of own) {
    const value = lookUp(entry, block);
    if (value !== undefined) settings = setValue(settings, block, value);
  }
  const volumes = Object.fromEntries(
    Object.values(agent.volumes).flatMap(({ name, existing }) => {
      const renamed = lookUp(entry, ["volumes", name, "name"]);
      if (!existing && renamed === undefined) return [];
      return [[name, { ...(renamed !== undefined && { name: renamed }), ...(existing && { existing }) }]];
    }),
  );
  const kept = settings === "" ? {} : (valueAt(settings, []) as Data);
  if (Object.keys(kept).length + Object.keys(volumes).length === 0) return undefined;
  return {
    runtime,
    machine,
    ...(Object.keys(kept).length > 0 && { settings: kept }),
    ...(Object.keys(volumes).length > 0 && { volumes }),
  };
}

function lookUp(entry: unknown, path: string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? (value as Data)[key] : undefined),
    entry,
  );
}

/** Puts what was kept of an agent into its new entry. */
export function withRetained(entry: string, name: string, kept: Data): string {
  let text = entry;
  for (const key of ["machine", "runtime"]) text = setValue(text, [name, key], kept[key]);
  for (const { path, with: block = path } of runtimes[kept.runtime as RuntimeName].ownSecrets) {
    const value = lookUp(kept.settings, block);
    if (value !== undefined) text = setValue(text, [name, ...block], value);
  }
  for (const [volume, value] of Object.entries((kept.volumes ?? {}) as Data)) {
    for (const [key, item] of Object.entries(value as Data)) {
      text = setValue(text, [name, "volumes", volume, key], item);
    }
  }
  return text;
}

/**
 * A stack file's text without what it keeps of an agent whose data is gone: its entry in `fleet:retained`, and those of its own
 * secrets that nothing else uses.
 */
export function forgotten(project: Project, file: StackFile, name: string): string {
  const text = withoutValue(file.text, [...sectionPath(project, file, "retained"), name]);
  const used = new Set(secretUses(sectionsOf(project, { ...file, text })).map(({ secret }) => secret));
  const own = Object.values(runtimes).flatMap(({ ownSecrets }) => ownSecrets.map((each) => ownSecretName(name, each)));
  return own
    .filter((secret) => !used.has(secret))
    .map((secret) => [...sectionPath(project, file, "secrets"), secret])
    .reduce(withoutValue, text);
}

/** A volume that only the stack file knows to be an agent's. */
export interface NotedVolume {
  entry: string;
  machine: string;
  /** Name on the machine. */
  name: string;
}

/** The volumes without labels of agents that were removed; none if there is no stack file. */
export async function notedVolumes(project: Project, stack: string): Promise<NotedVolume[]> {
  const file = await readStack(project, stack).catch(() => undefined);
  const retained = file ? sectionOf(project, file, "retained") : {};
  return Object.entries(retained as Record<string, Data>).flatMap(([entry, { machine, runtime, volumes = {} }]) =>
    Object.entries(volumes as Record<string, Data>)
      .filter(([, { existing }]) => existing === true)
      .map(([volume, { name }]) => ({
        entry,
        machine: String(machine),
        name: String(name ?? runtimes[runtime as RuntimeName].names.volume(stack, entry, volume)),
      })),
  );
}

/** What a stack file keeps of an agent that was removed. */
export const keptOf = (project: Project, file: StackFile, name: string): Data | undefined =>
  sectionOf(project, file, "retained")[name] as Data | undefined;
