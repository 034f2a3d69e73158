import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pendingOf } from "../support/checkpoint.js";
import { docker, IMAGE, inspect, OTHER_IMAGE, objectsOf, readVolume, removeStackObjects } from "../support/daemon.js";
import type { KillPoint } from "../support/docker-proxy.js";
import { FleetProject } from "../support/fleet-project.js";
import { describePoint } from "./cases.js";

const STACK = "e2e-kill-fleet";
const MEBIBYTE = 1024 * 1024;

interface Options {
  memory?: number;
  file?: string;
  image?: string;
  agents?: string[];
}

/** A fleet of two small agents; `ada` has data, a config file and a health check. */
function fleet({ memory = 32, file = "one", image = IMAGE, agents = ["ada", "brook"] }: Options = {}) {
  const agent = {
    machine: "here",
    runtime: "container",
    image: "small",
    resources: { memory: `${memory}MiB`, cpus: 0.5, pids: 32 },
  };
  const script = "cat /config/settings > /data/seen; sleep 1; touch /tmp/ok; trap exit TERM; while :; do sleep 1; done";
  const declared: Record<string, unknown> = {
    ada: {
      ...agent,
      command: ["sh", "-c", script],
      files: { settings: file },
      volumes: { data: { path: "/data" } },
      health: { command: ["test", "-e", "/tmp/ok"], interval: "1s", timeout: "5s", retries: 30, startPeriod: "1s" },
    },
    brook: { ...agent, command: ["sleep", "3600"], reaches: agents.includes("ada") ? ["ada"] : [] },
  };
  return {
    "fleet:machines": { here: { on: "docker" } },
    "fleet:images": { small: { from: image } },
    "fleet:agents": Object.fromEntries(agents.map((name) => [name, declared[name]])),
  };
}

export function fleetSuite(): void {
  describe.concurrent("A fleet's up and destroy", () => {
    const project = new FleetProject("fleet", undefined);
    const up = ["up", STACK, "--yes", "--skip-preview"];
    const destroy = ["destroy", STACK, "--yes", "--skip-preview"];
    let seen = "";

    beforeAll(() => removeStackObjects(STACK));
    afterAll(async () => {
      removeStackObjects(STACK);
      await project.close();
    });

    /** `pending`: one of these must be. */
    async function killed(point: KillPoint, pending: string[], args = up): Promise<void> {
      await project.killedAtRequest(point, ...args);
      const found = pendingOf(project.checkpoint(STACK));
      console.log(`${STACK}, ${args[0]}: killed ${describePoint(point)}; pending: ${found.join(", ")}`);
      expect(pending.filter((operation) => found.includes(operation))).not.toEqual([]);
    }

    async function comesUp(options: Options = {}): Promise<void> {
      const { memory = 32, file = "one", image = IMAGE, agents = ["ada", "brook"] } = options;
      // With its plan, which must cope with what is pending.
      const again = await project.fleet("up", STACK, "--yes");
      expect(again.code, again.output).toBe(0);
      const names = agents.map((agent) => `${STACK}-${agent}`);
      const configs = names.map((name) => `${name}-config`);
      const { containers, networks, volumes } = objectsOf(STACK);
      expect({ containers, networks }).toEqual({ containers: names, networks: names });
      expect(volumes).toEqual([...configs, `${STACK}-ada-data`].sort());
      for (const name of names) {
        const { State, HostConfig, Image } = inspect("container", name);
        expect(State.Status).toBe("running");
        expect(HostConfig.Memory).toBe(memory * MEBIBYTE);
        expect(HostConfig.PidsLimit).toBe(32);
        expect(Image).toBe(inspect("image", image).Id);
      }
      if (agents.includes("ada")) {
        expect(inspect("container", `${STACK}-ada`).State.Health.Status).toBe("healthy");
        // The program has read the file that is declared: a restart that was owed has been made up for.
        expect(docker("exec", `${STACK}-ada`, "cat", "/data/seen")).toBe(file);
      }
      expect(project.checkpoint(STACK).pending).toEqual([]);
      const third = await project.fleet(...up);
      expect(third.code, third.output).toBe(0);
      expect(third.output).toContain("No changes.");
    }

    // Both agents' operations run at the same time: whose comes first is not said.
    const ofBoth = (type: string, kind: string, name: string) =>
      ["ada", "brook"].map((agent) => `${type} ${kind} ${STACK}-${agent}${name}`);
    const delivery = (type: string) => ofBoth(type, "command:local:Command", "-files-delivery");
    const container = (type: string) => ofBoth(type, "docker:index/container:Container", "-container");
    const network = (type: string) => ofBoth(type, "docker:index/network:Network", "");

    test.sequential("while config files are delivered, then while it waits for health", async () => {
      project.declare(STACK, fleet());
      await killed({ method: "PUT", path: /^\/containers\/\w+\/archive$/, when: "before" }, delivery("creating"));
      const started = { method: "POST", path: /^\/containers\/\w+\/start$/, nth: 2, when: "after" } as const;
      await killed(started, container("creating"));
      await comesUp();
      docker("exec", `${STACK}-ada`, "sh", "-c", "echo precious > /data/file");
      seen = inspect("container", `${STACK}-ada`).Id;
    });

    test.sequential("while a limit changes", async () => {
      project.declare(STACK, fleet({ memory: 48 }));
      await killed({ method: "POST", path: /^\/containers\/\w+\/update$/, when: "after" }, container("updating"));
      await comesUp({ memory: 48 });
      expect(inspect("container", `${STACK}-ada`).Id).toBe(seen);
    });

    test.sequential("while a changed file's agent restarts", async () => {
      project.declare(STACK, fleet({ memory: 48, file: "two" }));
      const restart = { method: "POST", path: /^\/containers\/[\w-]+\/restart$/ } as const;
      await killed({ ...restart, when: "before" }, delivery("updating"));
      await comesUp({ memory: 48, file: "two" });
      expect(inspect("container", `${STACK}-ada`).Id).toBe(seen);
    });

    test.sequential("while a new image replaces the containers", async () => {
      project.declare(STACK, fleet({ memory: 48, file: "two", image: OTHER_IMAGE }));
      await killed({ method: "POST", path: /^\/containers\/\w+\/stop$/, when: "after" }, container("deleting"));
      await comesUp({ memory: 48, file: "two", image: OTHER_IMAGE });
      expect(docker("exec", `${STACK}-ada`, "cat", "/data/file")).toBe("precious");
    });

    test.sequential("while an agent is removed, and while it comes back", async () => {
      project.declare(STACK, fleet({ agents: ["brook"] }));
      await killed({ method: "DELETE", path: /^\/networks\/\w+$/, when: "before" }, network("deleting"));
      await comesUp({ agents: ["brook"] });
      expect(readVolume(`${STACK}-ada-data`, "file")).toBe("precious");

      project.declare(STACK, fleet({ file: "three" }));
      await killed({ method: "POST", path: /^\/networks\/create$/, when: "after" }, network("creating"));
      await comesUp({ file: "three" });
      expect(docker("exec", `${STACK}-ada`, "cat", "/data/file")).toBe("precious");
    });

    test.sequential("during destroy, again and again", async () => {
      await killed(
        { method: "POST", path: /^\/containers\/\w+\/stop$/, when: "during" },
        container("deleting"),
        destroy,
      );
      await killed({ method: "DELETE", path: /^\/networks\/\w+$/, when: "after" }, network("deleting"), destroy);
      const { code, output } = await project.fleet(...destroy);
      expect(code, output).toBe(0);
      expect(objectsOf(STACK)).toEqual({ containers: [], networks: [], volumes: [`${STACK}-ada-data`] });
      expect(readVolume(`${STACK}-ada-data`, "file")).toBe("precious");
      expect(project.checkpoint(STACK).pending).toEqual([]);
    });

    test.sequential("while config files are delivered, and then destroyed: what the delivery made goes too", async () => {
      project.declare(STACK, fleet());
      await killed({ method: "PUT", path: /^\/containers\/\w+\/archive$/, when: "after" }, delivery("creating"));
      const { code, output } = await project.fleet(...destroy);
      expect(code, output).toBe(0);
      expect(objectsOf(STACK)).toEqual({ containers: [], networks: [], volumes: [`${STACK}-ada-data`] });
    });
  });
}
