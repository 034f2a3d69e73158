import { type Command, Option } from "commander";
import { hasChanges } from "../../engine/events.js";
import { carryOut, exitCodeExpecting, needState, type Target } from "../operation.js";
import { addOperationOptions, announceSimulation, needAnswer, type OperationOptions } from "../operation-options.js";
import { needDockerOfState } from "../preflight.js";
import { addSelectionOptions } from "../selection.js";
import { backendOf } from "../state.js";
import { action } from "../verb.js";
import { currentProject } from "../workspace.js";

export function define(command: Command): void {
  command
    .summary("take over what changed outside")
    .description(
      "Shows what is no longer as the state has it, asks, and takes it into the state. The next up puts it right again.",
    )
    .argument("<stack>")
    .option("--preview-only", "show it only, and take nothing into the state")
    .addOption(new Option("--preview").hideHelp())
    .option("--expect-no-changes", "end with 7 if anything has changed")
    .option("--clear-pending-creates", "forget creations that were cut off and that nobody can look into")
    .option("--skip-pending-creates", "do not ask about them");
  addSelectionOptions(command, { replaces: false });
  addOperationOptions(command, { changes: true });
  action(command, refresh);
}

async function refresh(stack: string, options: OperationOptions): Promise<number> {
  const project = await currentProject();
  const target: Target = { project, stack, backend: backendOf(project, options), options };
  const snapshot = await needState(target);
  needAnswer("refresh", options);
  announceSimulation(options);
  if (!options.simulate) await needDockerOfState(project, stack, snapshot);
  const result = await carryOut("refresh", target, (drift) =>
    hasChanges(drift) ? `Take this into the state of ${stack}?` : undefined,
  );
  return exitCodeExpecting(result, options);
}
