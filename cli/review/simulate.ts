import { availableParallelism } from "node:os";
import type { Project } from "../../engine/project/project.js";
import type { ReviewedResource } from "../../review/types.js";
import { FleetError } from "../errors.js";
import { withHost } from "../inside.js";
import { inTurns } from "../turns.js";
import { readStack } from "../workspace.js";
import { inWaves, referencesOf, withReferred } from "./references.js";
import { Simulation } from "./simulation.js";

/** Stacks at a time: their programs share one processor, and wait little. */
export const AT_ONCE = 2 * availableParallelism();

/**
 * The resources of stacks as they would be, brought up in simulation; those that they refer to come first. Needs no passphrase, no
 * state and no Docker. Throws FleetError for the first stack that fails, and for one that does not exist.
 */
export async function simulatedResources(project: Project, stacks: string[]): Promise<Map<string, ReviewedResource[]>> {
  simulateOnly();
  const references = await readReferences(project, stacks);
  const referred = (stack: string) => references.get(stack) ?? [];
  const all = withReferred(stacks, referred);
  const found = new Map<string, ReviewedResource[]>();
  const simulation = new Simulation();
  try {
    await withHost(project, {}, async (host) => {
      for (const wave of inWaves(all, referred)) {
        await inTurns(wave, AT_ONCE, async (stack) => {
          const { result, collector } = await simulation
            .up(project, stack, host)
            .catch((error: Error & { fix?: string }) => {
              throw new FleetError(`the stack ${stack} cannot be simulated: ${error.message}`, error.fix);
            });
          if (result.outcome !== "succeeded")
            throw new FleetError(
              `the stack ${stack} cannot be simulated: ${result.errors.join("; ") || result.outcome}`,
              `\`./fleet up ${stack} --simulate\` shows how far it comes`,
            );
          found.set(stack, collector.resources());
        });
      }
    });
  } finally {
    simulation.close();
  }
  return new Map(stacks.map((stack) => [stack, found.get(stack)!]));
}

/** Tells programs of this process, from now on, that nothing real is made. */
export function simulateOnly(): void {
  process.env.FLEET_SIMULATED = "1";
}

/** The stacks that each stack refers to, and those again. Throws FleetError for one without a file. */
export async function readReferences(project: Project, stacks: string[]): Promise<Map<string, string[]>> {
  const references = new Map<string, string[]>();
  const open = [...stacks];
  for (let stack = open.pop(); stack !== undefined; stack = open.pop()) {
    if (references.has(stack)) continue;
    const { text } = await readStack(project, stack);
    const referred = referencesOf(text, project.name);
    references.set(stack, referred);
    open.push(...referred);
  }
  return references;
}
