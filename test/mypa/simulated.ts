import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { project, type TestProject, toolkit } from "../cli/harness.js";

/** In the order in which they come up: what is read by others first. */
export const ORDER = ["shared", "alpha", "beta", "delta", "gamma", "admin"].map((name) => `mypa-${name}`);

export interface Made {
  type: string;
  name: string;
  id: string;
  // biome-ignore lint/suspicious/noExplicitAny: inputs of every type of resource.
  inputs: any;
}

/** The shipped stacks of MyPA, brought up in simulation by the real command, with the resources that each has then. */
export class SimulatedMyPa {
  readonly project: TestProject;
  readonly #made = new Map<string, Made[]>();

  constructor() {
    const dockerfile = "examples/pa-image/Dockerfile";
    const files = readdirSync(join(toolkit, "stacks")).filter((file) => file.startsWith("Pulumi.mypa-"));
    this.project = project({
      "index.ts": `export { default } from ${JSON.stringify(join(toolkit, "index.ts"))};\n`,
      [dockerfile]: readFileSync(join(toolkit, dockerfile), "utf8"),
      ...Object.fromEntries(
        files.map((file) => [`stacks/${file}`, readFileSync(join(toolkit, "stacks", file), "utf8")]),
      ),
    });
  }

  async up(stack: string, ...more: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.project.fleet(["up", stack, "--simulate", "--yes", ...more]);
    expect(code, stdout + stderr).toBe(0);
    const state = await this.project.fleet(["state", "export", stack, "--simulate", "--show-secrets"]);
    const { deployment } = JSON.parse(state.stdout);
    this.#made.set(
      stack,
      deployment.resources.map((one: Omit<Made, "name"> & { urn: string }) => ({
        ...one,
        name: one.urn.split("::").at(-1),
        inputs: inClear(one.inputs ?? {}),
      })),
    );
    return stdout;
  }

  /** The resources of a stack whose type ends so. */
  of(stack: string, type: string): Made[] {
    return (this.#made.get(stack) ?? []).filter((one) => one.type.endsWith(`:${type}`));
  }

  one(stack: string, type: string): Made {
    const found = this.of(stack, type);
    expect(found).toHaveLength(1);
    return found[0]!;
  }

  /** Files that a stack puts onto its machine, by path. */
  files(stack: string): Record<string, { text?: string; mode?: string; owner?: string; policy?: string }> {
    const bundles = this.of(stack, "Command").filter(({ inputs }) => /hosts\/put\.mjs$/.test(inputs.create));
    return Object.assign({}, ...bundles.map(({ inputs }) => JSON.parse(inputs.stdin).files));
  }

  /** Everything in a stack's state that is no secret's own place, as text. */
  text(stack: string): string {
    return JSON.stringify((this.#made.get(stack) ?? []).map(({ inputs, type }) => ({ inputs, type })));
  }
}

const SECRET = "4dabf18193072939515e22adb298388d";

/** Values with secrets in them opened: an export holds those as plain text beside a mark. */
function inClear(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inClear);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value) {
    const { plaintext } = value as unknown as { plaintext?: string };
    return plaintext === undefined ? "[secret]" : JSON.parse(plaintext);
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inClear(one)]));
}
