import { performance } from "node:perf_hooks";
import type { ResourceState, Snapshot } from "../../engine/state/types.js";
import { readStackText } from "../../spec/check/stack-file.js";
import type { AgentSpec } from "../../spec/index.js";
import { FleetError } from "../errors.js";
import { operate, type Target } from "../operation.js";
import { sectionPath, writeStack } from "../stack-edit.js";
import { readStack } from "../workspace.js";
import { setValue } from "../yaml-edit.js";

/** What became of one agent's token. */
export type Rotated =
  | { agent: string; result: "rotated"; rotation: number; seconds: number }
  | { agent: string; result: "failed"; rotation: number; seconds: number; errors: string[] };

/** An agent whose gateway has a token. */
export type TokenAgent = Extract<AgentSpec, { token: { rotation: number } }>;

export const hasToken = (agent: AgentSpec): agent is TokenAgent => "token" in agent;

const PASSWORD = "random:index/randomPassword:RandomPassword";
const COMMAND = "command:local:Command";
const CONTAINER = "docker:index/container:Container";

/** An agent's token in the state, and the command that delivers it. */
export interface TokenResources {
  password: ResourceState;
  delivery: ResourceState;
}

/** Undefined for an agent that is not up, or that was brought up without a token. */
export function tokenResources({ resources }: Snapshot, agent: AgentSpec): TokenResources | undefined {
  const present = resources.filter(({ delete: isOld }) => !isOld);
  const container = present.find(({ type, inputs }) => type === CONTAINER && inputs.name === agent.container);
  const password = present.find(({ type, parent }) => type === PASSWORD && parent === container?.parent);
  const delivery =
    password && present.find(({ type, dependencies = [] }) => type === COMMAND && dependencies.includes(password.urn));
  return delivery && { password: password!, delivery };
}

/**
 * Gives an agent another token: raises `token.rotation` in the stack file, makes the token, and delivers it. The delivery ends well once
 * the gateway is ready with it. Nothing else of the agent or the stack is changed, whatever else the file says by now.
 */
export async function rotateToken(
  target: Target,
  agent: TokenAgent,
  { password, delivery }: TokenResources,
): Promise<Rotated> {
  const started = performance.now();
  const rotation = agent.token.rotation + 1;
  await writeRotation(target, agent.name, rotation);
  const options = { ...target.options, target: [password.urn, delivery.urn] };
  const { outcome, errors } = await operate("update", false, { ...target, options }, { silent: true });
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  if (outcome === "succeeded") return { agent: agent.name, result: "rotated", rotation, seconds };
  return { agent: agent.name, result: "failed", rotation, seconds, errors: errors.length > 0 ? errors : [outcome] };
}

async function writeRotation({ project, stack }: Target, agent: string, rotation: number): Promise<void> {
  const file = await readStack(project, stack);
  const text = setValue(file.text, [...sectionPath(project, file, "agents"), agent, "token", "rotation"], rotation);
  const { faults } = readStackText(stack, text, project.name);
  if (faults.some(({ severity }) => severity === "error"))
    throw new FleetError(`${file.shown} has faults`, `\`./fleet check ${stack}\` lists them`);
  await writeStack(file, text);
}
