import { z } from "zod";
import { type ClawAgentSpec, claw, clawSchema } from "./claw.js";
import { type ContainerAgentSpec, container, containerSchema } from "./container.js";
import { type OpenClawAgentSpec, openclaw, openclawSchema } from "./openclaw.js";
import { type PaAgentSpec, pa, paSchema } from "./pa.js";
import type { Runtime } from "./runtime.js";

/** The keys of an agent, by its runtime. A new runtime is a file beside these and a line in each list here. */
export const agent = z.discriminatedUnion("runtime", [openclawSchema, paSchema, clawSchema, containerSchema]);

export type AgentSpec = OpenClawAgentSpec | PaAgentSpec | ClawAgentSpec | ContainerAgentSpec;

export type RuntimeName = AgentSpec["runtime"];

export const runtimes: Record<RuntimeName, Runtime> = { openclaw, pa, claw, container };
