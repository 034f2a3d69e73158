import type { Project } from "../../engine/project/project.js";
import { readStackText } from "../../spec/check/stack-file.js";
import type { FleetSpec } from "../../spec/index.js";
import type { StackFile } from "../workspace.js";

/** Names of a stack that no other stack of the project may have: what they are, by name. */
function namesOf(spec: FleetSpec): Map<string, string> {
  const names = new Map<string, string>();
  for (const { name, on } of Object.values(spec.machines)) {
    // A daemon of this computer, or another stack's machine, is nobody's own.
    if (on !== "docker" && on !== "shared") names.set(name, `machine ${name}`);
    if (on === "existing") {
      const { docker } = spec.machines[name] as { docker: string };
      names.set(docker, `host ${docker}`);
    }
  }
  for (const { name, host } of Object.values(spec.agents))
    if (host !== undefined) names.set(host, `${name}'s host ${host}`);
  for (const service of Object.values(spec.services)) {
    const host = "host" in service ? service.host : undefined;
    if (typeof host === "string") names.set(host, `${service.name}'s host ${host}`);
  }
  return names;
}

/** What of a new stack's names another stack has: in words. A stack file with faults says nothing. */
export function takenNames(project: Project, spec: FleetSpec, others: StackFile[]): string[] {
  const own = namesOf(spec);
  return others.flatMap(({ stack, text }) => {
    const other = readStackText(stack, text, project.name).spec;
    if (!other) return [];
    const theirs = namesOf(other);
    return [...own].filter(([name]) => theirs.has(name)).map(([, what]) => `${what} is in ${stack}`);
  });
}
