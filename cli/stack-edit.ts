import { readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import pc from "picocolors";
import { parseDocument } from "yaml";
import type { Project } from "../engine/project/project.js";
import { readStackText } from "../spec/check/stack-file.js";
import type { FleetSpec } from "../spec/index.js";
import { SECTIONS } from "../spec/sections.js";
import { lineDiff } from "./diff.js";
import { FleetError } from "./errors.js";
import { count, printFaults, type StackFile } from "./workspace.js";
import type { KeyPath } from "./yaml-edit.js";

/** Where a section stands in a stack file: its key can be written `fleet:agents`, `agents` or `fleet:config:agents`. */
export function sectionPath(project: Project, file: StackFile, section: string): KeyPath {
  return ["config", keyOf(project.name, configOf(file.text), section)];
}

/** What a stack file's text has in a section, whatever that is. The file may be of another version, or have faults: what can be read counts. */
export function sectionIn(project: string, text: string, section: string): unknown {
  const config = configOf(text);
  return config[keyOf(project, config, section)];
}

/** One section of a stack file as plain data. */
export function sectionOf(project: Project, file: StackFile, section: string): Record<string, unknown> {
  const value = sectionIn(project.name, file.text, section);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** Every section of a stack file as plain data. */
export function sectionsOf(
  project: Project,
  file: StackFile,
): Record<(typeof SECTIONS)[number], Record<string, unknown>> {
  const sections = SECTIONS.map((name) => [name, sectionOf(project, file, name)] as const);
  return Object.fromEntries(sections) as Record<(typeof SECTIONS)[number], Record<string, unknown>>;
}

function keyOf(project: string, config: object, section: string): string {
  const known = [`${project}:${section}`, section, `${project}:config:${section}`];
  return known.find((key) => Object.hasOwn(config, key)) ?? known[0]!;
}

function configOf(text: string): Record<string, unknown> {
  try {
    const data = parseDocument(text, { merge: true }).toJS() as { config?: Record<string, unknown> } | null;
    return data?.config ?? {};
  } catch {
    return {};
  }
}

/**
 * Checks an edited stack file, writes it, and prints what changed. With a fault in the result, prints the faults, writes nothing and
 * throws FleetError with `hint` as its fix. Gives the new spec, or undefined if the text is the same as before.
 */
export async function applyEdit(
  project: Project,
  file: StackFile,
  after: string,
  hint?: string,
): Promise<FleetSpec | undefined> {
  const { spec, faults } = readStackText(file.stack, after, project.name);
  if (!spec) {
    const before = readStackText(file.stack, file.text, project.name);
    await printFaults(`${file.shown} (with the change)`, faults);
    throw new FleetError(
      before.spec
        ? `the change would put ${count(faults)} into ${file.shown}; nothing was written`
        : `${file.shown} has ${count(before.faults)} already; nothing was written`,
      before.spec ? hint : `mend it first: \`./fleet check ${file.stack}\` lists them`,
    );
  }
  if (after === file.text) return undefined;
  await writeStack(file, after);
  process.stdout.write(`${file.shown}:\n${colored(lineDiff(file.text, after))}`);
  return spec;
}

/** Replaces a stack file whole or not at all. Throws FleetError if somebody else has changed it meanwhile. */
export async function writeStack(file: StackFile, after: string): Promise<void> {
  // A stack file can be a link into another repository: what it points to is replaced.
  const path = await realpath(file.path);
  if ((await readFile(path, "utf8")) !== file.text) {
    throw new FleetError(`${file.shown} was changed meanwhile by somebody else; nothing was written`, "run this again");
  }
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(draft, after, { mode: (await stat(path)).mode & 0o777, flush: true });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

function colored(diff: string): string {
  const paint = (line: string) =>
    line.startsWith("+") ? pc.green(line) : line.startsWith("-") ? pc.red(line) : pc.dim(line);
  return diff
    .split("\n")
    .map((line) => (line === "" ? line : `  ${paint(line)}`))
    .join("\n");
}
