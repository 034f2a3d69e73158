import { z } from "zod";
import { type ContainerAgentSpec, container } from "./container.js";
import { type OpenClawAgentSpec, openclaw } from "./openclaw.js";

/** Every runtime: a new one is a file beside these and a line in each of the three lists. */
export const runtimes = { openclaw, container };

export const agent = z.discriminatedUnion("runtime", [openclaw.schema, container.schema]);

export type AgentSpec = OpenClawAgentSpec | ContainerAgentSpec;

export type RuntimeName = keyof typeof runtimes;
