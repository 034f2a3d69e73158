import { readFileSync, realpathSync } from "node:fs";
import { join, normalize, relative, sep } from "node:path";
import { findEntry } from "../../../engine/in-process/entry.js";
import { listStackFiles, type Project, stackFile } from "../../../engine/project/project.js";
import type { Reason } from "../../../review/types.js";
import { readStackText } from "../../../spec/check/stack-file.js";
import { readYaml } from "../../../spec/check/yaml.js";
import { textOf } from "../../text-of.js";
import { filesIn, ModuleGraph } from "./modules.js";
import { comparePackages } from "./packages.js";

/** A stack in the two versions. */
export interface ComparedStack {
  stack: string;
  /** Text of its file; undefined where there is none. */
  base?: string;
  head?: string;
  /** Why the change may affect it; none: it cannot. */
  reasons: Reason[];
}

/** Of one version. */
interface Side {
  project: Project;
  graph: ModuleGraph;
  entry: string | undefined;
  files: Map<string, string>;
}

/** More are counted, not named. */
const NAMED = 3;

/**
 * Which stacks a change may affect, and why: from the stack files, what the program loads for each stack, what that reads, and the npm
 * packages. Rather one too many than one too few: whether anything differs is seen when they are compared.
 */
export async function compareStacks(base: Project, head: Project, changed: string[]): Promise<ComparedStack[]> {
  const sides = await Promise.all([base, head].map(sideOf));
  const [old, now] = sides as [Side, Side];
  const names = [...new Set([...old.files.keys(), ...now.files.keys()])].sort();
  const touched = new Set(changed.map(normalize));
  const packages =
    touched.has("package-lock.json") || touched.has("package.json")
      ? comparePackages(lockOf(base), lockOf(head))
      : undefined;
  return names.map((stack) => {
    const texts = { base: old.files.get(stack), head: now.files.get(stack) };
    const reasons: Reason[] = [];
    if (texts.base === undefined) reasons.push({ kind: "new", text: "the stack is new" });
    else if (texts.head === undefined) reasons.push({ kind: "removed", text: "its file is removed" });
    else if (texts.base !== texts.head) reasons.push({ kind: "stack-file", text: stackFileName(head, stack) });
    if (texts.base !== undefined && texts.head !== undefined)
      reasons.push(...reasonsOf(stack, texts, sides, touched, packages));
    return { stack, ...texts, reasons };
  });
}

function reasonsOf(
  stack: string,
  texts: { base?: string; head?: string },
  sides: Side[],
  touched: Set<string>,
  changesAmong: ReturnType<typeof comparePackages> | undefined,
): Reason[] {
  const reasons: Reason[] = [];
  if (touched.has("Pulumi.yaml")) reasons.push({ kind: "project", text: "Pulumi.yaml" });
  const files = new Set<string>();
  const given = new Set<string>();
  const packages = new Set<string>();
  for (const side of sides) {
    const text = side === sides[0] ? texts.base! : texts.head!;
    // Of a program that cannot be read everything may matter.
    if (side.entry === undefined) for (const file of touched) files.add(file);
    else {
      const reached = side.graph.reach(side.entry, namesIn(stack, text, side.project.name));
      for (const file of reached.files) files.add(file);
      for (const name of reached.packages) packages.add(name);
    }
    for (const file of filesNamedIn(text, side.project)) given.add(file);
  }
  const code = [...touched].filter((file) => files.has(file));
  reasons.push(
    ...told(code.filter(isTemplate), "template"),
    ...told(
      code.filter((file) => !isTemplate(file)),
      "code",
    ),
  );
  reasons.push(
    ...told(
      [...touched].filter((file) => given.has(file) && !files.has(file)),
      "file",
    ),
  );
  if (changesAmong) {
    const changes = changesAmong(packages);
    const texts = changes?.map(({ name, before, after }) => `${name} ${before ?? "(new)"} → ${after ?? "(gone)"}`);
    reasons.push(...told(texts ?? ["npm packages"], "package"));
  }
  return reasons;
}

const lockOf = ({ root }: Project): string => textOf(join(root, "package-lock.json")) ?? "{}";

function told(texts: string[], kind: Reason["kind"]): Reason[] {
  const shown = texts.slice(0, NAMED).map((text) => ({ kind, text }));
  const rest = texts.length - shown.length;
  return rest > 0 ? [...shown, { kind, text: `and ${rest} more` }] : shown;
}

async function sideOf(project: Project): Promise<Side> {
  const stacks = await listStackFiles(project);
  const files = new Map(stacks.map(({ stack, file }) => [stack, readFileSync(file, "utf8")]));
  const entry = findEntry(project)?.file;
  const inside = entry === undefined ? undefined : relativeTo(project, entry);
  return { project, files, graph: new ModuleGraph(project.root), entry: inside };
}

/** Every word that a stack's config has as a value, defaults included; undefined if it cannot be read. */
function namesIn(stack: string, text: string, project: string): Set<string> | undefined {
  const { spec } = readStackText(stack, text, project);
  return spec && new Set(textsIn(spec));
}

/** Files of the project that a stack file names: contexts of images, and whatever else it reads. */
function filesNamedIn(text: string, project: Project): string[] {
  const { read } = readYaml(text);
  if (!read) return [];
  const paths = [...textsIn(read.value)].filter((value) => /^[\w./-]{1,200}$/.test(value) && value.includes("/"));
  return [...new Set(paths)].map(normalize).flatMap((path) => {
    if (path.startsWith("..") || path.startsWith(sep)) return [];
    return filesIn(project.root, path);
  });
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null) for (const item of Object.values(value)) yield* textsIn(item);
}

const isTemplate = (file: string): boolean => file.startsWith(`templates${sep}`);

const stackFileName = (project: Project, stack: string): string => relativeTo(project, stackFile(project, stack));

const relativeTo = ({ root }: Project, file: string): string => relative(realpathSync(root), realpathSync(file));
