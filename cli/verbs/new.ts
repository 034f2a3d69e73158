import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { type Project, stackFile } from "../../engine/project/project.js";
import { readStackText } from "../../spec/check/stack-file.js";
import { type FleetSpec, isMissingHostKey, NAME } from "../../spec/index.js";
import { FleetError } from "../errors.js";
import { planSecrets, type SecretPlan } from "../new-team/secrets.js";
import { takenNames } from "../new-team/taken.js";
import { renamed } from "../new-team/words.js";
import { ask, confirm, isInteractive } from "../prompt.js";
import { sectionOf, sectionPath } from "../stack-edit.js";
import { SecretWriter } from "../stack-secrets.js";
import { action } from "../verb.js";
import { count, currentProject, printFaults, readStack, type StackFile, shorten, stackNames } from "../workspace.js";
import { setValue, withoutValue } from "../yaml-edit.js";

interface TeamOptions {
  from: string;
  agents?: string;
  address?: string;
  copySecrets?: string;
  yes?: boolean;
  dryRun?: boolean;
}

export function define(command: Command): void {
  command.summary("begin a stack file for a new team").description("Makes a stack file from one that is there.");
  const team = command
    .command("team")
    .description(
      "Copies a team's stack file under another name: comments stay, names become the new team's. What only that team knows, such as its database's password, is made anew; what the platform's teams share is taken over; what is left is named.",
    )
    .argument("<name>", "the team's name, such as delta")
    .requiredOption("--from <stack>", "the stack of the team to copy, such as mypa-beta")
    .option("--agents <names>", "names of its agents, separated by commas, in the order of the copied ones")
    .option("--address <ssh://…>", "the team's host, where the copied machine is one that exists")
    .option(
      "--copy-secrets <names>",
      "secrets to take over; default: those that other stacks share. An empty text: none",
    )
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "print the file, without secrets, and write nothing");
  action(team, newTeam);
}

async function newTeam(team: string, options: TeamOptions): Promise<undefined> {
  const project = await currentProject();
  const source = await readStack(project, options.from);
  const { prefix, word } = teamOf(source);
  const stack = `${prefix}-${team}`;
  if (!NAME.test(team) || !NAME.test(stack)) {
    throw new FleetError(`"${team}" cannot be a team's name`, "use lower-case letters, digits and hyphens, 30 at most");
  }
  if ((await stackNames(project)).includes(stack)) {
    throw new FleetError(`there is a stack ${stack} already: ${shorten(stackFile(project, stack))}`);
  }
  const { spec: sourceSpec, faults } = readStackText(source.stack, source.text, project.name);
  if (!sourceSpec) {
    await printFaults(source.shown, faults);
    throw new FleetError(`${source.shown} has ${count(faults)}; nothing was written`, "mend it first");
  }
  const agents = await agentNames(sourceSpec, options);
  const path = stackFile(project, stack);
  const copy: StackFile = { stack, path, shown: shorten(path), text: "" };
  copy.text = copied(project, source, sourceSpec, { team: [word, team], agents }, options.address);
  const spec = await checked(project, copy);
  const others = await othersOf(project);
  const taken = takenNames(project, spec, others);
  if (taken.length > 0) {
    throw new FleetError(
      `${taken.join("; ")}; nothing was written`,
      "give other names, or change them in the copied file first",
    );
  }
  if (options.dryRun) {
    process.stdout.write(copy.text);
    return undefined;
  }
  // By module: it brings the engine with it.
  const { secretValues } = await import("../config-values.js");
  const plan = await planSecrets(project, {
    source,
    copy,
    others: others.filter(({ stack }) => stack !== source.stack && stack.startsWith(`${prefix}-`)),
    wanted: options.copySecrets
      ?.split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
    valuesOf: (stack) => secretValues(project, stack),
  });
  if (
    !options.yes &&
    !(await confirm(`Write ${copy.shown}, with the agents ${[...agents.values()].join(", ")}?`, "new team"))
  ) {
    throw new FleetError("nothing was written", undefined, 1);
  }
  await write(project, copy, plan);
  report(project, copy, plan);
  return undefined;
}

/** The parts of a team's stack's name: `mypa` and `beta`. */
function teamOf({ stack }: StackFile): { prefix: string; word: string } {
  const at = stack.lastIndexOf("-");
  if (at > 0) return { prefix: stack.slice(0, at), word: stack.slice(at + 1) };
  throw new FleetError(
    `${stack} is not named as a team's stack is`,
    "a team's stack is called <platform>-<team>, such as mypa-beta: then the copy knows which word is the team's",
  );
}

/** What the agents are called in the copy, by their names in the original. An empty new name: it is left out. */
async function agentNames(spec: FleetSpec, { agents, yes, from }: TeamOptions): Promise<Map<string, string>> {
  const before = Object.keys(spec.agents);
  if (before.length === 0) return new Map();
  if (agents === undefined && (yes || !isInteractive())) {
    throw new FleetError(
      `${from} has the agents ${before.join(", ")}, and the new team's are to be named`,
      "give their names: --agents ann,ben,cy",
    );
  }
  const text = agents ?? (await ask(`Names of the agents, for ${before.join(", ")}, separated by commas: `));
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const wrong = names.find((name, index) => !NAME.test(name) || names.indexOf(name) < index);
  if (wrong !== undefined) {
    throw new FleetError(
      `"${wrong}" cannot be an agent's name, or is there twice`,
      "use lower-case letters, digits and hyphens",
    );
  }
  if (names.length === 0 || names.length > before.length) {
    throw new FleetError(
      `${from} has ${before.length} agents to copy, and ${names.length} names were given`,
      `give 1 to ${before.length}; more are added by ./fleet agent add <stack> <name> --like <agent>`,
    );
  }
  return new Map(names.map((name, index) => [before[index]!, name]));
}

/** The text of the copy: no secret has a value yet, and no machine is known by the original's key. */
function copied(
  project: Project,
  source: StackFile,
  spec: FleetSpec,
  names: { team: [string, string]; agents: Map<string, string> },
  address: string | undefined,
): string {
  let text = source.text;
  const at = (section: string) => sectionPath(project, source, section);
  for (const agent of Object.keys(spec.agents))
    if (!names.agents.has(agent)) text = withoutValue(text, [...at("agents"), agent]);
  text = withoutValue(text, at("retained"));
  text = withoutValue(text, at("acknowledged"));
  text = withoutValue(text, ["encryptionsalt"]);
  for (const name of Object.keys(sectionOf(project, source, "secrets"))) {
    // An agent that is left out takes the secrets with it that bear its name.
    const isOf = Object.keys(spec.agents).find((agent) => name.startsWith(`${agent}-`));
    const path = [...at("secrets"), name];
    text = isOf !== undefined && !names.agents.has(isOf) ? withoutValue(text, path) : setValue(text, path, null);
  }
  const existing = Object.values(spec.machines).filter(({ on }) => on === "existing");
  if (existing.length > 0 && (address === undefined || existing.length > 1)) {
    throw new FleetError(
      `${existing.map(({ name }) => name).join(", ")} of ${source.stack} exists already, and is that team's`,
      existing.length > 1
        ? "copy a stack with one machine, or write the file by hand"
        : "give the new team's host: --address ssh://user@host",
    );
  }
  for (const { name } of existing) {
    text = setValue(text, [...at("machines"), name, "docker"], address);
    text = withoutValue(text, [...at("machines"), name, "hostKey"]);
  }
  return renamed(text, names);
}

/** The spec of the copy. Throws, with every fault, for one that is not right; a host key is still to be trusted. */
async function checked(project: Project, copy: StackFile): Promise<FleetSpec> {
  const { faults } = readStackText(copy.stack, copy.text, project.name);
  const untrusted = faults.filter(isMissingHostKey).map(({ path }) => String(path.at(-2)));
  // As it will be once the host is trusted.
  const text = untrusted.reduce(
    (text, machine) => setValue(text, [...sectionPath(project, copy, "machines"), machine, "hostKey"], ANY_KEY),
    copy.text,
  );
  const { spec, faults: others } = readStackText(copy.stack, text, project.name);
  if (spec) return spec;
  const errors = others.filter(({ severity }) => severity === "error");
  await printFaults(`${copy.shown} (not written)`, errors);
  throw new FleetError(
    `the copy would have ${count(errors)}; nothing was written`,
    "change the names, or the copied file first",
  );
}

const ANY_KEY = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`;

async function othersOf(project: Project): Promise<StackFile[]> {
  return Promise.all((await stackNames(project)).map((stack) => readStack(project, stack)));
}

async function write(project: Project, copy: StackFile, { made, copied }: SecretPlan): Promise<void> {
  const values = [...made, ...copied];
  let text = copy.text;
  if (values.length > 0) {
    const writer = await SecretWriter.open(project, copy);
    for (const [name, value] of values) text = writer.set(text, name, value);
  }
  try {
    await writeFile(copy.path, text, { flag: "wx", flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new FleetError(`${copy.shown} was made meanwhile by somebody else; nothing was written`);
  }
}

function report(project: Project, { stack, shown, text }: StackFile, { made, copied, missing }: SecretPlan): void {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(`Wrote ${shown}.`);
  if (made.size > 0) say(`Made for this team: ${[...made.keys()].join(", ")}`);
  if (copied.size > 0) say(`Taken over: ${[...copied.keys()].join(", ")}`);
  if (missing.length > 0) {
    say("Still to be set:");
    for (const name of missing) say(`  ./fleet secret set ${stack} ${name}`);
  }
  const untrusted = readStackText(stack, text, project.name).faults.filter(isMissingHostKey);
  for (const { path } of untrusted) say(`Then ./fleet trust ${stack} ${path.at(-2)}`);
  say(`${missing.length + untrusted.length > 0 ? "Then" : "Now"} run ./fleet up ${stack}`);
}
