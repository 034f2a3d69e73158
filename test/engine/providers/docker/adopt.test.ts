import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type PropertyMap, UNKNOWN } from "../../../../engine/values.js";
import { BY_HAND, DOCKERFILE, type Made } from "./by-hand.js";
import {
  BASE_IMAGE,
  CONTAINER,
  describeWithDocker,
  docker,
  failureOf,
  NETWORK,
  ownedBy,
  REMOTE_IMAGE,
  Resource,
  suiteOf,
  VOLUME,
} from "./daemon.js";

describeWithDocker("taking up what was made by hand", () => {
  const { provider, named } = suiteOf("adopt");
  const net = named("net");
  let made: Made;

  beforeAll(async () => {
    const netId = docker("network", "create", net);
    docker("network", "create", named("beside"));
    const context = mkdtempSync(join(tmpdir(), "test-docker-context-"));
    writeFileSync(join(context, "Dockerfile"), DOCKERFILE);
    const tag = named("claw");
    const built = await new Resource(provider, REMOTE_IMAGE).create({ name: tag, build: { context } });
    rmSync(context, { recursive: true });
    const base = docker("image", "inspect", "-f", "{{.Id}}", BASE_IMAGE);
    const platform = docker("version", "-f", "{{.Server.Os}}/{{.Server.Arch}}");
    made = { base, claw: String(built.outputs.imageId), tag, net, netId, platform, named };
  });
  afterAll(() => {
    const left = docker("ps", "-aq", "--filter", `name=${named("")}`)
      .split("\n")
      .filter(Boolean);
    if (left.length > 0) docker("rm", "-fv", ...left);
    docker("rmi", "-f", made.tag);
  });

  /** What a program that asks for `asked` has of a container of this name. */
  async function imported(name: string, asked: PropertyMap): Promise<Resource> {
    return new Resource(provider, CONTAINER).import(named(name), { name: named(name), ...asked });
  }

  const sleeper = [BASE_IMAGE, "/bin/sleep", "1000"];
  const SLEEP = ["/bin/sleep", "1000"];

  it.each(BY_HAND.map((item, i) => ({ ...item, name: `c${i}` })))(
    "sees no difference in $title",
    async ({ of, name }) => {
      const { run, asked: wanted } = of(made);
      const asked: PropertyMap = { name: named(name), destroyGraceSeconds: 0, ...wanted };
      // What must not run can be made all the same, where the machine would not let it run.
      const id = docker(...(asked.mustRun === false ? ["create"] : ["run", "-d"]), "--name", named(name), ...run);
      const taken = await imported(name, asked);
      expect(taken.id).toBe(id);
      expect((await taken.diff(asked)).detailedDiff).toEqual({});
      await taken.refresh();
      expect((await taken.diff(asked)).detailedDiff).toEqual({});
      // The next run has put the program's inputs into the state.
      taken.inputs = await taken.checked(asked);
      await taken.refresh();
      expect((await taken.diff(asked)).detailedDiff).toEqual({});
      docker("rm", "-fv", id);
    },
  );

  it("sees what differs, and replaces only what Docker cannot change", async () => {
    const name = "differs";
    docker(
      ...["run", "-d", "--name", named(name), "--network", net, "-v", `${named("data")}:/data`, "-p", "18476:80"],
      ...["--device", "/dev/null", "--memory", "64m", "--cpus", "1", "--restart", "always", "-e", "A=1", "-l", "a=1"],
      ...["--health-cmd", "/bin/true", "--health-interval", "5s", ...sleeper],
    );
    const same: PropertyMap = {
      image: made.base,
      command: SLEEP,
      networksAdvanced: [{ name: net }],
      volumes: [{ volumeName: named("data"), containerPath: "/data" }],
      ports: [{ internal: 80, external: 18476 }],
      devices: [{ hostPath: "/dev/null" }],
      memory: 64,
      cpus: "1",
      restart: "always",
      envs: ["A=1"],
      labels: [{ label: "a", value: "1" }],
      healthcheck: { tests: ["CMD-SHELL", "/bin/true"], interval: "5s" },
    };
    const differences = async (asked: PropertyMap) => {
      const program = { name: named(name), ...same, ...asked };
      const { diffs, replaces } = await (await imported(name, program)).diff(program);
      return [diffs, replaces];
    };
    expect(await differences({})).toEqual([[], []]);
    const replacing: PropertyMap = {
      image: made.claw,
      command: ["/bin/sleep", "999"],
      volumes: [{ volumeName: named("data"), containerPath: "/data", readOnly: true }],
      ports: [{ internal: 80, external: 18477 }],
      devices: [{ hostPath: "/dev/null", permissions: "r" }],
      envs: ["A=1", "B=2"],
      labels: [],
      healthcheck: { tests: ["CMD-SHELL", "/bin/true"] },
      networkMode: "host",
      platform: "linux/s390x",
      securityOpts: ["no-new-privileges:true"],
      uploads: [{ file: "/x", content: "x" }],
      gpus: "all",
    };
    for (const [key, value] of Object.entries(replacing)) {
      const asked = { [key]: value, ...(key === "networkMode" ? { networksAdvanced: [] } : {}) };
      const [diffs, replaces] = await differences(asked);
      expect({ [key]: diffs }).toEqual({ [key]: expect.arrayContaining([key]) });
      expect({ [key]: replaces }).toEqual({ [key]: expect.arrayContaining([key]) });
    }
    const inPlace: PropertyMap = {
      memory: 96,
      cpus: "0.5",
      restart: "no",
      networksAdvanced: [{ name: named("beside") }],
    };
    for (const [key, value] of Object.entries(inPlace))
      expect(await differences({ [key]: value })).toEqual([[key], []]);
    expect(await differences({ networksAdvanced: [{ name: net, aliases: ["web"] }] })).toEqual([
      ["networksAdvanced"],
      [],
    ]);
    // What a preview does not know may be another thing.
    expect((await differences({ image: UNKNOWN }))[0]).toEqual(["image"]);
    expect((await differences({ networksAdvanced: [{ name: UNKNOWN }] }))[0]).toEqual(["networksAdvanced"]);
    docker("stop", "-t", "0", named(name));
    expect(await differences({})).toEqual([["mustRun"], []]);
    expect(await differences({ mustRun: false })).toEqual([[], []]);
  });

  it("changes what it has taken up in place, in the terms that the container has", async () => {
    const name = "changes";
    docker("run", "-d", "--name", named(name), "--network", net, "--cpus", "1", "--memory", "64m", ...sleeper);
    const { Id, State } = JSON.parse(docker("inspect", named(name)))[0];
    const asked = { name: named(name), image: made.base, command: SLEEP, cpuPeriod: 50000, memory: 64 };
    const program = { ...asked, cpuQuota: 50000, networksAdvanced: [{ name: net }] };
    const taken = await imported(name, program);
    expect((await taken.diff(program)).detailedDiff).toEqual({});
    const next = {
      ...asked,
      cpuQuota: 25000,
      memory: 128,
      networksAdvanced: [{ name: named("beside") }, { name: net, aliases: ["web"] }],
    };
    const diff = await taken.diff(next);
    expect(diff.replaces).toEqual(["networksAdvanced"]);
    await taken.update(next);
    const live = JSON.parse(docker("inspect", Id))[0];
    expect(live.HostConfig).toMatchObject({ NanoCpus: 5e8, CpuQuota: 0, Memory: 128 * 1024 * 1024 });
    expect(Object.keys(live.NetworkSettings.Networks).sort()).toEqual([named("beside"), net].sort());
    expect(live.NetworkSettings.Networks[net].Aliases).toContain("web");
    expect(live.State.StartedAt).toBe(State.StartedAt);
    await taken.refresh();
    expect((await taken.diff(next)).detailedDiff).toEqual({});
    docker("update", "--cpus", "2", Id);
    await taken.refresh();
    expect((await taken.diff(next)).detailedDiff).toEqual({ cpuQuota: { kind: "update", inputDiff: false } });
    await taken.update(next);
    // Out of the network that it was made in, it starts all the same.
    const beside = { ...next, networksAdvanced: [{ name: named("beside") }] };
    await taken.update(beside);
    docker("restart", "-t", "0", Id);
    await taken.refresh();
    expect((await taken.diff(beside)).detailedDiff).toEqual({});
    expect(JSON.parse(docker("inspect", Id))[0].HostConfig.NanoCpus).toBe(5e8);
  });

  it("takes volumes and networks with what Docker has chosen for them", async () => {
    docker(
      "network",
      "create",
      "--subnet",
      "10.213.90.0/24",
      "-o",
      "com.docker.network.bridge.name=tadopt0",
      named("lan"),
    );
    docker("volume", "create", "-d", "local", "-o", "type=tmpfs", "-o", "device=tmpfs", named("memory"));
    const volume = await new Resource(provider, VOLUME).import(named("memory"), { name: named("memory") });
    const driverOpts = { type: "tmpfs", device: "tmpfs" };
    expect((await volume.diff({ name: named("memory"), driverOpts })).detailedDiff).toEqual({});
    expect((await volume.diff({ name: named("memory"), driver: "local", driverOpts })).detailedDiff).toEqual({});
    expect((await volume.diff({ name: named("memory") })).replaces).toEqual(["driverOpts"]);
    const lan = (asked: PropertyMap) => new Resource(provider, NETWORK).import(named("lan"), asked);
    const programs: PropertyMap[] = [
      {},
      { driver: "bridge" },
      { ipamConfigs: [{ subnet: "10.213.90.0/24" }] },
      { options: { "com.docker.network.bridge.name": "tadopt0" } },
    ];
    for (const program of programs) {
      const asked = { name: named("lan"), ...program };
      expect((await (await lan(asked)).diff(asked)).detailedDiff).toEqual({});
    }
    for (const [key, value] of [
      ["driver", "macvlan"],
      ["ipamConfigs", [{ subnet: "10.213.91.0/24" }]],
      ["internal", true],
    ] as const) {
      const asked = { name: named("lan"), [key]: value };
      expect((await (await lan(asked)).diff(asked)).replaces).toEqual([key]);
    }
  });

  it("takes an image for the one that a program of its name asks for", async () => {
    const asked = { name: named("claw"), build: { context: "/nowhere" }, triggers: { digest: "1" }, keepLocally: true };
    const taken = await new Resource(provider, REMOTE_IMAGE).import(named("claw"), asked);
    expect(taken.outputs.imageId).toBe(made.claw);
    expect((await taken.diff(asked)).changes).toBe("none");
    expect((await taken.diff({ ...asked, triggers: { digest: "2" } })).replaces).toEqual(["triggers"]);
  });

  it("takes up nothing of another stack, or of another entry", async () => {
    const labels = (stack: string, entry: string) => [
      "--label",
      `fleet.stack=${stack}`,
      "--label",
      `fleet.entry=${entry}`,
    ];
    const kinds = [
      [VOLUME, "volume", ["volume", "create"], []],
      [NETWORK, "network", ["network", "create"], []],
      [CONTAINER, "container", ["create", "--name"], sleeper],
    ] as const;
    for (const [type, kind, command, rest] of kinds) {
      const name = named(`theirs-${kind}`);
      const [first, ...more] = command;
      const args =
        kind === "container"
          ? [first, ...labels("other", "bob"), ...more, name, ...rest]
          : [...command, ...labels("other", "bob"), name];
      docker(...args);
      const theirs = new Resource(provider, type).import(name, { name, labels: ownedBy("test", "bob") });
      const message = (await failureOf(theirs)).message;
      expect(message).toContain(
        `cannot take up ${kind} "${name}", which belongs to bob of stack other. It was not touched`,
      );
      await failureOf(new Resource(provider, type).import(name, {}));
      // Read by a program, it is nobody's to refuse.
      const read = await provider.read({
        urn: `urn:pulumi:test::fleet::${type}::x`,
        type,
        id: name,
        inputs: {},
        outputs: {},
      });
      expect(read.id).not.toBe("");
      const remove = { volume: ["volume", "rm"], network: ["network", "rm"], container: ["rm", "-f"] }[kind];
      docker(...remove, name);
    }
    docker("volume", "create", ...labels("test", "bob"), named("own"));
    const own = (entry: string) =>
      new Resource(provider, VOLUME).import(named("own"), { name: named("own"), labels: ownedBy("test", entry) });
    expect((await own("bob")).id).toBe(named("own"));
    expect((await failureOf(own("ann"))).message).toContain("which belongs to bob of stack test");
  });
});
