import { z } from "zod";
import { readDate } from "../values/date.js";
import { LEAST_REASON, readReason } from "../values/reason.js";
import { freeForm, text } from "./fields.js";

const reasonText = text({
  title: "reason",
  rule: `a reason of ${LEAST_REASON} characters or more, in words that tell a reviewer why`,
  pattern: new RegExp(`.{${LEAST_REASON},}`),
  read: readReason,
});
/** Why something is allowed. */
export const reason = () => reasonText;

const dateText = text({
  title: "date",
  rule: "a date, such as 2027-03-31",
  pattern: /^\d{4}-\d{2}-\d{2}$/,
  read: readDate,
});
const date = () => dateText;

const exception = z.strictObject({
  resource: z
    .string()
    .min(1)
    .describe("Whom it is for: a URN, or a glob of one: `*` stands for anything without a colon, `**` for anything."),
  reason: reason().describe("Why the rule does not hold there."),
  expires: date().describe("The last day on which it counts."),
});

/** How one rule of the policy pack is to be taken in this stack. */
export const policy = z.strictObject({
  level: z
    .enum(["advisory", "mandatory", "disabled"])
    .optional()
    .describe("`mandatory` stops an `up`, `advisory` only warns, `disabled` does not look. Default: the rule's own."),
  settings: freeForm().optional().describe("The rule's own settings; its page says which there are."),
  exceptions: z.array(exception).default([]).describe("Resources for which the rule does not count."),
});

/** How a stack takes one rule of the policy pack. */
export interface PolicySettings extends z.output<typeof policy> {
  name: string;
}

/** Ids of rules: kebab case. */
export const RULE_ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
export const RULE_ID_RULE =
  "a rule's id: lower-case words and numbers, joined by hyphens, such as container-no-privileged";

/** A URN of a stack: its stack, and the rest. */
export const URN = /^urn:pulumi:([^:]+)::[^:]+::[^:].*::.+$/s;
