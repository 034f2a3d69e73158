import type { Project } from "../../engine/project/project.js";
import type { FleetSpec } from "../../spec/index.js";
import { FleetError } from "../errors.js";
import { exitCodeOf, operate } from "../operation.js";
import { confirm } from "../prompt.js";
import { applyEdit, sectionPath, writeStack } from "../stack-edit.js";
import { backendOf, loadSnapshot } from "../state.js";
import type { StackFile } from "../workspace.js";
import { type KeyPath, removeValue, setValue } from "../yaml-edit.js";
import { forgotten } from "./retained.js";

interface Removal {
  project: Project;
  file: StackFile;
  spec: FleetSpec | undefined;
  /** Where the agents stand in the file. */
  path: KeyPath;
  stack: string;
  name: string;
  yes: boolean;
  /** Why the data may go, for whoever reviews the change. */
  reason: string;
}

/**
 * Takes an agent out of the stack file so that the next `up` deletes its data with it. What is kept or not is in the state, as the
 * last run of the program had it: so the program runs once more first, for the agent's volumes alone, and changes only that.
 */
export async function deleteData(removal: Removal): Promise<undefined> {
  const { project, file, spec, path, stack, name, yes } = removal;
  const folder = spec?.agents[name]?.folder;
  if (folder !== undefined) {
    throw new FleetError(
      `the data of ${name} is a folder of its machine, which no up deletes: ${folder}`,
      `run ./fleet agent remove ${stack} ${name} and ./fleet up ${stack}, then delete the folder there`,
    );
  }
  const volumes = Object.values(spec?.agents[name]?.volumes ?? {}).map(({ dockerName }) => dockerName);
  // A file with faults is not read further; applyEdit says so.
  const text = removeValue(file.text, [...path, name]);
  if (!spec) return void (await applyEdit(project, file, text));
  process.stderr.write(`The next up deletes ${volumes.join(", ")} with all data.\n`);
  if (!yes && !(await confirm(`Delete all data of ${name}? It cannot be undone.`, "agent remove --delete-data"))) {
    throw new FleetError("nothing was changed");
  }
  const marked = await markForDeletion(removal, volumes);
  let edited = forgotten(project, { ...file, text }, name);
  // To ask for it by name is to say that it is meant: `up` does not ask again.
  for (const urn of marked)
    edited = setValue(edited, [...sectionPath(project, file, "acknowledged"), urn], removal.reason);
  await applyEdit(project, file, edited);
  process.stdout.write(`Now run ./fleet up ${stack}\n`);
  return undefined;
}

/** Has the state say that the volumes go with their agent, and gives their URNs. A stack that has none of them needs nothing. */
async function markForDeletion(
  { project, file, path, stack, name, spec }: Removal,
  volumes: string[],
): Promise<string[]> {
  const backend = backendOf(project);
  const snapshot = await loadSnapshot(backend, project, stack);
  const targets = (snapshot?.resources ?? [])
    .filter(({ type, inputs }) => type === "docker:index/volume:Volume" && volumes.includes(String(inputs.name)))
    .map(({ urn }) => urn);
  if (targets.length === 0) return [];
  let marked = file.text;
  for (const volume of Object.values(spec!.agents[name]!.volumes)) {
    marked = setValue(marked, [...path, name, "volumes", volume.name, "deleteData"], true);
  }
  await writeStack(file, marked);
  try {
    const options = { target: targets };
    const result = await operate("update", false, { project, stack, backend, options }, { silent: true });
    if (result.outcome === "succeeded") return targets;
    throw new FleetError(
      `the data of ${name} could not be marked for deletion: ${result.errors.join("; ") || result.outcome}`,
      "nothing was changed; mend that, then run this again",
      exitCodeOf(result),
    );
  } finally {
    await writeStack({ ...file, text: marked }, file.text);
  }
}
