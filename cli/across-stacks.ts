import type { Project } from "../engine/project/project.js";
import { readStackText } from "../spec/check/stack-file.js";
import { readYaml } from "../spec/check/yaml.js";
import type { FleetSpec, LocatedFault } from "../spec/index.js";
import { FleetError } from "./errors.js";
import { sectionPath } from "./stack-edit.js";
import { printFaults, readStack, type StackFile, stackNames } from "./workspace.js";

/** A stack file without faults of its own. */
export interface ReadStack {
  file: StackFile;
  spec: FleetSpec;
}

/**
 * What is wrong with stack files only when they are seen together: a host name leads to one agent, in whichever stack. Names that
 * every computer has for itself (`localhost`) may stand in several. Gives the faults of each stack that comes after another.
 */
export function faultsAcross(project: Project, stacks: ReadStack[]): Map<string, LocatedFault[]> {
  const owners = new Map<string, string>();
  const faults = new Map<string, LocatedFault[]>();
  for (const { file, spec } of stacks) {
    for (const { name, host } of Object.values(spec.agents)) {
      if (host === undefined || /(^|\.)localhost$/.test(host)) continue;
      const owner = owners.get(host);
      if (owner === undefined) owners.set(host, `agents.${name} in ${file.shown}`);
      else faults.set(file.stack, [...(faults.get(file.stack) ?? []), clash(project, file, name, host, owner)]);
    }
  }
  return faults;
}

function clash(project: Project, file: StackFile, agent: string, host: string, owner: string): LocatedFault {
  const path = [...sectionPath(project, file, "agents"), agent, "host"];
  const place = readYaml(file.text).read?.places.of({ path }) ?? { line: 1, column: 1 };
  return { ...place, severity: "error", path, message: `host ${host} is already that of ${owner}` };
}

/** Throws FleetError if a stack cannot be beside the others of its project. Others that have faults of their own do not count. */
export async function refuseClashes(project: Project, mine: ReadStack): Promise<void> {
  const others = (await stackNames(project)).filter((stack) => stack !== mine.file.stack);
  const read = await Promise.all(others.map((stack) => readStack(project, stack)));
  const valid = read.flatMap((file): ReadStack[] => {
    const { spec } = readStackText(file.stack, file.text, project.name);
    return spec ? [{ file, spec }] : [];
  });
  const faults = faultsAcross(project, [...valid, mine]).get(mine.file.stack) ?? [];
  if (faults.length === 0) return;
  await printFaults(mine.file.shown, faults);
  throw new FleetError(
    `${mine.file.shown} does not go with the other stacks; nothing was touched`,
    "give another host",
  );
}
