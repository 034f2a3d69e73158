import type { Command } from "commander";
import { FleetError } from "../errors.js";
import { withHost } from "../inside.js";
import { LossGate } from "../loss-gate.js";
import { exitCodeExpecting, operate } from "../operation.js";
import { addOperationOptions, announceSimulation, type OperationOptions, readCount } from "../operation-options.js";
import { addPolicyOptions } from "../policy-options.js";
import { addSelectionOptions, namesResources } from "../selection.js";
import { backendOf } from "../state.js";
import { action } from "../verb.js";
import { currentProject, readSpec, readStack, stackNames } from "../workspace.js";

interface PreviewOptions extends OperationOptions {
  all?: boolean;
  stacksAtOnce?: number;
  isolated?: boolean;
}

export function define(command: Command): void {
  command
    .summary("show what `up` would change")
    .description("Shows what up would do, with the properties that differ. Changes nothing.")
    .argument("[stacks...]", "one stack, or several for a table of what would change")
    .option("--all", "every stack that has a stack file")
    .option(
      "--stacks-at-once <n>",
      "of several, how many at a time (default: 4 for each processor)",
      readCount("--stacks-at-once", "stacks"),
    )
    .option("--isolated", "run the program in a process of its own, as `up` does: slower")
    .option("--refresh", "look first what changed outside")
    .option("--expect-no-changes", "end with 7 if there is anything to do");
  addSelectionOptions(command, { replaces: true });
  addOperationOptions(command, { changes: false });
  addPolicyOptions(command);
  action(command, preview);
}

async function preview(named: string[], options: PreviewOptions): Promise<number> {
  const project = await currentProject();
  if (options.all && named.length > 0)
    throw new FleetError("--all means every stack, and stacks are named too", "leave out one of both");
  if (options.all || named.length > 1) {
    if (namesResources(options))
      throw new FleetError("targets, excludes and replacements are of one stack", "preview that stack alone");
    const { previewMany } = await import("../preview-many.js");
    const stacks = options.all ? await stackNames(project) : [...new Set(named)];
    return previewMany(project, stacks, options);
  }
  const [stack] = named;
  if (stack === undefined) {
    const known = (await stackNames(project)).join(", ");
    throw new FleetError("preview which stack?", known ? `name some of ${known}, or give --all` : "write a stack file");
  }
  const file = await readStack(project, stack);
  const spec = await readSpec(project, file);
  const gate = await LossGate.open({ project, file, spec, options });
  announceSimulation(options);
  const target = { project, stack, backend: backendOf(project, options), options };
  const result = await withHost(project, options, (host) =>
    operate("update", true, { ...target, host }, { listener: gate.onEvent }),
  );
  if (!options.json && result.outcome === "succeeded") await gate.warn(target);
  return exitCodeExpecting(result, options);
}
