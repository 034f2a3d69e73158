import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { Project } from "../../engine/project/project.js";
import { FleetError } from "../errors.js";

/** The project's file that says what is deployed. */
export const CONFIG = "fleet-ci.yaml";

const rule = z.strictObject({
  stacks: z
    .array(z.string().regex(/^[\w.*-]+$/, { error: "must be a stack's name; * stands for any part of one" }))
    .min(1),
  environment: z.string().regex(/^[\w.-]{1,100}$/, { error: "must be letters, digits, dots, hyphens" }),
  protected: z.boolean().default(true),
});
const schema = z.strictObject({ deploy: z.array(rule).default([]) });

/** Stacks that are deployed in one environment of GitHub. */
export type DeployRule = z.output<typeof rule>;

/** Reads the project's file. Throws FleetError with every fault in it. */
export async function readRules(project: Project): Promise<DeployRule[]> {
  const text = await readFile(join(project.root, CONFIG), "utf8").catch(() => undefined);
  if (text === undefined)
    throw new FleetError(`there is no ${CONFIG}, so nothing says what is deployed`, `write one: docs/ci.md shows it`);
  const read = schema.safeParse(parsed(text));
  if (read.success) return read.data.deploy;
  const faults = read.error.issues.map(({ path, message }) => `\n  ${path.join(".")}: ${message}`);
  throw new FleetError(`${CONFIG} has faults:${faults.join("")}`, "docs/ci.md shows what stands there");
}

/** The first rule that names a stack; undefined: it is not deployed. */
export const ruleOf = (rules: DeployRule[], stack: string): DeployRule | undefined =>
  rules.find(({ stacks }) => stacks.some((pattern) => matches(pattern, stack)));

function matches(pattern: string, stack: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(stack);
}

function parsed(text: string): unknown {
  try {
    return parse(text) ?? {};
  } catch (error) {
    throw new FleetError(`${CONFIG} cannot be read: ${(error as Error).message}`, "mend the YAML");
  }
}
