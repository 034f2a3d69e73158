import type { Command } from "commander";
import {
  addOperationOptions,
  announceSimulation,
  carryOut,
  exitCodeOf,
  needAnswer,
  needState,
  type OperationOptions,
  type Target,
  uses,
} from "../operation.js";
import { needDocker } from "../preflight.js";
import { backendOf } from "../state.js";
import { action } from "../verb.js";
import { currentProject } from "../workspace.js";

export function define(command: Command): void {
  command
    .summary("remove a stack; data volumes are kept")
    .description("Removes everything that a stack has made, but keeps data volumes; `./fleet purge` deletes those.")
    .argument("<stack>")
    .option("--run-program", "run the program too, for its delete hooks and its providers' present configuration")
    .option("--continue-on-error", "go on with what does not depend on a failure");
  addOperationOptions(command, { changes: true });
  action(command, destroy);
}

async function destroy(stack: string, options: OperationOptions): Promise<number> {
  const project = await currentProject();
  const target: Target = { project, stack, backend: backendOf(project, options), options };
  const snapshot = await needState(target);
  needAnswer("destroy", options);
  announceSimulation(options);
  if (!options.simulate && uses(snapshot, "docker")) await needDocker({ stack }, {});
  const result = await carryOut("destroy", target, ({ retained }) => {
    return `Remove ${stack}?${retained.length > 0 ? " Data volumes are kept." : ""}`;
  });
  if (!options.json) {
    if (result.outcome !== "succeeded") {
      process.stdout.write(`\nWhat was removed is out of the state; ./fleet destroy ${stack} carries on from there.\n`);
    } else if (result.retained.length > 0) {
      process.stdout.write(`\n./fleet up ${stack} takes up what was kept; ./fleet purge ${stack} deletes it.\n`);
    }
  }
  return exitCodeOf(result);
}
