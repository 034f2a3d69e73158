import type { Command } from "commander";
import type { UpOptions } from "../bring-up.js";
import { beginKey } from "../early-key.js";
import { EarlyProgram } from "../early-program.js";
import { addOperationOptions, programEnvironment } from "../operation-options.js";
import { addPolicyOptions } from "../policy-options.js";
import { addSelectionOptions, collect } from "../selection.js";
import { action } from "../verb.js";
import { currentProject, readStack } from "../workspace.js";

export function define(command: Command): void {
  command
    .summary("bring a stack to what its file declares")
    .description("Checks the stack file, shows the plan, asks, and makes everything as declared.")
    .argument("<stack>")
    .option("--setup", "install and start Docker first where it is missing")
    .option("--refresh", "look first what changed outside")
    .option("--continue-on-error", "go on with what does not depend on a failure")
    .option("--expect-no-changes", "end with 7 if anything was changed")
    .option("--acknowledge <urn=reason>", "let data of this resource be lost, and why; may be repeated", collect)
    .option("--reviewed <file>", "refuse what is not in this plan, which `diff --plan` has made");
  addSelectionOptions(command, { replaces: true });
  addOperationOptions(command, { changes: true });
  addPolicyOptions(command);
  action(command, up);
}

async function up(stack: string, options: UpOptions): Promise<number> {
  const project = await currentProject();
  const file = await readStack(project, stack);
  // Both take long and need little: they are begun before anything is loaded that takes long itself.
  const host = new EarlyProgram({ project, stack, env: programEnvironment(options) });
  try {
    await beginKey(project, file, options);
    const { bringUp } = await import("../bring-up.js");
    return await bringUp({ project, file, host, options });
  } finally {
    await host.close();
  }
}
