import { z } from "zod";

/** A stack of this project, or `organization/project/stack`. */
const STACK = /^(?:[\w.-]+\/[\w.-]+\/)?[\w.-]{1,100}$/;

export const shared = z.strictObject({
  stack: z
    .string()
    .regex(STACK, { error: "must be a stack's name, such as gather-host, or organization/project/stack" })
    .describe("Name of the other stack. It has to be up before this one."),
});

/** Another stack whose outputs this one uses. */
export interface SharedSpec extends z.output<typeof shared> {
  name: string;
}
