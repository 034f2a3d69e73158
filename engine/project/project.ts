import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import { EngineError } from "../errors.js";
import { PULUMI_VERSION, satisfies } from "../version.js";
import { splitArguments } from "./arguments.js";
import { displayPath, readYamlFile, type YamlFile } from "./yaml.js";

/** A Pulumi project: what `Pulumi.yaml` says, with paths resolved. */
export interface Project {
  name: string;
  /** Folder of the project file. */
  root: string;
  /** `main` as written; undefined if it is not set. */
  main: string | undefined;
  /** Folder that the program runs in. */
  programDir: string;
  /** What is loaded, relative to programDir: a file name, or `.` for the package's own entry. */
  entry: string;
  /** Folder of the stack files, absolute. */
  stackConfigDir: string;
  runtimeOptions: RuntimeOptions;
  /** `backend.url`. */
  backendUrl: string | undefined;
  /** `config:` of the project file, keys in the form `namespace:name`. */
  projectConfig: ProjectConfig;
  /** `options.refresh: always`. */
  refreshAlways: boolean;
  /** `plugins.providers`: plugins that are not looked for anywhere else. */
  providerPlugins: ProjectPlugin[];
  /** The project file, absolute. */
  file: string;
}

/** A plugin that the project file names. */
export interface ProjectPlugin {
  /** Package name, `docker`. */
  name: string;
  /** Undefined: for whatever version is asked for. */
  version?: string;
  /** A folder or an executable, absolute. */
  path: string;
}

export interface RuntimeOptions {
  /** Load the program through ts-node; default true. */
  typescript: boolean;
  /** Arguments of node itself, split as a shell would. */
  nodeargs: string[];
  /** Path of a tsconfig.json, as written. */
  tsconfig: string | undefined;
}

/** A declaration of the project's `config:` section. */
export interface ConfigDeclaration {
  type?: string;
  items?: { type?: string; items?: unknown };
  default?: unknown;
  value?: unknown;
  secret?: boolean;
  /** Where it stands, `Pulumi.yaml:9:3`. */
  place: string;
}
export type ProjectConfig = Map<string, ConfigDeclaration>;

const EXTENSIONS = [".yaml", ".yml", ".json"];
const STACK_NAME = /^[A-Za-z0-9_.-]{1,100}$/;

/** Finds the project file in `cwd` or above and reads it. Throws EngineError with the place of the fault. */
export async function openProject(cwd: string): Promise<Project> {
  const file = await findProjectFile(resolve(cwd));
  const yaml = await readYamlFile(file);
  const root = yaml?.document.contents;
  if (!yaml || !isMap(root))
    throw new EngineError(`${displayPath(file)} is not a project file: it should be a map of settings`);

  const read = new Reader(yaml);
  const name = read.text(root, "name");
  if (!name) throw new EngineError(`${yaml.place(root)}: the project has no name`, "add a line `name: <project>`");
  if (!STACK_NAME.test(name)) {
    throw new EngineError(
      `${yaml.place(node(root, "name"))}: "${name}" is not a project name`,
      "use letters, digits, `-`, `_` and `.`, at most 100",
    );
  }
  requireVersion(root, read, yaml);
  const folder = dirname(file);
  const legacy = legacyConfigDir(root, yaml);
  const configDir = read.text(root, "stackConfigDir") ?? legacy;
  const main = read.text(root, "main");
  const backend = read.map(root, "backend");
  const options = read.map(root, "options");
  return {
    name,
    root: folder,
    main,
    ...(await locateProgram(folder, main, yaml.place(node(root, "main")))),
    stackConfigDir: configDir ? resolve(folder, configDir) : folder,
    runtimeOptions: runtimeOptions(root, read, yaml),
    backendUrl: backend && read.text(backend, "url"),
    projectConfig: legacy === undefined ? projectConfig(root, name, yaml) : new Map(),
    refreshAlways: options !== undefined && read.text(options, "refresh") === "always",
    providerPlugins: providerPlugins(root, read, yaml, folder),
    file,
  };
}

function requireVersion(root: YAMLMap, read: Reader, yaml: YamlFile): void {
  const range = read.text(root, "requiredPulumiVersion");
  if (range === undefined) return;
  const place = yaml.place(node(root, "requiredPulumiVersion"));
  let fits: boolean;
  try {
    fits = satisfies(PULUMI_VERSION, range);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(`${place}: requiredPulumiVersion: ${error.message}`, error.fix);
  }
  if (!fits)
    throw new EngineError(
      `${place}: the project requires Pulumi ${range}; this engine behaves like ${PULUMI_VERSION}`,
      "use the real engine for this project (`pulumi up`)",
    );
}

function providerPlugins(root: YAMLMap, read: Reader, yaml: YamlFile, folder: string): ProjectPlugin[] {
  const plugins = read.map(root, "plugins");
  const providers = plugins && node(plugins, "providers");
  if (providers === undefined) return [];
  if (!isSeq(providers)) throw new EngineError(`${yaml.place(providers)}: plugins.providers: should be a list`);
  return providers.items.map((item) => {
    const place = yaml.place(item as Node);
    if (!isMap(item)) throw new EngineError(`${place}: plugins.providers: should be a list of maps`);
    const name = read.text(item, "name");
    const path = read.text(item, "path");
    if (!name || !path)
      throw new EngineError(`${place}: plugins.providers: an entry lacks its name or path`, "give it both");
    return { name, path: resolve(folder, path), version: read.text(item, "version") };
  });
}

/** The stack's file, `Pulumi.<stack>.yaml` in the folder of stack files; it need not exist. Throws on a malformed name. */
export function stackFile(project: Project, stack: string): string {
  checkStackName(stack);
  return join(project.stackConfigDir, `Pulumi.${stack}${extname(project.file)}`);
}

/** All stack files of a project, sorted by stack name. */
export async function listStackFiles(project: Project): Promise<{ stack: string; file: string }[]> {
  const extension = extname(project.file);
  let names: string[];
  try {
    names = await readdir(project.stackConfigDir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new EngineError(`cannot list ${displayPath(project.stackConfigDir)}: ${(error as Error).message}`);
  }
  return names
    .filter((name) => name.startsWith("Pulumi.") && name.endsWith(extension) && name.length > 7 + extension.length)
    .map((name) => ({ stack: name.slice(7, -extension.length), file: join(project.stackConfigDir, name) }))
    .filter(({ stack }) => STACK_NAME.test(stack))
    .sort((a, b) => (a.stack < b.stack ? -1 : 1));
}

/** Throws EngineError unless it can be a stack's name (which also keeps it from leaving the state's folder). */
export function checkStackName(stack: string): void {
  if (STACK_NAME.test(stack) && stack !== "." && stack !== "..") return;
  throw new EngineError(`"${stack}" is not a stack name`, "use letters, digits, `-`, `_` and `.`, at most 100");
}

async function findProjectFile(start: string): Promise<string> {
  for (let folder = start; ; folder = dirname(folder)) {
    for (const extension of EXTENSIONS) {
      const file = join(folder, `Pulumi${extension}`);
      if (await isFile(file)) return file;
    }
    if (dirname(folder) === folder) break;
  }
  throw new EngineError(`no Pulumi.yaml in ${start} or any folder above it`, "change to the project's folder");
}

async function locateProgram(root: string, main: string | undefined, place: string) {
  if (main === undefined) return { programDir: root, entry: "." };
  const path = resolve(root, main);
  const info = await stat(path).catch(() => undefined);
  if (info?.isDirectory()) return { programDir: path, entry: "." };
  if (info?.isFile()) return { programDir: dirname(path), entry: basename(path) };
  throw new EngineError(
    `${place}: main: there is no ${main}`,
    "name the program's file or folder, relative to Pulumi.yaml",
  );
}

function runtimeOptions(root: YAMLMap, read: Reader, yaml: YamlFile): RuntimeOptions {
  const runtime = root.get("runtime", true) as Node | undefined;
  const section = isMap(runtime) ? runtime : undefined;
  const name = section ? read.text(section, "name") : read.text(root, "runtime");
  if (name !== "nodejs") {
    throw new EngineError(
      `${yaml.place(runtime ?? root)}: runtime: ${name ?? "missing"}: the hermetic engine runs only nodejs programs`,
      "set `runtime: nodejs`, or use the real Pulumi engine",
    );
  }
  const options = section && read.map(section, "options");
  return {
    typescript: !options || read.text(options, "typescript") !== "false",
    nodeargs: splitArguments((options && read.text(options, "nodeargs")) ?? ""),
    tsconfig: options && read.text(options, "tsconfig"),
  };
}

/** `config: <folder>` is the old spelling of `stackConfigDir`. */
function legacyConfigDir(root: YAMLMap, yaml: YamlFile): string | undefined {
  const config = node(root, "config");
  if (!isScalar(config) || typeof config.value !== "string") return undefined;
  if (root.has("stackConfigDir")) {
    throw new EngineError(
      `${yaml.place(config)}: config: is the old name of stackConfigDir, and both are set`,
      "remove the line `config:`",
    );
  }
  return config.value;
}

function projectConfig(root: YAMLMap, project: string, yaml: YamlFile): ProjectConfig {
  const declarations: ProjectConfig = new Map();
  const config = node(root, "config");
  if (config === undefined || (isScalar(config) && config.value === null)) return declarations;
  if (!isMap(config)) throw new EngineError(`${yaml.place(config)}: config: should be a map of configuration keys`);
  for (const { key, value } of config.items) {
    const name = String(isScalar(key) ? key.value : key);
    const place = yaml.place(key as Node);
    const known = ["type", "items", "default", "value", "secret", "description"];
    const plain = (value as Node | null)?.toJS(yaml.document) as unknown;
    if (!isMap(value)) {
      declarations.set(qualify(name, project), { default: plain, place });
      continue;
    }
    for (const item of value.items) {
      const word = String(isScalar(item.key) ? item.key.value : item.key);
      if (known.includes(word)) continue;
      throw new EngineError(
        `${yaml.place(item.key as Node)}: config: ${name}: unknown key "${word}"`,
        `use ${known.join(", ")}; a map as default stands under \`default:\``,
      );
    }
    declarations.set(qualify(name, project), { ...(plain as object), place });
  }
  return declarations;
}

const qualify = (key: string, project: string): string => (key.includes(":") ? key : `${project}:${key}`);

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

function node(map: YAMLMap, key: string): Node | undefined {
  return (map.get(key, true) as Node | undefined) ?? undefined;
}

/** Reads settings and complains about a wrong shape at its place. */
class Reader {
  constructor(private readonly yaml: YamlFile) {}

  text(map: YAMLMap, key: string): string | undefined {
    const value = node(map, key);
    if (value === undefined || (isScalar(value) && value.value === null)) return undefined;
    if (isScalar(value)) return value.source ?? String(value.value);
    throw new EngineError(`${this.yaml.place(value)}: ${key}: should be a text`);
  }

  map(map: YAMLMap, key: string): YAMLMap | undefined {
    const value = node(map, key);
    if (value === undefined || (isScalar(value) && value.value === null)) return undefined;
    if (isMap(value)) return value;
    throw new EngineError(`${this.yaml.place(value)}: ${key}: should be a map of settings`);
  }
}
