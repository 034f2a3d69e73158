import type { Command } from "commander";
import { FleetError } from "../errors.js";
import { backendOf, loadSnapshot, outputsOf, plainValue } from "../state.js";
import { suggestion } from "../suggest.js";
import { action } from "../verb.js";
import { currentProject, noStack, stackNames } from "../workspace.js";

interface OutputOptions {
  json?: boolean;
  showSecrets?: boolean;
  simulate?: boolean;
}

export function define(command: Command): void {
  command
    .summary("show addresses, URLs and tokens")
    .description("Shows a stack's outputs, or one of them; a path such as agents.ada.url reaches into it.")
    .argument("<stack>")
    .argument("[name]", "an output or a path into one, such as tokens.ada")
    .option("--show-secrets", "show secret values; needs the passphrase")
    .option("--json", "print JSON")
    .option("--simulate", "of the simulated stack");
  action(command, outputs);
}

async function outputs(stack: string, name: string | undefined, options: OutputOptions): Promise<undefined> {
  const project = await currentProject();
  const backend = backendOf(project, options);
  const showSecrets = options.showSecrets ?? false;
  const snapshot = await loadSnapshot(backend, project, stack, { showSecrets });
  if (!snapshot) {
    if ((await stackNames(project)).includes(stack)) {
      throw new FleetError(`the stack ${stack} was never brought up, so it has no outputs`, `./fleet up ${stack}`);
    }
    const known = (await backend.listStacks(project.name)).map((one) => one.name);
    throw await noStack(project, stack, known);
  }
  const all = plainValue(outputsOf(snapshot), showSecrets) as Record<string, unknown>;
  const value = name === undefined ? all : pick(stack, all, name);
  if (options.json) process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
  else if (typeof value !== "object" || value === null) process.stdout.write(`${String(value)}\n`);
  else
    process.stdout.write(
      flat(value, "")
        .map(([path, leaf]) => `${path.padEnd(width(value))}  ${leaf}\n`)
        .join("") || "No outputs.\n",
    );
  return undefined;
}

function pick(stack: string, all: Record<string, unknown>, name: string): unknown {
  let value: unknown = all;
  const parts = name.split(".");
  for (const [depth, part] of parts.entries()) {
    const known = typeof value === "object" && value !== null ? Object.keys(value) : [];
    if (!known.includes(part)) {
      const where = parts.slice(0, depth).join(".");
      throw new FleetError(
        `the stack ${stack} has no output "${name}"${suggestion(part, known)}`,
        known.length > 0 ? `${where || "it"} has ${known.join(", ")}` : `${where} has no parts`,
      );
    }
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** Leaves with their paths. */
function flat(value: unknown, path: string): [string, string][] {
  if (typeof value !== "object" || value === null) return [[path, value === null ? "-" : String(value)]];
  return Object.entries(value).flatMap(([key, item]) => flat(item, path ? `${path}.${key}` : key));
}

const width = (value: object) => Math.max(...flat(value, "").map(([path]) => path.length));
