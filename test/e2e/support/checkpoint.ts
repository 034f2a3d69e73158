import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A resource as the checkpoint has it, as far as tests look at it. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  delete?: boolean;
  pendingReplacement?: boolean;
  initErrors?: string[];
  outputs?: Record<string, unknown>;
}

export interface Checkpoint {
  resources: StateResource[];
  pending: { type: string; resource: StateResource }[];
}

export function checkpointFile(backend: string, project: string, stack: string): string {
  return join(backend, ".pulumi", "stacks", project, `${stack}.json`);
}

/** The state on disk; empty if there is none yet. Fails if it is not whole JSON. */
export function readCheckpoint(file: string): Checkpoint {
  if (!existsSync(file)) return { resources: [], pending: [] };
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8"));
  return { resources: checkpoint.latest?.resources ?? [], pending: checkpoint.latest?.pending_operations ?? [] };
}

/** The last part of a URN, the resource's name in the program. */
export const nameOf = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);

/** `creating docker:index/network:Network net`, one for each pending operation, sorted. */
export function pendingOf({ pending }: Checkpoint): string[] {
  return pending.map(({ type, resource }) => `${type} ${resource.type} ${nameOf(resource.urn)}`).sort();
}
