import { existsSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { findManifest, type Manifest } from "../project/manifest.js";
import type { Project } from "../project/project.js";
import { ORGANIZATION, type Sdk } from "./sdk.js";

/** A program's main function; the rest of its module has run. */
export type Main = () => unknown;

const native = createRequire(import.meta.url);
const { nativeImport } = native("./native-import.cjs") as { nativeImport: (url: string) => Promise<object> };

/** By entry file, for the life of the process: a module runs once. */
const loaded = new Map<string, Loaded>();
interface Loaded {
  main: Promise<Main | undefined>;
  /** What it was loaded from; undefined until it is. */
  stamp?: string;
}

/** A file that a program begins with, and how it is loaded. */
export interface Entry {
  file: string;
  module: boolean;
}

/** Finds the file that the SDK's runner would load; undefined where that is not plain. */
export function findEntry(project: Project): Entry | undefined {
  const manifest = findManifest(project.programDir);
  let file = resolve(project.programDir, project.entry);
  if (project.entry === "." && manifest !== undefined) {
    const named = entryOf(manifest.content);
    if (named !== undefined && existsSync(join(manifest.folder, named))) file = join(manifest.folder, named);
  }
  const module = manifest?.content.type === "module";
  if (!existsSync(file)) return undefined;
  if (statSync(file).isDirectory()) {
    const names = module ? ["index.js", "index.mjs", "index.ts", "index.mts"] : ["index.js"];
    const name = names.find((item) => existsSync(join(file, item)));
    if (name === undefined) return undefined;
    file = join(file, name);
  }
  return { file: realpathSync(file), module: module || extname(file) === ".mjs" };
}

/**
 * The main function of a program, with its module loaded once for all stacks. Undefined if it has none (all of it is top-level code), if its
 * top-level code asks for something of one stack, or if it was changed since it was loaded and cannot be loaded anew.
 */
export function loadMain(entry: Entry, project: Project, sdk: Sdk): Promise<Main | undefined> {
  const known = loaded.get(entry.file);
  // While it loads, its modules are not known.
  if (known !== undefined && (known.stamp === undefined || known.stamp === stampOf(entry, project))) return known.main;
  if (known !== undefined && entry.module) return Promise.resolve(undefined);
  if (known !== undefined) forget(entry.file);
  const record: Loaded = { main: probe(entry, project, sdk) };
  loaded.set(entry.file, record);
  const settle = () => {
    record.stamp = stampOf(entry, project);
  };
  record.main.then(settle, settle);
  return record.main;
}

/** Loads the module in a context of no stack, and sees whether it minds. */
async function probe(entry: Entry, project: Project, sdk: Sdk): Promise<Main | undefined> {
  let asked = false;
  const watch = <T extends object>(target: T, keys: (key: string | symbol) => boolean): T =>
    new Proxy(target, {
      get: (inner, key) => {
        if (keys(key)) asked = true;
        return Reflect.get(inner, key);
      },
    });
  const exported = await sdk.state.withLocalStorage(async () => {
    const store = sdk.state.getStore();
    // The project is the same for all its stacks.
    const common = { project: project.name, rootDirectory: project.root, organization: ORGANIZATION };
    store.settings.options = watch({ ...store.settings.options, ...common }, (key) => !(key in common));
    store.config = watch(store.config, () => true);
    if (!entry.module) return native(entry.file) as unknown;
    const namespace = await nativeImport(pathToFileURL(entry.file).href);
    // With named exports beside a default the runner fails, and says so.
    if (!("default" in namespace)) return undefined;
    return Object.keys(namespace).length === 1 ? namespace.default : undefined;
  });
  return typeof exported === "function" && !asked ? (exported as Main) : undefined;
}

/** When the program's own CommonJS modules, or the entry alone of an ES module, were changed last. */
function stampOf(entry: Entry, project: Project): string {
  const files = entry.module ? [entry.file] : ownModules(entry.file);
  const stamps = files.map((file) => {
    const info = statSync(file, { throwIfNoEntry: false });
    return `${file} ${info?.mtimeMs} ${info?.size} ${info?.ino}`;
  });
  return [project.name, ...stamps].join("\n");
}

function ownModules(file: string, found = new Set<string>()): string[] {
  found.add(file);
  for (const child of native.cache[file]?.children ?? []) {
    if (!found.has(child.id) && !child.id.includes("/node_modules/")) ownModules(child.id, found);
  }
  return [...found];
}

function forget(file: string): void {
  for (const module of ownModules(file)) delete native.cache[module];
}

function entryOf({ exports, main }: Manifest): string | undefined {
  if (typeof exports === "string") return exports;
  if (typeof exports !== "object" || exports === null) return main;
  const root = (exports as Record<string, unknown>)["."];
  if (typeof root === "string") return root;
  const conditions = (root ?? {}) as Record<string, unknown>;
  const chosen = conditions.default ?? conditions.require ?? conditions.import;
  return typeof chosen === "string" ? chosen : undefined;
}
