import { type Command, Option } from "commander";
import { carryOut, exitCodeOf, needState, type Target } from "../operation.js";
import { addOperationOptions, announceSimulation, needAnswer, type OperationOptions } from "../operation-options.js";
import { needDockerOfState } from "../preflight.js";
import { addSelectionOptions, namesResources } from "../selection.js";
import { backendOf } from "../state.js";
import { action } from "../verb.js";
import { currentProject } from "../workspace.js";

export function define(command: Command): void {
  command
    .summary("remove a stack; data volumes are kept")
    .description("Removes everything that a stack has made, but keeps data volumes; `./fleet purge` deletes those.")
    .argument("<stack>")
    .option("--run-program", "run the program too, for its delete hooks and its providers' present configuration")
    .option("--continue-on-error", "go on with what does not depend on a failure")
    .option("--preview-only", "show it only, and remove nothing")
    .option("--refresh", "look first what changed outside")
    .addOption(new Option("--exclude-protected", "leave what is protected, and what that needs").conflicts(["target"]));
  addSelectionOptions(command, { replaces: false });
  addOperationOptions(command, { changes: true });
  action(command, destroy);
}

async function destroy(stack: string, options: OperationOptions): Promise<number> {
  const project = await currentProject();
  const target: Target = { project, stack, backend: backendOf(project, options), options };
  const snapshot = await needState(target);
  needAnswer("destroy", options);
  announceSimulation(options);
  if (!options.simulate) await needDockerOfState(project, stack, snapshot);
  const result = await carryOut("destroy", target, ({ retained }) => {
    const what = namesResources(options) ? `this of ${stack}` : stack;
    return `Remove ${what}?${retained.length > 0 ? " Data volumes are kept." : ""}`;
  });
  if (!options.json && !result.preview) {
    if (result.outcome !== "succeeded") {
      process.stdout.write(`\nWhat was removed is out of the state; ./fleet destroy ${stack} carries on from there.\n`);
    } else if (result.retained.length > 0) {
      process.stdout.write(`\n./fleet up ${stack} takes up what was kept; ./fleet purge ${stack} deletes it.\n`);
    }
  }
  const left = options.excludeProtected ? snapshot.resources.filter(({ protect }) => protect).length : 0;
  if (left > 0 && !options.json) process.stdout.write(`\nProtected, and still there: ${left}.\n`);
  return exitCodeOf(result);
}
