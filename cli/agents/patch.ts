import { performance } from "node:perf_hooks";
import { hasChanges, type RunResult } from "../../engine/events.js";
import type { ResourceState, Snapshot } from "../../engine/state/types.js";
import { readStackText } from "../../spec/check/stack-file.js";
import type { AgentSpec } from "../../spec/index.js";
import { FleetError } from "../errors.js";
import { operate, type Target } from "../operation.js";
import { sectionPath, writeStack } from "../stack-edit.js";
import { loadSnapshot } from "../state.js";
import { readStack } from "../workspace.js";
import { setValue, withoutValue } from "../yaml-edit.js";

/** What became of one agent. */
export type Patched =
  | { agent: string; result: "patched" | "unchanged"; seconds: number }
  | { agent: string; result: "put-back" | "failed"; seconds: number; errors: string[] };

const CONTAINER = "docker:index/container:Container";

/**
 * Brings one agent to what the stack file declares, its present image included, and waits until it is ready. If it does not become
 * so, the image that it had is put back, and the stack file holds the agent at that one until the next try.
 */
export async function patchAgent(target: Target, agent: AgentSpec, container: ResourceState): Promise<Patched> {
  const started = performance.now();
  const done = <R extends Patched["result"]>(result: R) => ({
    agent: agent.name,
    result,
    seconds: Math.round((performance.now() - started) / 100) / 10,
  });
  // Its container is made anew: what kept it as it was is over.
  await editAgent(target, agent.name, (text, path) =>
    ["held", "adopted"].reduce((edited, key) => withoutValue(edited, [...path, key]), text),
  );
  const result = await updateAgent(target, container);
  if (result.outcome === "succeeded") return done(hasChanges(result) ? "patched" : "unchanged");
  const { errors } = result;
  if (result.outcome === "cancelled") return { ...done("failed"), errors: [...errors, "cancelled"] };

  const former = String(container.inputs.image);
  if ((await containerOf(target, agent))?.inputs.image === former) return { ...done("failed"), errors };
  await editAgent(target, agent.name, (text, path) => setValue(text, [...path, "held"], former));
  const back = await updateAgent(target, container);
  return back.outcome === "succeeded"
    ? { ...done("put-back"), errors }
    : { ...done("failed"), errors: [...errors, "and the former image could not be put back:", ...back.errors] };
}

const updateAgent = (target: Target, container: ResourceState): Promise<RunResult> =>
  operate("update", false, onlyAgents(target, [container]), { silent: true });

/** Everything of the agents that containers are of, and nothing else. */
export function onlyAgents(target: Target, containers: ResourceState[]): Target {
  const options = { ...target.options, target: containers.map(({ parent }) => parent!), targetDependents: true };
  return { ...target, options };
}

async function editAgent(
  { project, stack }: Target,
  agent: string,
  edit: (text: string, path: (string | number)[]) => string,
): Promise<void> {
  const file = await readStack(project, stack);
  const text = edit(file.text, [...sectionPath(project, file, "agents"), agent]);
  if (text === file.text) return;
  const { faults } = readStackText(stack, text, project.name);
  if (faults.some(({ severity }) => severity === "error"))
    throw new FleetError(`${file.shown} has faults`, `\`./fleet check ${stack}\` lists them`);
  await writeStack(file, text);
}

/** An agent's container as the state has it; undefined if it is not up. */
export async function containerOf(target: Target, agent: AgentSpec): Promise<ResourceState | undefined> {
  const snapshot = await loadSnapshot(target.backend, target.project, target.stack);
  return snapshot && findContainerOf(snapshot, agent);
}

export function findContainerOf({ resources }: Snapshot, agent: AgentSpec): ResourceState | undefined {
  return resources.find(
    ({ type, inputs, delete: isOld }) => type === CONTAINER && !isOld && inputs.name === agent.container,
  );
}
