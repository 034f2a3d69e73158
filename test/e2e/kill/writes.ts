import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pendingOf } from "../support/checkpoint.js";
import { docker, IMAGE, objectsOf, removeStackObjects } from "../support/daemon.js";
import { type Ended, FleetProject } from "../support/fleet-project.js";
import { acknowledging, type Declared, namesOf, owned, PROGRAM } from "./cases.js";

const STACK = "e2e-kill-writes";

/** Two of each, so that operations run at the same time. */
function everything(version: number): Declared[] {
  return ["one", "two"].flatMap((entry): Declared[] => [
    { type: "Network", name: `net_${entry}`, props: { name: `${STACK}-net-${entry}`, labels: owned(STACK, entry) } },
    { type: "Volume", name: `vol_${entry}`, props: { name: `${STACK}-vol-${entry}`, labels: owned(STACK, entry) } },
    {
      type: "Container",
      name: `app_${entry}`,
      props: {
        name: `${STACK}-app-${entry}`,
        image: IMAGE,
        command: ["sleep", "3600"],
        init: true,
        labels: owned(STACK, entry),
        destroyGraceSeconds: 1,
        networksAdvanced: [{ name: `\${net_${entry}.name}` }],
        volumes: [{ volumeName: `\${vol_${entry}.name}`, containerPath: "/data" }],
        // Of the one the new version replaces the container, of the other it updates it.
        ...(entry === "one" ? { envs: [`VERSION=${version}`] } : { memory: 16 * version, memorySwap: 16 * version }),
      },
    },
  ]);
}

/** Runs that are killed around the first checkpoint that they write, then the next ones around their second, and so on. */
export function writesSuite(): void {
  describe.concurrent("Around every checkpoint", () => {
    const project = new FleetProject("kill", PROGRAM);
    beforeAll(() => removeStackObjects(STACK));
    afterAll(async () => {
      removeStackObjects(STACK);
      await project.close();
    });

    const phases: [title: string, declared: Declared[], verify: () => void][] = [
      ["creations", everything(1), () => {}],
      [
        "a replacement and an update",
        everything(2),
        () => {
          expect(docker("exec", `${STACK}-app-one`, "env")).toContain("VERSION=2");
          const memory = docker("inspect", "--format", "{{.HostConfig.Memory}}", `${STACK}-app-two`);
          expect(Number(memory)).toBe(32 * 1024 * 1024);
        },
      ],
      ["deletions", [], () => {}],
    ];
    for (const [title, declared, verify] of phases) {
      test.sequential(title, async () => {
        project.declare(STACK, {
          "declared:resources": declared,
          "kill:acknowledged": acknowledging(STACK, everything(1)),
        });
        const args = ["up", STACK, "--yes", "--skip-preview"];
        let kills = 0;
        let ended: Ended | undefined;
        for (let nth = 1; ended === undefined; nth++) {
          for (const write of ["before", "after"] as const) {
            ended = await project.killedAtWriteIfAny({ nth, write }, STACK, ...args);
            if (ended !== undefined) break;
            kills++;
            const pending = pendingOf(project.checkpoint(STACK)).join(", ") || "nothing";
            console.log(`${STACK}, ${title}: killed right ${write} checkpoint ${nth} of its run; pending: ${pending}`);
          }
        }
        expect(ended.code, ended.output).toBe(0);
        expect(kills).toBeGreaterThan(2);
        expect(objectsOf(STACK)).toEqual(namesOf(declared));
        expect(project.checkpoint(STACK).pending).toEqual([]);
        verify();
        const again = await project.fleet(...args);
        expect(again.code, again.output).toBe(0);
        expect(again.output).toContain("No changes.");
      });
    }
  });
}
