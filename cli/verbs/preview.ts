import type { Command } from "commander";
import {
  addOperationOptions,
  announceSimulation,
  exitCodeOf,
  hasChanges,
  type OperationOptions,
  operate,
} from "../operation.js";
import { addPolicyOptions } from "../policy-options.js";
import { backendOf } from "../state.js";
import { action } from "../verb.js";
import { currentProject, readSpec, readStack } from "../workspace.js";

interface PreviewOptions extends OperationOptions {
  expectNoChanges?: boolean;
}

export function define(command: Command): void {
  command
    .summary("show what `up` would change")
    .description("Shows what up would do, with the properties that differ. Changes nothing.")
    .argument("<stack>")
    .option("--refresh", "look first what changed outside")
    .option("--expect-no-changes", "end with 7 if there is anything to do");
  addOperationOptions(command, { changes: false });
  addPolicyOptions(command);
  action(command, preview);
}

async function preview(stack: string, options: PreviewOptions): Promise<number> {
  const project = await currentProject();
  await readSpec(project, await readStack(project, stack));
  announceSimulation(options);
  const result = await operate("update", true, { project, stack, backend: backendOf(project, options), options });
  if (result.outcome === "succeeded" && options.expectNoChanges && hasChanges(result)) {
    process.stderr.write("error: there are changes, and none were expected\n");
    return 7;
  }
  return exitCodeOf(result);
}
