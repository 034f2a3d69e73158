import type { Command } from "commander";
import { type RepairChange, repairState } from "../../engine/edit/repair.js";
import { deleteFromState, markInState, renameInState, type StateEdit } from "../../engine/edit/resources.js";
import { FleetError } from "../errors.js";
import { ask, isInteractive } from "../prompt.js";
import { type EditOptions, editState, openState, type PlannedEdit, report } from "../state-edit.js";
import { exportState, importState } from "../state-transfer.js";
import { action } from "../verb.js";

type DeleteOptions = EditOptions & { force?: boolean; targetDependents?: boolean; id?: string };
type MarkOptions = EditOptions & { all?: boolean };

export function define(command: Command): void {
  command
    .summary("look at and edit a stack's state")
    .description(
      "Edits what is recorded of a stack, never the objects themselves. Each edit is shown first, made under the stack's lock in one write, and keeps the former state among the backups.",
    );
  const verb = (name: string, description: string) => {
    return command.command(name).description(description).argument("<stack>");
  };
  const edit = (name: string, description: string, parameters: string[] = []) => {
    const added = verb(name, description);
    for (const parameter of parameters) added.argument(parameter);
    return added
      .option("-y, --yes", "do not ask")
      .option("--json", "print what was done as JSON")
      .option("--simulate", "the state of simulated stacks");
  };

  const list = verb("list", "Lists the URNs of all resources.").option("--json", "print it as JSON");
  action(list.option("--simulate", "the state of simulated stacks"), listState);
  const exported = verb("export", "Prints the state, as `pulumi stack export` does.")
    .option("--file <file>", "into this file, which only you can read")
    .option("--show-secrets", "with secrets in clear");
  action(exported.option("--simulate", "the state of simulated stacks"), exportState);
  const imported = edit("import", "Replaces the state by one that was exported, by this or by `pulumi stack export`.")
    .option("--file <file>", "from this file; otherwise from standard input")
    .option("--force", "even if it is not in order, or of another stack");
  action(imported, importState);
  const deletion = edit("delete", "Takes resources out of the state.", ["<urn...>"])
    .option("--force", "protected ones too")
    .option("--target-dependents", "and what depends on them")
    .option("--id <id>", "the one with this id, where several share the URN");
  action(deletion, deleteResources);
  action(edit("rename", "Gives a resource another name; asks for it if none is given.", ["<urn>", "[name]"]), rename);
  for (const [name, mark, value, what] of MARKS) {
    const marking = edit(name, what, ["[urn...]"]).option("--all", "every resource");
    action(marking, (stack: string, urns: string[], options: MarkOptions) => markAs(mark, value, stack, urns, options));
  }
  action(
    edit("repair", "Puts resources in order and drops references to what is not there; shows it and asks first."),
    repair,
  );
  const move = command.command("move", { hidden: true }).argument("[arguments...]").allowUnknownOption();
  action(move, async () => {
    throw new FleetError(
      "resources cannot be moved between stacks here",
      "use `pulumi state move` of the real Pulumi CLI, on the same backend",
    );
  });
}

const MARKS = [
  [
    "protect",
    "protect",
    true,
    "Protects resources: what would delete or replace them fails. The next up takes it back unless the program says so too.",
  ],
  ["unprotect", "protect", false, "Takes the protection off resources."],
  ["taint", "taint", true, "Has the next up replace resources."],
  ["untaint", "taint", false, "Takes a taint back."],
] as const;

async function listState(stack: string, options: EditOptions): Promise<number> {
  const { snapshot } = await openState(stack, options);
  const rows = snapshot.resources.map((resource) => {
    const { urn, id, protect = false, taint = false, external = false } = resource;
    return { urn, id: id ?? null, protect, taint, external, delete: resource.delete ?? false };
  });
  if (options.json) {
    report(options, rows);
    return 0;
  }
  for (const { urn, ...marks } of rows) {
    const notes = (["protect", "taint", "external", "delete"] as const).filter((mark) => marks[mark]);
    process.stdout.write(`${urn}${notes.length > 0 ? `  (${notes.join(", ")})` : ""}\n`);
  }
  return 0;
}

function deleteResources(stack: string, urns: string[], options: DeleteOptions): Promise<number> {
  return editState(stack, options, (snapshot) => {
    const edit = deleteFromState(snapshot, urns, options);
    return planned(edit, "delete", `Out of the state: ${count(edit)}. The objects themselves are still there.`);
  });
}

async function rename(stack: string, urn: string, given: string | undefined, options: EditOptions): Promise<number> {
  if (given === undefined && !isInteractive())
    throw new FleetError("rename needs the new name, and there is no terminal to ask on", "give it after the URN");
  const name = given ?? (await ask("New name: "));
  return editState(stack, options, (snapshot) => {
    const edit = renameInState(snapshot, urn, name);
    const lines = edit.edited.map(() => `rename ${urn} to ${edit.urn}`);
    const done = "Renamed. Rename it in the program too, or the next up replaces it.";
    return { snapshot: edit.snapshot, lines, done, report: { urn: edit.urn } };
  });
}

async function markAs(
  mark: "protect" | "taint",
  value: boolean,
  stack: string,
  urns: string[],
  options: MarkOptions,
): Promise<number> {
  if (urns.length === 0 && !options.all)
    throw new FleetError("no resource is named", `give URNs (\`fleet state list ${stack}\`), or --all`);
  if (urns.length > 0 && options.all) throw new FleetError("there are URNs and --all", "give one or the other");
  return editState(stack, options, (snapshot) => {
    const edit = markInState(snapshot, options.all ? "all" : urns, mark, value);
    return planned(edit, `${value ? "" : "un"}${mark}`, `Done: ${count(edit)}.`);
  });
}

function repair(stack: string, options: EditOptions): Promise<number> {
  return editState(stack, options, (snapshot) => {
    const { snapshot: repaired, changes } = repairState(snapshot);
    return { snapshot: repaired, lines: changes.map(tell), done: "The state is in order again.", report: { changes } };
  });
}

function tell(change: RepairChange): string {
  if (change.kind === "moved") return `move ${change.urn} from place ${change.from + 1} to ${change.to + 1}`;
  if (change.kind === "renamed") return `rename ${change.urn} to ${change.to}`;
  return `drop the ${change.what} of ${change.urn}: there is no ${change.reference}`;
}

function planned({ snapshot, edited }: StateEdit, word: string, done: string): PlannedEdit {
  return { snapshot, lines: edited.map((urn) => `${word} ${urn}`), done, report: { urns: edited } };
}

const count = ({ edited }: StateEdit) => (edited.length === 1 ? "1 resource" : `${edited.length} resources`);
