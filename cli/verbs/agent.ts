import type { Command } from "commander";
import { readStackText } from "../../spec/check/stack-file.js";
import type { FleetSpec } from "../../spec/index.js";
import { FleetError } from "../errors.js";
import { isFree, publishedPorts } from "../ports.js";
import { parseKey, parseSetting, type Setting } from "../settings.js";
import { applyEdit, sectionOf, sectionPath } from "../stack-edit.js";
import { suggestion } from "../suggest.js";
import { action } from "../verb.js";
import { currentProject, readStack, type StackFile } from "../workspace.js";
import { type BlockText, blockOf, type KeyPath, removeValue, setValue, valueAt } from "../yaml-edit.js";

type Data = Record<string, unknown>;

export function define(command: Command): void {
  command
    .summary("add, change or remove an agent in a stack file")
    .description(
      "Edits fleet:agents in the stack file. Comments, order and quotes stay; a change that is at fault is not written.",
    );
  const add = command
    .command("add")
    .description("Adds an agent.")
    .argument("<stack>")
    .argument("<name>", "name of the new agent")
    .argument("[settings...]", "such as resources.memory=3GiB")
    .option("--like <agent>", "begin with a copy of this agent")
    .option("--port <port>", "port on the machine's loopback, or auto", "auto");
  action(add, addAgent);
  const set = command
    .command("set")
    .description("Changes settings of an agent.")
    .argument("<stack>")
    .argument("<name>")
    .argument("[settings...]", "such as resources.memory=3GiB token.rotation=2")
    .option("--unset <key...>", "take settings out, back to their defaults");
  action(set, setAgent);
  const remove = command
    .command("remove")
    .description("Takes an agent out. Its data volumes are kept on the next up.")
    .argument("<stack>")
    .argument("<name>");
  action(remove, removeAgent);
}

/** A stack file with its agents as they stand there. */
async function open(stack: string) {
  const project = await currentProject();
  const file = await readStack(project, stack);
  const { spec } = readStackText(stack, file.text, project.name);
  return {
    project,
    file,
    spec,
    agents: sectionOf(project, file, "agents"),
    path: sectionPath(project, file, "agents"),
  };
}

async function addAgent(
  stack: string,
  name: string,
  settings: string[],
  { like, port }: { like?: string; port: string },
): Promise<undefined> {
  const wanted = settings.map(parseSetting);
  const { project, file, spec, agents, path } = await open(stack);
  if (Object.hasOwn(agents, name)) {
    throw new FleetError(
      `${file.shown} has an agent ${name} already`,
      `change it with \`./fleet agent set ${stack} ${name} …\``,
    );
  }
  if (like !== undefined) mustExist(file, agents, like);
  const start = like === undefined ? fresh(spec, wanted) : copied(file, [...path, like], like, name);
  let entry = setValue("", [name], start);
  for (const { path: key, value } of wanted) entry = setValue(entry, [name, ...key], value);
  entry = await withPort(entry, name, port, wanted, spec);
  const block = blockOf(entry, [name]);
  const edited = setValue(file.text, [...path, name], block ?? valueAt(entry, [name]));
  const example = Object.keys(agents)[0];
  const hint = like === undefined && example ? `begin with a copy of another agent: --like ${example}` : undefined;
  if (!(await applyEdit(project, file, edited, hint))) return undefined;
  if (like !== undefined && block && new RegExp(`\\b${like}\\b`, "i").test(block.text)) {
    process.stdout.write(`The copy still speaks of ${like}: look through it.\n`);
  }
  process.stdout.write(`Now run ./fleet up ${stack}\n`);
  return undefined;
}

/** An agent made from nothing: what the file leaves no choice about is filled in. */
function fresh(spec: FleetSpec | undefined, wanted: Setting[]): Data {
  const names = (section: object | undefined) => Object.keys(section ?? {});
  const machines = names(spec?.machines);
  const runtime = wanted.find(({ path }) => path.join(".") === "runtime")?.value ?? "openclaw";
  const image = names(spec?.images).find((entry) => entry === runtime);
  return { ...(machines.length === 1 && { machine: machines[0] }), runtime, ...(image && { image }) };
}

/** Another agent's block with its comments; its own host name would clash. */
function copied(file: StackFile, path: KeyPath, like: string, name: string): BlockText | Data {
  const block = blockOf(file.text, path);
  let text = block ? setValue("", ["copy"], block) : setValue("", ["copy"], valueAt(file.text, path));
  const host = valueAt(text, ["copy", "host"]);
  if (typeof host === "string") {
    const [first, ...rest] = host.split(".");
    text =
      first === like
        ? setValue(text, ["copy", "host"], [name, ...rest].join("."))
        : removeValue(text, ["copy", "host"]);
  }
  return blockOf(text, ["copy"]) ?? (valueAt(text, ["copy"]) as Data);
}

async function withPort(
  entry: string,
  name: string,
  port: string,
  wanted: Setting[],
  spec: FleetSpec | undefined,
): Promise<string> {
  if (wanted.some(({ path }) => path[0] === "port" && path.length === 1)) return entry;
  if (port !== "auto") {
    if (!/^\d+$/.test(port)) throw new FleetError(`--port ${port} is not a port`, "give a number, or auto");
    return setValue(entry, [name, "port"], Number(port));
  }
  const present = valueAt(entry, [name, "port"]);
  const needsOne = valueAt(entry, [name, "runtime"]) === "openclaw";
  if (present === undefined && !needsOne) return entry;
  const taken = new Set(spec ? publishedPorts(spec).map((published) => published.port) : []);
  let free = typeof present === "number" ? present : 18789;
  while (taken.has(free) || !(await isFree(free))) {
    free++;
    if (free > 65535) throw new FleetError("no port is free", "give one with --port");
  }
  return setValue(entry, [name, "port"], free);
}

async function setAgent(
  stack: string,
  name: string,
  settings: string[],
  { unset = [] }: { unset?: string[] },
): Promise<undefined> {
  if (settings.length === 0 && unset.length === 0) {
    throw new FleetError(
      "nothing to set",
      `give settings: \`./fleet agent set ${stack} ${name} resources.memory=3GiB\``,
    );
  }
  const wanted = settings.map(parseSetting);
  const gone = unset.map(parseKey);
  const { project, file, agents, path } = await open(stack);
  mustExist(file, agents, name);
  let text = file.text;
  for (const { path: key, value } of wanted) {
    if (!isSame(valueAt(text, [...path, name, ...key]), value)) text = setValue(text, [...path, name, ...key], value);
  }
  for (const key of gone) {
    if (valueAt(text, [...path, name, ...key]) !== undefined) text = removeValue(text, [...path, name, ...key]);
  }
  if (await applyEdit(project, file, text)) process.stdout.write(`Now run ./fleet up ${stack}\n`);
  else process.stdout.write(`${file.shown} has that already; nothing was written.\n`);
  return undefined;
}

async function removeAgent(stack: string, name: string): Promise<undefined> {
  const { project, file, spec, agents, path } = await open(stack);
  mustExist(file, agents, name);
  if (!(await applyEdit(project, file, removeValue(file.text, [...path, name])))) return undefined;
  const volumes = Object.values(spec?.agents[name]?.volumes ?? {});
  const names = (deleteData: boolean) =>
    volumes.filter((volume) => volume.deleteData === deleteData).map(({ dockerName }) => dockerName);
  if (names(true).length > 0) {
    process.stdout.write(`The next up deletes ${names(true).join(", ")} with all data (deleteData: true).\n`);
  }
  if (names(false).length > 0) {
    process.stdout.write(
      `The next up keeps its data: ${names(false).join(", ")}. Adding ${name} again takes it up; ` +
        `\`./fleet purge ${stack} --entry ${name}\` deletes it.\n`,
    );
  }
  process.stdout.write(`Now run ./fleet up ${stack}\n`);
  return undefined;
}

function mustExist(file: StackFile, agents: Data, name: string): void {
  if (Object.hasOwn(agents, name)) return;
  const known = Object.keys(agents);
  throw new FleetError(
    `${file.shown} has no agent "${name}"${suggestion(name, known)}`,
    known.length > 0 ? `its agents are ${known.join(", ")}` : undefined,
  );
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
