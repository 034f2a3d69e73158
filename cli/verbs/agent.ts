import type { Command } from "commander";
import { readStackText } from "../../spec/check/stack-file.js";
import { type RuntimeName, runtimes } from "../../spec/runtimes/index.js";
import { LEAST_REASON, readReason } from "../../spec/values/reason.js";
import { copiedEntry, type Data, freshEntry, withPort } from "../agents/entry.js";
import { givenSecrets } from "../agents/given-secrets.js";
import { provide, withoutOwn } from "../agents/own-secrets.js";
import { keptOf, retainedOf, withRetained } from "../agents/retained.js";
import { FleetError } from "../errors.js";
import { parseKey, parseSetting, type Setting } from "../settings.js";
import { applyEdit, sectionOf, sectionPath } from "../stack-edit.js";
import { SecretWriter } from "../stack-secrets.js";
import { suggestion } from "../suggest.js";
import { action } from "../verb.js";
import { currentProject, readStack, type StackFile } from "../workspace.js";
import { blockOf, removeValue, setValue, valueAt, withoutValue } from "../yaml-edit.js";

interface AddOptions {
  like?: string;
  port: string;
  secrets?: string;
}

export function define(command: Command): void {
  command
    .summary("add, change or remove an agent in a stack file")
    .description(
      "Edits fleet:agents in the stack file. Comments, order and quotes stay; a change that is at fault is not written.",
    );
  const add = command
    .command("add")
    .description(
      "Adds an agent, with keys of its own where its runtime has such. One that was removed comes back as it was.",
    )
    .argument("<stack>")
    .argument("<name>", "name of the new agent")
    .argument("[settings...]", "such as resources.memory=3GiB")
    .option("--like <agent>", "begin with a copy of this agent")
    .option("--port <port>", "port on the machine's loopback, or auto", "auto")
    .option("--secrets <file>", "its secrets, as lines such as telegram.bot=…; - reads standard input");
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
    .description("Takes an agent out. Its data volumes and its keys are kept, unless --delete-data is given.")
    .argument("<stack>")
    .argument("<name>")
    .option("--delete-data", "the next up deletes its data too, which cannot be undone")
    .option("--reason <text>", "of --delete-data: why, which is noted in fleet:acknowledged")
    .option("-y, --yes", "do not ask");
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
  { like, port, secrets: from }: AddOptions,
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
  const kept = keptOf(project, file, name);
  const start = like === undefined ? freshEntry(spec, wanted) : copiedEntry(file, [...path, like], like, name);
  let entry = setValue("", [name], start);
  if (like !== undefined) entry = withoutOwn(entry, name, like, ownOf(entry, name, []));
  if (kept) entry = withRetained(entry, name, kept);
  for (const { path: key, value } of wanted) entry = setValue(entry, [name, ...key], value);
  const own = ownOf(entry, name, wanted);
  const known = sectionOf(project, file, "secrets");
  const made = provide(entry, name, own, await givenSecrets(from, own), (secret) => Object.hasOwn(known, secret));
  entry = await withPort(made.entry, name, port, wanted, spec);

  const block = blockOf(entry, [name]);
  let edited = setValue(file.text, [...path, name], block ?? valueAt(entry, [name]));
  if (kept) edited = withoutValue(edited, [...sectionPath(project, file, "retained"), name]);
  if (made.secrets.size > 0) {
    const writer = await SecretWriter.open(project, file);
    for (const [secret, value] of made.secrets) edited = writer.set(edited, secret, value);
  }
  const example = Object.keys(agents)[0];
  const hint = like === undefined && example ? `begin with a copy of another agent: --like ${example}` : undefined;
  if (!(await applyEdit(project, file, edited, hint))) return undefined;
  if (like !== undefined && block && new RegExp(`\\b${like}\\b`, "i").test(block.text)) {
    process.stdout.write(`The copy still speaks of ${like}: look through it.\n`);
  }
  for (const [setting, key] of made.published) process.stdout.write(`Its ${setting}: ${key}\n`);
  process.stdout.write(`Now run ./fleet up ${stack}\n`);
  return undefined;
}

/** The secrets that an agent of an entry's runtime has for itself; none for a runtime that is a fault. */
function ownOf(entry: string, name: string, wanted: Setting[]) {
  const runtime = wanted.find(({ path }) => path.join(".") === "runtime")?.value ?? valueAt(entry, [name, "runtime"]);
  return runtimes[runtime as RuntimeName]?.ownSecrets ?? [];
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
  for (const key of gone) text = withoutValue(text, [...path, name, ...key]);
  const spec = await applyEdit(project, file, text);
  if (!spec) {
    process.stdout.write(`${file.shown} has that already; nothing was written.\n`);
    return undefined;
  }
  const agent = spec.agents[name];
  if (agent?.runtime === "claw" && agent.adopted) {
    process.stdout.write(
      `${name} was adopted: limits, hardening and labels stay as they were made until ./fleet patch ${stack} ${name}\n`,
    );
  }
  process.stdout.write(`Now run ./fleet up ${stack}\n`);
  return undefined;
}

async function removeAgent(
  stack: string,
  name: string,
  options: { deleteData?: boolean; reason?: string; yes?: boolean },
): Promise<undefined> {
  const reason = readReason(options.reason ?? `removed with its data by agent remove ${name} --delete-data`);
  if (reason === undefined || (options.reason !== undefined && !options.deleteData)) {
    throw new FleetError(
      reason === undefined ? `--reason ${options.reason} is no reason` : "--reason says why data may go",
      reason === undefined
        ? `say in ${LEAST_REASON} characters or more why the data may go`
        : "give --delete-data with it",
    );
  }
  const { project, file, spec, agents, path } = await open(stack);
  mustExist(file, agents, name);
  if (options.deleteData) {
    // Late: it brings the engine with it.
    const { deleteData } = await import("../agents/delete-data.js");
    return deleteData({ project, file, spec, path, stack, name, yes: options.yes ?? false, reason });
  }
  const agent = spec?.agents[name];
  const kept = agent && retainedOf(agent, agents[name]);
  let text = removeValue(file.text, [...path, name]);
  if (kept) text = setValue(text, [...sectionPath(project, file, "retained"), name], kept);
  if (!(await applyEdit(project, file, text))) return undefined;
  const volumes = Object.values(agent?.volumes ?? {});
  const names = (isDeleted: boolean) =>
    volumes.filter((volume) => volume.deleteData === isDeleted).map(({ dockerName }) => dockerName);
  if (names(true).length > 0) {
    process.stdout.write(
      `The next up deletes ${names(true).join(", ")} with all data (deleteData: true), and wants to be told why: ` +
        "it prints the lines for fleet:acknowledged.\n",
    );
  }
  if (names(false).length > 0) {
    process.stdout.write(
      `The next up keeps its data: ${names(false).join(", ")}. Adding ${name} again takes it up; ` +
        `\`./fleet purge ${stack} --entry ${name}\` deletes it.\n`,
    );
  }
  if (agent?.folder !== undefined) {
    process.stdout.write(
      `Its data stays on ${agent.machine}, in ${agent.folder}. Adding ${name} again takes it up; ` +
        "delete the folder there to be rid of it.\n",
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
