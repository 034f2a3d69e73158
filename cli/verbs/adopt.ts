import type { Command } from "commander";
import type { Adopter } from "../../engine/index.js";
import type { FleetSpec } from "../../spec/index.js";
import { type Search, searchClaws } from "../adopt/search.js";
import { daemonsOf } from "../docker.js";
import { FleetError } from "../errors.js";
import { LossGate } from "../loss-gate.js";
import { carryOut, exitCodeOf, type Target } from "../operation.js";
import { needAnswer, type OperationOptions } from "../operation-options.js";
import { needDocker } from "../preflight.js";
import { applyEdit, sectionOf, sectionPath, writeStack } from "../stack-edit.js";
import { SecretWriter } from "../stack-secrets.js";
import { backendOf, loadSnapshot } from "../state.js";
import { table } from "../table.js";
import { action } from "../verb.js";
import { currentProject, readSpec, readStack, type StackFile } from "../workspace.js";
import { setValue } from "../yaml-edit.js";

export function define(command: Command): void {
  command
    .summary("take over claws that a machine has already")
    .description(
      "Looks on a stack's machines for containers claw-* that no stack has, writes an entry for each into the stack file, its keys " +
        "encrypted, and takes the containers and their volumes into the state. They go on running as they are.",
    )
    .argument("<stack>")
    .argument("[claws...]", "only these, by the names of their users")
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "only show what there is");
  action(command, adopt);
}

interface AdoptOptions extends OperationOptions {
  dryRun?: boolean;
}

async function adopt(stack: string, names: string[], options: AdoptOptions): Promise<number> {
  const project = await currentProject();
  const file = await readStack(project, stack);
  const spec = await readSpec(project, file);
  if (!options.dryRun) needAnswer("adopt", options);
  await needDocker({ project, stack, spec }, {});
  const backend = backendOf(project);
  const snapshot = await loadSnapshot(backend, project, stack);
  const isWanted = (name: string) => names.length === 0 || names.includes(name);
  const search = await searchClaws(await daemonsOf(project, spec), spec, snapshot, isWanted);
  show(search);
  const seen = [...search.adoptable, ...search.left].map(({ name }) => name);
  const missing = names.filter((name) => !seen.includes(name));
  if (missing.length > 0)
    throw new FleetError(
      `no machine of ${stack} has a container ${missing.map((name) => `claw-${name}`).join(", ")} to take over`,
    );
  if (search.adoptable.length === 0) process.stdout.write("There is nothing to take over.\n");
  if (options.dryRun || search.adoptable.length === 0) return 0;

  const declared = await declare({ project, file, spec, search });
  const target: Target = { project, stack, backend, options, adopt: adopterOf(search, declared.spec) };
  const count = search.adoptable.length === 1 ? "this claw" : `these ${search.adoptable.length} claws`;
  try {
    const gate = await LossGate.open({ project, file, spec, options: {} });
    const result = await carryOut("update", target, () => `Take over ${count}?`, gate);
    const code = exitCodeOf(result);
    process.stdout.write(code === 0 ? conclusion(stack) : `\n./fleet adopt ${stack} carries on from there.\n`);
    return code;
  } catch (error) {
    // While nothing has been taken over, the stack file is not to say so: nor otherwise, or an up would remove what was.
    if (declared.text !== file.text && !(await hasTaken(target, search))) {
      await writeStack({ ...file, text: declared.text }, file.text);
      process.stderr.write(`${file.shown} is as it was.\n`);
    }
    throw error;
  }
}

async function hasTaken({ backend, project, stack }: Target, { adoptable }: Search): Promise<boolean> {
  const { resources = [] } = (await loadSnapshot(backend, project, stack)) ?? {};
  return adoptable.some(({ id }) => resources.some((resource) => resource.id === id));
}

const conclusion = (stack: string) =>
  `\nTheir containers are as they were made. ./fleet patch ${stack} --all brings them to the fleet's standard, one after the other.\n`;

function show({ adoptable, left }: Search): void {
  const rows = adoptable.map(({ name, entry, notes }) => [
    `claw-${name}`,
    String(entry.image),
    String(entry.host ?? "by its name"),
    notes.join("; ") || "-",
  ]);
  if (rows.length > 0) process.stdout.write(table(["CONTAINER", "IMAGE", "HOST", "NOTE"], rows));
  for (const { name, reason } of left) process.stdout.write(`Left alone: claw-${name}: ${reason}\n`);
}

interface Declaration {
  project: Target["project"];
  file: StackFile;
  spec: FleetSpec;
  search: Search;
}

/** Writes what is not in the stack file yet. Gives what it says then. */
async function declare({ project, file, spec, search }: Declaration): Promise<{ text: string; spec: FleetSpec }> {
  const fresh = search.adoptable.filter(({ isDeclared }) => !isDeclared);
  if (fresh.length === 0) return { text: file.text, spec };
  let { text } = file;
  for (const { name, entry } of fresh) text = setValue(text, [...sectionPath(project, file, "agents"), name], entry);
  const secrets = fresh.flatMap((claw) => [...claw.secrets]);
  const known = sectionOf(project, file, "secrets");
  const taken = secrets.find(([name]) => Object.hasOwn(known, name));
  if (taken) {
    throw new FleetError(
      `${file.shown} has a secret ${taken[0]} already, which an adopted claw's own would be called`,
      "take that secret out, or give it another name",
    );
  }
  if (secrets.length > 0) {
    const writer = await SecretWriter.open(project, file);
    for (const [name, value] of secrets) text = writer.set(text, name, value);
  }
  return { text, spec: (await applyEdit(project, file, text)) ?? spec };
}

/** Which existing object a resource of the program is to be: volumes the program takes up by itself. */
function adopterOf({ adoptable }: Search, spec: FleetSpec): Adopter {
  const containers = new Map(adoptable.map(({ name, id }) => [spec.agents[name]!.container, id]));
  return ({ type, inputs }) =>
    type === "docker:index/container:Container" ? containers.get(String(inputs.name)) : undefined;
}
