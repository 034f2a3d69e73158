import type { Command } from "commander";
import pc from "picocolors";
import { gatewayTokens, type SecretPlace, secretPlaces } from "../../spec/secret-places.js";
import { missingSecrets } from "../../spec/secrets.js";
import { sectionsOf } from "../stack-edit.js";
import { backendOf, fleetOutputs, loadSnapshot, outputsOf } from "../state.js";
import { table } from "../table.js";
import { action } from "../verb.js";
import { currentProject, readStack } from "../workspace.js";

interface Row {
  name: string;
  /** `made`: by the fleet itself, and kept in its state. */
  value: "set" | "missing" | "made" | "not made yet";
  uses: { path: string; machine: string | null; where: string; mode: string | null }[];
}

export function define(command: Command): void {
  command
    .summary("list every secret of a stack, and where it lives on the machines")
    .description(
      "Lists every secret by name: whether it is set, which settings use it, and where it comes to lie on which machine. Never a value. " +
        "Ends with 1 if one is missing.",
    )
    .argument("<stack>")
    .option("--json", "print it as JSON");
  action(command, secrets);
}

async function secrets(stack: string, { json }: { json?: boolean }): Promise<number> {
  const project = await currentProject();
  const file = await readStack(project, stack);
  // The file as it is: one with faults is when this is needed most.
  const sections = sectionsOf(project, file);
  const snapshot = await loadSnapshot(backendOf(project), project, stack);
  const made = snapshot ? fleetOutputs(outputsOf(snapshot)).tokens : [];
  const rows = [...givenSecrets(sections), ...ownTokens(sections, made)];
  const missing = rows.filter(({ value }) => value === "missing");
  if (json) process.stdout.write(`${JSON.stringify({ stack, secrets: rows }, undefined, 2)}\n`);
  else if (rows.length === 0) process.stdout.write(`${file.shown} has no secrets.\n`);
  else {
    process.stdout.write(table(["NAME", "VALUE", "USED BY", "MACHINE", "WHERE", "MODE"], rows.flatMap(cells)));
    const [first] = missing;
    if (first) {
      process.stdout.write(
        `\n${missing.length} of ${rows.length} missing. Set each: ./fleet secret set ${stack} ${first.name}\n`,
      );
    }
  }
  return missing.length > 0 ? 1 : 0;
}

/** What stands below `fleet:secrets`, or should. */
function givenSecrets(sections: Record<string, Record<string, unknown>>): Row[] {
  const places = secretPlaces(sections);
  const declared = Object.entries(sections.secrets ?? {});
  const absent = missingSecrets(sections).map(({ name }) => [name, null] as const);
  return [...declared, ...absent].map(([name, value]) => ({
    name,
    value: value === null || value === "" ? "missing" : "set",
    uses: places.filter(({ secret }) => secret === name).map(useOf),
  }));
}

const useOf = ({ path, machine, where, mode }: SecretPlace): Row["uses"][number] => ({
  path: path.join("."),
  machine: machine ?? null,
  where,
  mode: mode ?? null,
});

function ownTokens(sections: object, made: string[]): Row[] {
  return gatewayTokens(sections).map(({ agent, machine, where, mode }) => ({
    name: `tokens.${agent}`,
    value: made.includes(agent) ? "made" : "not made yet",
    uses: [{ path: `agents.${agent}.token`, machine: machine ?? null, where, mode }],
  }));
}

/** A line for each use; the name stands in the first only. */
function cells({ name, value, uses }: Row): string[][] {
  const shown = value === "missing" ? pc.red(value) : value === "set" ? pc.green(value) : value;
  if (uses.length === 0) return [[name, shown, "nothing", "-", "-", "-"]];
  return uses.map(({ path, machine, where, mode }, index) => [
    index === 0 ? name : "",
    index === 0 ? shown : "",
    path,
    machine ?? "-",
    where,
    mode ?? "-",
  ]);
}
