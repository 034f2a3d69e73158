import type { Command } from "commander";
import { backupOf } from "../../spec/index.js";
import { askHost } from "../backups.js";
import { FleetError } from "../errors.js";
import { confirm } from "../prompt.js";
import { suggestion } from "../suggest.js";
import { action } from "../verb.js";
import { currentProject, readSpec, readStack } from "../workspace.js";

interface RestoreOptions {
  snapshot: string;
  yes?: boolean;
  json?: boolean;
}

export function define(command: Command): void {
  command
    .summary("put an agent's or a service's data back from a backup")
    .description(
      "Fetches the data, stops the entry's containers, changes old and new by renaming, and starts them again. What was there is moved aside and never deleted; if the containers do not come up, it is put back.",
    )
    .argument("<stack>")
    .argument("<entry>", "an agent or a service")
    .option(
      "--snapshot <id>",
      "a snapshot that `./fleet backup` lists; what was backed up with it comes along",
      "latest",
    )
    .option("-y, --yes", "do not ask")
    .option("--json", "print the result as JSON");
  action(command, restore);
}

async function restore(stack: string, entry: string, { snapshot, yes, json }: RestoreOptions): Promise<number> {
  if (!/^(latest|[0-9a-f]{8,64})$/.test(snapshot)) {
    throw new FleetError(
      `"${snapshot}" is no snapshot's id`,
      `\`./fleet backup ${stack}\` lists them; or write latest`,
    );
  }
  const project = await currentProject();
  const spec = await readSpec(project, await readStack(project, stack));
  const known = [...Object.keys(spec.agents), ...Object.keys(spec.services)];
  if (!known.includes(entry)) {
    throw new FleetError(`the stack ${stack} has no agent or service "${entry}"${suggestion(entry, known)}`);
  }
  const backup = backupOf(spec, entry);
  if (!backup) throw new FleetError(`no backup holds ${entry}`, "declare one of its machine in fleet:backups");
  const from = snapshot === "latest" ? "its latest backup" : `snapshot ${snapshot}`;
  const question = `Restore ${entry} on ${backup.machine} from ${from}? Its containers stop meanwhile.`;
  if (!yes && !(await confirm(question, "restore"))) throw new FleetError("nothing was changed", undefined, 1);
  const result = await askHost(project, spec, backup, "restore", entry, snapshot);
  if (json) process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  else if (result.ok) {
    process.stdout.write(
      `Restored ${entry}: ${result.parts.map(({ part, snapshot }) => `${part} from ${snapshot}`).join(", ")}.\n` +
        (result.aside ?? []).map((place) => `What was there before: ${place} on ${backup.machine}\n`).join("") +
        `What the stack file says of its files is put in place by ./fleet up ${stack}\n`,
    );
  } else process.stdout.write(`${entry} was not restored: ${result.error}; ${result.outcome}\n`);
  return result.ok ? 0 : 1;
}
