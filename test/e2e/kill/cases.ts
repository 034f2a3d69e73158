import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameOf, pendingOf } from "../support/checkpoint.js";
import { objectsOf, removeStackObjects, type StackObjects } from "../support/daemon.js";
import type { KillPoint } from "../support/docker-proxy.js";
import { FleetProject, type WritePoint } from "../support/fleet-project.js";

/** A resource as program/index.cjs reads it. */
export interface Declared {
  type: "Network" | "Volume" | "Container" | "RemoteImage" | "Image";
  name: string;
  props: Record<string, unknown>;
  opts?: Record<string, unknown>;
  after?: string[];
}

export interface Kill {
  at: KillPoint | WritePoint;
  /** What must be pending in the checkpoint then, as `pendingOf` has it. */
  pending: string[];
  /** Looks around before the next run, or interferes. */
  meanwhile?: () => void;
}

export interface Case {
  title: string;
  /** What is declared when the engine is killed, and still when it carries on. */
  declare: Declared[];
  /** Each ends one run, one after the other. */
  kills: Kill[];
  /** What must be on the daemon in the end, where that is not what is declared. */
  remaining?: StackObjects;
  /** Before anything of the case. */
  prepare?: () => void;
  /** Besides what is checked of every case. */
  verify?: () => void;
}

export interface Chain {
  /** Begins with `e2e-kill-`. */
  stack: string;
  /** Brought up before the first case. */
  start: Declared[];
  cases: Case[];
  /** After each case. */
  verify?: (declared: Declared[]) => void;
  /** After `start` was brought up. */
  afterStart?: () => void;
  /** At the end. */
  close?: () => Promise<void>;
}

export const PROGRAM = new URL("./program/", import.meta.url);

/** What stands here for the random end of a name that the engine made up. */
const MADE_UP = "*******";

function withoutSuffixes({ containers, networks, volumes }: StackObjects): StackObjects {
  const plain = (names: string[]) => names.map((name) => name.replace(/-[0-9a-f]{7}$/, `-${MADE_UP}`));
  return { containers: plain(containers), networks: plain(networks), volumes: plain(volumes) };
}

/** The names that the declared resources must have on the daemon, images left out. */
export function namesOf(declared: Declared[]): StackObjects {
  const names = (type: Declared["type"]) =>
    declared
      .filter((one) => one.type === type)
      .map(({ name, props }) => String(props.name ?? `${name}-${MADE_UP}`))
      .sort();
  return { containers: names("Container"), networks: names("Network"), volumes: names("Volume") };
}

/** Lets volumes be lost: it is what becomes of runs that is looked at here, not whether they are let through. */
export function acknowledging(stack: string, declared: Declared[]): Record<string, string> {
  const volumes = declared.filter(({ type }) => type === "Volume").map(({ name }) => name);
  return Object.fromEntries(
    volumes.map((name) => [
      `urn:pulumi:${stack}::kill::docker:index/volume:Volume::${name}`,
      "its loss is what the test is about",
    ]),
  );
}

export const owned = (stack: string, entry: string, ...more: [string, string][]) =>
  [["fleet.stack", stack], ["fleet.entry", entry], ...more].map(([label, value]) => ({ label, value }));

/**
 * One stack that goes from case to case: in each, runs are killed, and then `up` must bring what is declared, with nothing
 * left over and nothing lost.
 */
export function killChain(title: string, make: (project: FleetProject) => Chain | Promise<Chain>): void {
  describe.concurrent(title, async () => {
    const project = new FleetProject("kill", PROGRAM);
    const chain = await make(project);
    const { stack } = chain;
    const up = () => project.fleet("up", stack, "--yes", "--skip-preview");
    let declared = chain.start;
    /** The case that went through last. */
    let reached = -1;
    const declare = (resources: Declared[]) => {
      declared = resources;
      // A namespace of its own: the one of the project is for the sections of a fleet.
      const all = [chain.start, ...chain.cases.map((one) => one.declare)].flat();
      project.declare(stack, {
        "declared:resources": resources,
        "kill:acknowledged": acknowledging(stack, all),
      });
    };

    beforeAll(async () => {
      removeStackObjects(stack);
      declare(chain.start);
      const { code, output } = await up();
      expect(code, output).toBe(0);
      chain.afterStart?.();
    });
    afterAll(async () => {
      removeStackObjects(stack);
      await project.close();
      await chain.close?.();
    });

    for (const [index, { title, declare: next, kills, prepare, remaining, verify }] of chain.cases.entries()) {
      test.sequential(title, async () => {
        // Each begins where the one before should have ended, also when that failed or was skipped.
        const before = chain.cases[index - 1];
        if (before !== undefined && reached !== index - 1) {
          before.prepare?.();
          declare(before.declare);
          const { code, output } = await up();
          expect(code, output).toBe(0);
        }
        prepare?.();
        declare(next);
        for (const { at, pending, meanwhile } of kills) {
          const args = ["up", stack, "--yes", "--skip-preview"];
          if ("write" in at) await project.killedAtWrite(at, stack, ...args);
          else await project.killedAtRequest(at, ...args);
          const found = pendingOf(project.checkpoint(stack));
          console.log(
            `${chain.stack}, ${title}: killed ${describePoint(at)}; pending: ${found.join(", ") || "nothing"}`,
          );
          expect(found).toEqual([...pending].sort());
          meanwhile?.();
        }

        const again = await up();
        expect(again.code, again.output).toBe(0);
        expect(withoutSuffixes(objectsOf(stack))).toEqual(remaining ?? namesOf(declared));
        expect(project.checkpoint(stack).pending).toEqual([]);
        expect(stateOf(project, stack)).toEqual(declared.map(({ name }) => name).sort());
        chain.verify?.(declared);
        verify?.();

        const third = await up();
        expect(third.code, third.output).toBe(0);
        expect(third.output).toContain("No changes.");
        reached = index;
      });
    }
  });
}

/** Names of the docker resources in the state; one that waits for its deletion would be there twice. */
function stateOf(project: FleetProject, stack: string): string[] {
  return project
    .checkpoint(stack)
    .resources.filter(({ type }) => type.startsWith("docker:"))
    .map(({ urn }) => nameOf(urn))
    .sort();
}

/** A kill's moment in words. */
export function describePoint(at: Kill["at"]): string {
  if ("write" in at) {
    const what = at.copies ? `${at.copies.count} × ${at.copies.of}` : (at.pending ?? "anything");
    return `right ${at.write} a checkpoint is put in place with ${what}`;
  }
  const path = at.path.source.replace(/\\\/|[\^$]/g, (found) => (found === "\\/" ? "/" : ""));
  return `${at.when} ${at.nth ? `${at.nth} × ` : ""}${at.method} ${path}`;
}
