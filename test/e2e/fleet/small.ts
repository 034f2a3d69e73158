import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect } from "vitest";
import { IMAGE, objectsOf, removeStackObjects } from "../support/daemon.js";
import type { FleetResult } from "../support/fleet.js";
import { ProjectCopy } from "../support/project.js";

/** An agent that takes a moment to start: a shell that sleeps. */
export function smallAgent(settings: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    machine: "here",
    runtime: "container",
    image: IMAGE,
    command: ["sleep", "1000"],
    resources: { memory: "32MiB" },
    ...settings,
  };
}

/** An agent that is healthy some seconds after its start. */
export function slowAgent(seconds: number): Record<string, unknown> {
  return smallAgent({
    command: ["sh", "-c", `sleep ${seconds}; touch /tmp/ready; exec sleep 1000`],
    health: { command: ["test", "-e", "/tmp/ready"], interval: "1s", timeout: "1s", retries: 60, startPeriod: "1s" },
  });
}

/** Sections of a stack file with these agents on this machine's Docker. */
export function smallFleet(agents: Record<string, unknown>, machine: Record<string, unknown> = { on: "docker" }) {
  return { machines: { here: machine }, agents };
}

/** A project copy and stacks whose objects are removed at the end, also after failures. */
export class SmallStacks {
  project!: ProjectCopy;
  #stacks: string[] = [];

  constructor() {
    beforeAll(() => {
      this.project = new ProjectCopy();
    });
    afterAll(async () => {
      await this.project?.close();
      for (const stack of this.#stacks) removeStackObjects(stack);
    });
  }

  /** Declares a new stack; gives its name. */
  declare(agents: Record<string, unknown>): string {
    const stack = this.name();
    this.project.declare(stack, smallFleet(agents));
    return stack;
  }

  /** The name of a new stack. */
  name(): string {
    const stack = `e2e-${randomBytes(4).toString("hex")}`;
    this.#stacks.push(stack);
    return stack;
  }

  /** `up` without its plan. */
  up(stack: string, env: Record<string, string> = {}): Promise<FleetResult> {
    return this.project.run(["up", stack, "--yes", "--skip-preview"], { env });
  }

  /** Brings the stack up, which must succeed and be all that there is: its containers by name, nothing else. */
  async upMustConverge(stack: string, agents: string[]): Promise<FleetResult> {
    const result = await this.up(stack);
    expect(result.stdout + result.stderr).toMatch(/^(Update done|No changes)\./m);
    expect(result.code).toBe(0);
    const names = agents.map((agent) => `${stack}-${agent}`).sort();
    expect(objectsOf(stack)).toEqual({
      containers: names,
      networks: names,
      volumes: names.map((name) => `${name}-config`),
    });
    return result;
  }
}

/** Fails unless a command ended with this code, with one error and no trace of ours; gives what it printed. */
export function oneError(result: FleetResult, code: number): string {
  const output = `${result.stdout}\n${result.stderr}`;
  expect(output).not.toMatch(/^\W*at .+[:(]/m);
  expect(output).not.toContain("This is a bug");
  expect(output.match(/^\s*error: /gm) ?? [], output).toHaveLength(1);
  expect(result.code, output).toBe(code);
  return output;
}
