import { z } from "zod";
import { type ClawAgentSpec, claw, clawSchema } from "./claw.js";
import { type ContainerAgentSpec, container, containerSchema } from "./container.js";
import { type OpenClawAgentSpec, openclaw, openclawSchema } from "./openclaw.js";
import type { Runtime } from "./runtime.js";

/** The keys of an agent, by its runtime. A new runtime is a file beside these and a line in each list here. */
export const agent = z.discriminatedUnion("runtime", [openclawSchema, clawSchema, containerSchema]);

export type AgentSpec = OpenClawAgentSpec | ClawAgentSpec | ContainerAgentSpec;

export type RuntimeName = AgentSpec["runtime"];

export const runtimes: Record<RuntimeName, Runtime> = { openclaw, claw, container };
