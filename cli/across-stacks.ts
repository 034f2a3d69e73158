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
 * What is wrong with stack files only when they are seen together: a host name leads to one agent or service, in whichever stack, and
 * one stack makes a zone. Names that every computer has for itself (`localhost`) may stand in several. Gives the faults of each stack
 * that comes after another.
 */
export function faultsAcross(project: Project, stacks: ReadStack[]): Map<string, LocatedFault[]> {
  const owners = new Map<string, string>();
  const faults = new Map<string, LocatedFault[]>();
  for (const { file, spec } of stacks) {
    for (const { what, path } of claims(spec)) {
      const owner = owners.get(what);
      if (owner === undefined) owners.set(what, `${path.slice(0, 2).join(".")} in ${file.shown}`);
      else faults.set(file.stack, [...(faults.get(file.stack) ?? []), clash(project, file, path, what, owner)]);
    }
  }
  return faults;
}

/** What a stack has for itself in the whole project, and where it says so. */
interface Claim {
  what: string;
  path: [section: string, entry: string, key: string];
}

function claims(spec: FleetSpec): Claim[] {
  const hosts = [
    ...Object.values(spec.agents).map(hostOf("agents")),
    ...Object.values(spec.services).map(hostOf("services")),
  ];
  const zones = Object.values(spec.dns).filter(({ shared, existing, zoneId }) => !shared && !existing && !zoneId);
  return [
    ...hosts.flat().filter(({ what }) => !/(^|\.)localhost$/.test(what)),
    ...zones.map(({ name, domain }): Claim => ({ what: `zone ${domain}`, path: ["dns", name, "domain"] })),
  ];
}

const hostOf =
  (section: string) =>
  ({ name, host }: { name: string; host?: string }): Claim[] =>
    host === undefined ? [] : [{ what: `host ${host}`, path: [section, name, "host"] }];

function clash(
  project: Project,
  file: StackFile,
  [section, ...rest]: Claim["path"],
  what: string,
  owner: string,
): LocatedFault {
  const path = [...sectionPath(project, file, section), ...rest];
  const place = readYaml(file.text).read?.places.of({ path }) ?? { line: 1, column: 1 };
  return { ...place, severity: "error", path, message: `${what} is already that of ${owner}` };
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
    "give what is taken another name",
  );
}
