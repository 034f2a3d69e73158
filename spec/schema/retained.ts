import { z } from "zod";
import { dockerName, freeForm } from "./fields.js";

const volume = z.strictObject({
  name: dockerName().optional().describe("The volume's name on the machine, where it is not the runtime's own."),
  existing: z.boolean().optional().describe("The volume carries no labels of the fleet's."),
});

/** Written by `agent remove`, read by `agent add`. */
export const retained = z.strictObject({
  runtime: z.string().describe("The runtime that the agent had."),
  machine: z.string().describe("The machine that the volumes are on."),
  settings: freeForm()
    .optional()
    .describe("Settings that only this agent had, such as its keys, by `{ secret: name }`."),
  volumes: z
    .record(z.string(), volume)
    .optional()
    .describe("Volumes that are not found by their labels, by their names in the stack file."),
});
