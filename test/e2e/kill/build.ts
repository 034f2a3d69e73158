import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pendingOf } from "../support/checkpoint.js";
import { docker, inspect, objectsOf, removeStackObjects } from "../support/daemon.js";
import { FleetProject } from "../support/fleet-project.js";

const STACK = "e2e-kill-build";
const COMMAND = `creating command:local:Command ${STACK}-here-${STACK}-build`;

const fleet = (packages: string[]) => ({
  "fleet:machines": { here: { on: "docker" } },
  "fleet:images": { [STACK]: { build: { debian: { suite: "bookworm", packages } } } },
  "fleet:agents": {
    ada: {
      machine: "here",
      runtime: "container",
      image: STACK,
      command: ["sleep", "3600"],
      resources: { memory: "32MiB" },
    },
  },
});

const built = () => docker("images", "-q", `fleet.local/${STACK}`).split("\n").filter(Boolean);

/** An image that is built from packages by a command, with many programs below it. */
export function buildSuite(): void {
  const missing = spawnSync("mmdebstrap", ["--version"]).status !== 0 && process.env.FLEET_REQUIRE_DOCKER !== "1";
  describe.concurrent(missing ? "Image build (skipped: mmdebstrap is not installed)" : "Image build", () => {
    const project = new FleetProject("fleet", undefined);
    const up = ["up", STACK, "--yes", "--skip-preview"];
    beforeAll(() => removeStackObjects(STACK));
    afterAll(async () => {
      removeStackObjects(STACK);
      for (const id of built()) docker("rmi", "-f", id);
      await project.close();
    });
    const pending = () => {
      const found = pendingOf(project.checkpoint(STACK));
      console.log(`${STACK}: killed; pending: ${found.join(", ")}`);
      return found;
    };

    test.skipIf(missing)("while packages are installed, and while the image is put together", async () => {
      // Packages that no other test's image has: the Debian part is not there yet.
      project.declare(STACK, fleet(["hello-traditional"]));
      await project.killedDuring("mmdebstrap", ...up);
      expect(pending()).toContain(COMMAND);
      expect(built()).toEqual([]);

      // The Debian part that other images have too.
      project.declare(STACK, fleet([]));
      const container = { method: "POST", path: /^\/containers\/create$/, when: "after" } as const;
      await project.killedAtRequest(container, ...up);
      expect(pending()).toContain(COMMAND);

      const again = await project.fleet(...up);
      expect(again.code, again.output).toBe(0);
      expect(built()).toHaveLength(1);
      const { State, Image } = inspect("container", `${STACK}-ada`);
      expect(State.Running).toBe(true);
      expect(Image).toBe(inspect("image", `${built()[0]}`).Id);
      // The container in which the killed run put the image together is gone as well.
      expect(docker("ps", "-a", "--filter", `name=${STACK}`, "--format", "{{.Names}}")).toBe(`${STACK}-ada`);
      expect(objectsOf(STACK).containers).toEqual([`${STACK}-ada`]);
      expect(project.checkpoint(STACK).pending).toEqual([]);
      const third = await project.fleet(...up);
      expect(third.output).toContain("No changes.");
    });
  });
}
