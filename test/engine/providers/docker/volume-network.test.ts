import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { ProviderError } from "../../../../engine/provider.js";
import {
  BASE_IMAGE,
  describeWithDocker,
  docker,
  failureOf,
  NETWORK,
  ownedBy,
  Resource,
  suiteOf,
  VOLUME,
} from "./daemon.js";

describeWithDocker("volume", () => {
  const { provider, named } = suiteOf("volume");
  const make = (name: string, entry = name) =>
    new Resource(provider, VOLUME).create({ name: named(name), labels: ownedBy("test", entry) });

  it("is created, read without a difference, and deleted", async () => {
    const made = await make("data");
    expect(made.id).toBe(named("data"));
    expect(made.outputs).toMatchObject({ driver: "local", name: named("data"), labels: ownedBy("test", "data") });
    expect(made.outputs.mountpoint).toBe(docker("volume", "inspect", "-f", "{{.Mountpoint}}", made.id));
    await made.refresh();
    expect((await made.diff(made.inputs)).changes).toBe("none");
    await made.delete();
    expect(docker("volume", "ls", "-q", "--filter", `name=${named("data")}`)).toBe("");
    await made.delete();
    await made.refresh();
    expect(made.id).toBe("");
  });

  it("takes up kept data of its own, and never a foreign volume", async () => {
    const first = await make("kept");
    docker(
      "run",
      "--rm",
      "--name",
      named("write"),
      "-v",
      `${first.id}:/data`,
      BASE_IMAGE,
      "/bin/touch",
      "/data/memory",
    );
    const again = await make("kept");
    const found = docker(
      "run",
      "--rm",
      "--name",
      named("read"),
      "-v",
      `${again.id}:/data`,
      BASE_IMAGE,
      "/bin/ls",
      "/data",
    );
    expect(found).toBe("memory");

    const error = await failureOf(make("kept", "other"));
    expect(error).toBeInstanceOf(ProviderError);
    expect(error.message).toMatch(/already a volume .*which belongs to kept of stack test\. It was not touched/);
    docker("volume", "create", named("foreign"));
    expect((await failureOf(make("foreign"))).message).toContain("which no fleet owns");
    const bare = new Resource(provider, VOLUME).create({ name: named("foreign") });
    expect((await failureOf(bare)).message).toContain("already a volume");
  });

  it("is gone when somebody made it anew, and then neither deleted nor taken up", async () => {
    const made = await make("anew");
    docker("volume", "rm", made.id);
    docker("volume", "create", made.id);
    expect((await failureOf(made.delete())).message).toContain("its label fleet.stack should be");
    await made.refresh();
    expect(made.id).toBe("");
    expect(made.reports[0]).toContain("made anew by somebody else");
    expect(docker("volume", "ls", "-q", "--filter", `name=${named("anew")}`)).toBe(named("anew"));
  });

  it("names the containers that keep it from being deleted", async () => {
    const made = await make("used");
    docker("run", "-d", "--name", named("user"), "-v", `${made.id}:/data`, BASE_IMAGE, "/bin/sleep", "1000");
    const error = await failureOf(made.delete());
    expect(error.message).toContain(`in use by container "${named("user")}" (running)`);
    docker("rm", "-f", named("user"));
    await made.delete();
  });

  it("is imported", async () => {
    docker("volume", "create", "--label", "a=b", named("hand"));
    const imported = new Resource(provider, VOLUME);
    imported.id = named("hand");
    await imported.refresh();
    expect(imported.inputs).toEqual({ name: named("hand"), driver: "local", labels: [{ label: "a", value: "b" }] });
    expect((await imported.diff(imported.inputs)).changes).toBe("none");
  });

  it("is recovered after a killed create by its labels alone", async () => {
    const made = await make("killed");
    expect(await made.recover(made.inputs)).toMatchObject({ id: made.id, outputs: { driver: "local" } });
    expect(await made.recover({ ...made.inputs, labels: ownedBy("test", "other") })).toBeUndefined();
    expect(await made.recover({ name: made.inputs.name! })).toBeUndefined();
    expect(await made.recover({ ...made.inputs, name: named("never") })).toBeUndefined();
    expect(docker("volume", "ls", "-q", "--filter", `name=${made.id}`)).toBe(made.id);
  });
});

describeWithDocker("network", () => {
  const { provider, named } = suiteOf("network");
  const make = (name: string, more = {}) =>
    new Resource(provider, NETWORK).create({ name: named(name), labels: ownedBy("test", name), ...more });

  it("is created with its addresses, read without a difference, imported, and deleted", async () => {
    const made = await make("lan", {
      internal: true,
      ipamConfigs: [{ subnet: "10.213.88.0/24", gateway: "10.213.88.9" }],
    });
    const live = JSON.parse(docker("network", "inspect", made.id))[0];
    expect(live).toMatchObject({ Internal: true, Driver: "bridge", IPAM: { Config: [{ Gateway: "10.213.88.9" }] } });
    expect(made.outputs).toMatchObject({ scope: "local", driver: "bridge", ipamDriver: "default", id: live.Id });
    await made.refresh();
    expect((await made.diff(made.inputs)).changes).toBe("none");

    const imported = new Resource(provider, NETWORK);
    imported.id = named("lan");
    await imported.refresh();
    expect(imported.id).toBe(made.id);
    expect(imported.inputs.ipamConfigs).toEqual([{ gateway: "10.213.88.9", subnet: "10.213.88.0/24" }]);
    expect((await imported.diff(imported.inputs)).changes).toBe("none");

    await made.delete();
    await made.delete();
    await made.refresh();
    expect(made.id).toBe("");
  });

  it("is found by getNetwork", async () => {
    const made = await make("found");
    const { result } = await provider.invoke!("docker:index/getNetwork:getNetwork", { name: named("found") });
    expect(result).toMatchObject({
      id: made.id,
      name: named("found"),
      driver: "bridge",
      scope: "local",
      containers: [],
    });
    const missing = provider.invoke!("docker:index/getNetwork:getNetwork", { name: named("lost") });
    expect((await failureOf(missing)).message).toContain(`no network "${named("lost")}"`);
    const unknown = provider.invoke!("docker:index/getPlugin:getPlugin", {});
    expect((await failureOf(unknown)).message).toContain("has no function docker:index/getPlugin:getPlugin");
    await made.delete();
  });

  it("refuses a second network of that name, and an overlapping subnet, with their holders", async () => {
    const made = await make("first", { ipamConfigs: [{ subnet: "10.213.89.0/24" }] });
    const taken = await failureOf(make("first"));
    expect(taken).toBeInstanceOf(ProviderError);
    expect(taken.message).toMatch(/already a network .*belongs to first of stack test\. It was not touched/);
    const overlap = await failureOf(make("second", { ipamConfigs: [{ subnet: "10.213.89.128/25" }] }));
    expect(overlap.message).toContain(`overlaps 10.213.89.0/24 of network "${named("first")}"`);
    expect(docker("network", "ls", "-q", "--filter", `name=${named("second")}`)).toBe("");
    await made.delete();
  });

  it("is recovered after a killed create by its labels alone", async () => {
    const made = await make("killed");
    expect(await made.recover(made.inputs)).toMatchObject({ id: made.id });
    expect(await made.recover({ ...made.inputs, labels: ownedBy("other", "killed") })).toBeUndefined();
    expect(spawnSync("docker", ["network", "inspect", made.id]).status).toBe(0);
  });
});
