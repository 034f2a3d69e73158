import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import type { PropertyMap } from "../../../../engine/values.js";
import {
  BASE_IMAGE,
  CONTAINER,
  describeWithDocker,
  docker,
  NETWORK,
  ownedBy,
  Resource,
  suiteOf,
  VOLUME,
} from "./daemon.js";

/** Creates a container in a process of its own, which is killed that long after it begins. */
async function killedCreate(inputs: PropertyMap, milliseconds: number): Promise<void> {
  const module = new URL("../../../../engine/providers/docker/index.ts", import.meta.url).href;
  const request = JSON.stringify({ urn: "urn:pulumi:test::fleet::x::killed", type: CONTAINER, inputs, preview: false });
  const script = `
    const { dockerProvider } = await import(${JSON.stringify(module)});
    const provider = dockerProvider();
    await provider.configure({});
    console.log("begins");
    await provider.create(${request});`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]);
  await once(child.stdout, "data");
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  child.kill("SIGKILL");
  await once(child, "close");
}

const inspect = (id: string) => JSON.parse(docker("inspect", id))[0];

// The states in which a kill -9 in the middle of a create can leave a container; the engine's own tests do the killing.
describeWithDocker("recovering a container", () => {
  const { provider, named } = suiteOf("recover");
  const inputs = (name: string, more: PropertyMap = {}): PropertyMap => ({
    name: named(name),
    image: BASE_IMAGE,
    command: ["/bin/sleep", "1000"],
    destroyGraceSeconds: 0,
    envs: ["A=1"],
    labels: ownedBy("test", name),
    ...more,
  });
  const recover = (asked: PropertyMap) => new Resource(provider, CONTAINER).recover(asked);
  const count = (name: string) =>
    docker("ps", "-aq", "--filter", `name=^${named(name)}$`)
      .split("\n")
      .filter(Boolean).length;

  it("takes up one that is complete", async () => {
    const network = await new Resource(provider, NETWORK).create({ name: named("net") });
    const asked = inputs("complete", {
      networksAdvanced: [{ name: network.outputs.name!, aliases: ["agent"] }],
      healthcheck: { tests: ["CMD", "/bin/true"], interval: "200ms" },
      memory: 64,
      ports: [{ internal: 80 }],
      volumes: [{ volumeName: named("data"), containerPath: "/data" }],
      wait: true,
    });
    const made = await new Resource(provider, CONTAINER).create(asked);
    const found = await recover(asked);
    expect(found?.id).toBe(made.id);
    // What the state has already is not what the killed create left.
    expect(await new Resource(provider, CONTAINER).recover(asked, [made.id])).toBeUndefined();
    expect(inspect(made.id).State.Running).toBe(true);
    expect(found?.outputs).toMatchObject({ image: BASE_IMAGE, memory: 64, wait: true });
    await made.delete();
    await network.delete();
  });

  it("removes one that was created and not started, and keeps its volumes", async () => {
    const volume = await new Resource(provider, VOLUME).create({ name: named("kept") });
    const asked = inputs("created", { volumes: [{ volumeName: volume.id, containerPath: "/data" }] });
    await new Resource(provider, CONTAINER).create({ ...asked, start: false });
    expect(await recover(asked)).toBeUndefined();
    expect(count("created")).toBe(0);
    expect(docker("volume", "ls", "-q", "--filter", `name=${volume.id}`)).toBe(volume.id);
  });

  it.each<[string, PropertyMap]>([
    ["whose uploads cannot be seen", { uploads: [{ file: "/etc/a", content: "x" }] }],
    ["with another environment", { envs: ["A=2"] }],
    ["with another limit", { memory: 128 }],
    [
      "that never gets healthy",
      { healthcheck: { tests: ["CMD", "/bin/false"], interval: "100ms", retries: 1 }, wait: true },
    ],
  ])("removes one %s", async (_what, more) => {
    const asked = inputs("half", more);
    const before = more.envs || more.memory ? inputs("half") : { ...asked, wait: false };
    await new Resource(provider, CONTAINER).create(before);
    expect(await recover(asked)).toBeUndefined();
    expect(count("half")).toBe(0);
  });

  it("removes one that misses a network", async () => {
    const network = await new Resource(provider, NETWORK).create({ name: named("missing") });
    const asked = inputs("unplugged", { networksAdvanced: [{ name: network.id }] });
    const made = await new Resource(provider, CONTAINER).create(asked);
    docker("network", "disconnect", named("missing"), made.id);
    expect(await recover(asked)).toBeUndefined();
    expect(count("unplugged")).toBe(0);
  });

  it("leaves foreign containers alone, and those of other entries", async () => {
    const foreign = docker("run", "-d", "--name", named("foreign"), BASE_IMAGE, "/bin/sleep", "1000");
    expect(await recover(inputs("foreign"))).toBeUndefined();
    const other = await new Resource(provider, CONTAINER).create(inputs("other"));
    expect(await recover({ ...inputs("other"), labels: ownedBy("test", "another") })).toBeUndefined();
    const { labels: _labels, ...unlabelled } = inputs("other");
    expect(await recover(unlabelled)).toBeUndefined();
    for (const id of [foreign, other.id]) expect(inspect(id).State.Running).toBe(true);
  });

  it("gets to one running container whenever the create was killed", async () => {
    const asked = inputs("killed", { healthcheck: { tests: ["CMD", "/bin/true"], interval: "100ms" }, wait: true });
    for (const milliseconds of [0, 10, 30, 60, 120, 250]) {
      await killedCreate(await new Resource(provider, CONTAINER).checked(asked), milliseconds);
      const resource = new Resource(provider, CONTAINER);
      const found = await resource.recover(asked);
      if (!found) await resource.create(asked);
      const id = found?.id ?? resource.id;
      expect(count("killed")).toBe(1);
      expect(inspect(id).State.Health.Status).toBe("healthy");
      docker("rm", "-f", id);
    }
  });

  it("finds nothing where there is nothing", async () => {
    expect(await recover(inputs("nothing"))).toBeUndefined();
  });
});
