import type { Command } from "commander";
import { action } from "../verb.js";

export function define(command: Command): void {
  command
    .summary("print the stack config's JSON Schema")
    .description(
      "Prints the JSON Schema of a stack file, for completion and checks in editors. With --reference: the reference page, docs/stack-config.md.",
    )
    .option("--reference", "print the reference page (Markdown) instead");
  action(command, schema);
}

async function schema(options: { reference?: boolean }): Promise<undefined> {
  const spec = await import("../../spec/index.js");
  const { jsonSchema, referencePage } = spec as unknown as { jsonSchema(): unknown; referencePage(): string };
  process.stdout.write(options.reference ? referencePage() : `${JSON.stringify(jsonSchema(), undefined, 2)}\n`);
  return undefined;
}
