import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join, normalize, relative, sep } from "node:path";

/** What a module of the program brings with it. */
interface ModuleFacts {
  /** Files of the project, relative to it: what it imports, and what it names to read. */
  files: string[];
  /** Folders of modules of which it loads those that a stack names. */
  kinds: string[];
  /** npm packages. */
  packages: string[];
}

const MODULE = /\.[cm]?[jt]sx?$/;
/** Imports that leave nothing behind in the running program. */
const TYPES_ONLY = /\b(?:import|export)\s+type\b[^;"']*?from\s*(["'])[^"'\n]+\1/g;
const IMPORTS = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(["'])([^"'\n]+)\1/g;
/** A folder whose modules are loaded by name: `loadKind(import.meta.url, "kinds", name)`. */
const KINDS = /\(\s*import\.meta\.url\s*,\s*(["'])([^"'\n]+)\1/g;
/** What is read from beside a module: `new URL("./locks/", import.meta.url)`, with a part that is made up or not. */
const BESIDE = /new URL\(\s*(["'`])([^"'`\n]*?)(?:\1|\$\{)/g;
const TEXTS = /(["'])((?:[\w.@-]+\/)*[\w.@-]+)\1/g;

/** Which files and packages a program is made of, by reading its modules: nothing of it is run. */
export class ModuleGraph {
  readonly #facts = new Map<string, ModuleFacts>();

  constructor(private readonly root: string) {}

  /**
   * All that the program may load, from its entry on.
   *
   * @param names what the stack's config names: of folders of kinds only these are loaded; undefined: all of them
   */
  reach(entry: string, names: Set<string> | undefined): { files: Set<string>; packages: Set<string> } {
    const files = new Set<string>();
    const packages = new Set<string>();
    const open = [entry];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (files.has(file)) continue;
      files.add(file);
      if (!MODULE.test(file)) continue;
      const facts = this.#read(file);
      for (const name of facts.packages) packages.add(name);
      open.push(...facts.files);
      for (const folder of facts.kinds) {
        const known = this.#modulesIn(folder);
        open.push(...known.filter((path) => names === undefined || names.has(baseName(path))));
      }
    }
    return { files, packages };
  }

  #read(file: string): ModuleFacts {
    const known = this.#facts.get(file);
    if (known) return known;
    const facts = this.#parse(file);
    this.#facts.set(file, facts);
    return facts;
  }

  #parse(file: string): ModuleFacts {
    let text: string;
    try {
      text = readFileSync(join(this.root, file), "utf8").replace(TYPES_ONLY, " ");
    } catch {
      return { files: [], kinds: [], packages: [] };
    }
    const folder = dirname(file);
    const files = new Set<string>();
    const packages = new Set<string>();
    for (const [, , name = ""] of text.matchAll(IMPORTS)) {
      if (name.startsWith(".")) this.#resolve(folder, name, files);
      else if (!name.startsWith("node:")) packages.add(packageOf(name));
    }
    for (const [whole, , path = ""] of text.matchAll(BESIDE)) {
      // Of a name that is made up only the folder is known; one beside or below the module holds what is meant for it.
      const madeUp = whole.endsWith("${");
      if (!madeUp || !path.startsWith("..")) this.#resolve(folder, madeUp ? path.replace(/[^/]*$/, "") : path, files);
    }
    // A template or a script that is named by its path: from where it stands, from the project, or from templates/.
    for (const [, , path = ""] of text.matchAll(TEXTS)) {
      if (!extname(path) || path.startsWith("@")) continue;
      for (const from of path.includes("/") ? [folder, "", "templates"] : [folder]) this.#file(join(from, path), files);
    }
    files.delete(file);
    const kinds = [...text.matchAll(KINDS)].map(([, , name = ""]) => normalize(join(folder, name)));
    return { files: [...files], kinds, packages: [...packages] };
  }

  /** Adds the file that a path names, or all of a folder. */
  #resolve(from: string, path: string, files: Set<string>): void {
    const target = normalize(join(from, path));
    if (this.#file(target, files)) return;
    const source = target.replace(/\.([cm]?)js$/, ".$1ts");
    if (this.#file(source, files)) return;
    for (const index of ["index.ts", "index.js"]) if (this.#file(join(target, index), files)) return;
    // The project's own folder is named to find others in it.
    if (/^\.\/?$/.test(target) || target.startsWith("..")) return;
    for (const inner of filesIn(this.root, target)) files.add(inner);
  }

  #file(path: string, files: Set<string>): boolean {
    const normal = normalize(path);
    if (normal.startsWith("..") || normal.split(sep).includes("node_modules")) return false;
    if (!statSync(join(this.root, normal), { throwIfNoEntry: false })?.isFile()) return false;
    files.add(normal);
    return true;
  }

  #modulesIn(folder: string): string[] {
    try {
      return readdirSync(join(this.root, folder))
        .filter((name) => MODULE.test(name) && !name.endsWith(".d.ts"))
        .map((name) => join(folder, name));
    } catch {
      return [];
    }
  }
}

/** All files below a path of the project, or the file that it is; relative to the project. */
export function filesIn(root: string, path: string): string[] {
  const full = join(root, path);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (stat?.isFile()) return [normalize(path)];
  if (!stat?.isDirectory()) return [];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.split(sep).includes("node_modules"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/** `@pulumi/docker` of `@pulumi/docker/container.js`. */
export function packageOf(name: string): string {
  return name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
}

const baseName = (path: string): string => path.slice(path.lastIndexOf(sep) + 1).replace(MODULE, "");
