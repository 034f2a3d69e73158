import { expect, it } from "vitest";
import type { PropertyMap } from "../../../../engine/values.js";
import {
  BASE_IMAGE,
  CONTAINER,
  describeWithDocker,
  docker,
  failureOf,
  NETWORK,
  ownedBy,
  Resource,
  suiteOf,
  VOLUME,
} from "./daemon.js";

const MEBIBYTE = 1024 * 1024;
const inspect = (id: string) => JSON.parse(docker("inspect", id))[0];

describeWithDocker("container", () => {
  const { provider, named } = suiteOf("life");
  const sleeper = (name: string, more: PropertyMap = {}): PropertyMap => ({
    name: named(name),
    image: BASE_IMAGE,
    command: ["/bin/sleep", "1000"],
    destroyGraceSeconds: 0,
    labels: ownedBy("test", name),
    ...more,
  });
  const make = (name: string, more?: PropertyMap) => new Resource(provider, CONTAINER).create(sleeper(name, more));

  it("creates what was asked, sees no difference afterwards, and removes it", async () => {
    const net = await new Resource(provider, NETWORK).create({ name: named("net"), labels: ownedBy("test", "net") });
    const second = await new Resource(provider, NETWORK).create({
      name: named("second"),
      ipamConfigs: [{ subnet: "10.213.87.0/24" }],
    });
    const data = await new Resource(provider, VOLUME).create({ name: named("data"), labels: ownedBy("test", "data") });
    const inputs = sleeper("full", {
      capabilities: { drops: ["ALL"], adds: ["NET_BIND_SERVICE"] },
      cpuShares: 256,
      envs: ["TOKEN=hunter22", "A=1"],
      healthcheck: { tests: ["CMD", "/bin/true"], interval: "200ms", timeout: "2s", retries: 2 },
      hostname: "agent",
      hosts: [{ host: "gw", ip: "10.0.0.1" }],
      init: true,
      labels: [...ownedBy("test", "full"), { label: "role", value: "agent" }],
      logDriver: "json-file",
      logOpts: { "max-size": "10m" },
      memory: 64,
      memorySwap: 64,
      mounts: [{ type: "bind", source: "/etc/hostname", target: "/etc/host-name", readOnly: true }],
      networksAdvanced: [
        { name: net.outputs.name!, aliases: ["agent"] },
        { name: second.id, ipv4Address: "10.213.87.77" },
      ],
      ports: [{ internal: 8080, external: 18471, ip: "127.0.0.1" }, { internal: 9090 }],
      readOnly: true,
      restart: "unless-stopped",
      securityOpts: ["no-new-privileges:true"],
      tmpfs: { "/tmp": "rw,size=16m" },
      ulimits: [{ name: "nofile", soft: 256, hard: 256 }],
      user: "1000:1000",
      volumes: [{ volumeName: data.id, containerPath: "/data" }],
      wait: true,
      waitTimeout: 20,
    });
    const made = await new Resource(provider, CONTAINER).create(inputs);
    const live = inspect(made.id);

    expect(live.State).toMatchObject({ Running: true, Health: { Status: "healthy" } });
    expect(live.HostConfig).toMatchObject({
      CapDrop: ["ALL"],
      CapAdd: ["NET_BIND_SERVICE"],
      CpuShares: 256,
      Init: true,
      Memory: 64 * MEBIBYTE,
      NetworkMode: "bridge",
      ReadonlyRootfs: true,
      SecurityOpt: ["no-new-privileges:true"],
      Tmpfs: { "/tmp": "rw,size=16m" },
      Binds: [`${data.id}:/data`],
    });
    expect(Object.keys(live.NetworkSettings.Networks).sort()).toEqual([named("net"), named("second")].sort());
    expect(live.NetworkSettings.Networks[named("second")].IPAddress).toBe("10.213.87.77");
    expect(live.NetworkSettings.Networks[named("net")].Aliases).toContain("agent");
    expect(docker("exec", made.id, "/bin/env")).toContain("TOKEN=hunter22");
    expect(made.outputs).toMatchObject({
      image: BASE_IMAGE,
      networkMode: "bridge",
      ipcMode: "private",
      runtime: "runc",
      shmSize: 64,
      networkDatas: [{ networkName: named("net") }, { networkName: named("second"), ipAddress: "10.213.87.77" }],
    });

    expect((await made.diff(inputs)).changes).toBe("none");
    await made.refresh();
    expect((await made.diff(inputs)).detailedDiff).toEqual({});

    await made.delete();
    expect(docker("ps", "-aq", "--no-trunc", "--filter", `id=${made.id}`)).toBe("");
    expect(docker("volume", "ls", "-q", "--filter", `name=${data.id}`)).toBe(data.id);
    await made.delete();
    for (const resource of [net, second, data]) await resource.delete();
    expect(docker("network", "ls", "-q", "--filter", `name=${named("net")}`)).toBe("");
  });

  it("changes limits and restart policy in place, and takes them away again", async () => {
    const made = await make("limits", { memory: 64, cpuShares: 128, restart: "on-failure", maxRetryCount: 2 });
    const bigger = sleeper("limits", { memory: 512, memorySwap: 512, cpuShares: 300, cpuSet: "0", restart: "always" });
    expect((await made.diff(bigger)).replaces).toEqual([]);
    await made.update(bigger);
    const live = inspect(made.id);
    expect(live.HostConfig).toMatchObject({
      Memory: 512 * MEBIBYTE,
      CpuShares: 300,
      CpusetCpus: "0",
      RestartPolicy: { Name: "always", MaximumRetryCount: 0 },
    });
    expect(live.State.StartedAt).toBe(inspect(made.id).State.StartedAt);
    expect((await made.diff(bigger)).changes).toBe("none");
    // As after a killed update: nothing is left to do.
    await made.update(bigger);
    expect(inspect(made.id).State).toEqual(live.State);

    docker("restart", "-t", "0", made.id);
    await made.refresh();
    expect((await made.diff(bigger)).detailedDiff).toEqual({});
  });

  it("replaces to take a limit away, which Docker cannot do in place", async () => {
    const made = await make("unlimit", { memory: 64, memorySwap: 128, restart: "always" });
    expect((await made.diff(sleeper("unlimit", { memory: 64 }))).detailedDiff).toEqual({
      memorySwap: { kind: "delete", inputDiff: false },
      restart: { kind: "update", inputDiff: false },
    });
    expect((await made.diff(sleeper("unlimit", { restart: "always" }))).replaces).toEqual(["memory"]);
  });

  it("sees drift and mends it in place", async () => {
    const net = await new Resource(provider, NETWORK).create({ name: named("drift-net") });
    const inputs = sleeper("drift", { memory: 64, memorySwap: 64, networksAdvanced: [{ name: named("drift-net") }] });
    const made = await new Resource(provider, CONTAINER).create(inputs);
    docker("update", "--memory", "128m", "--memory-swap", "128m", made.id);
    docker("network", "disconnect", named("drift-net"), made.id);
    docker("network", "connect", "bridge", made.id);
    docker("kill", made.id);
    await made.refresh();
    expect(made.outputs).toMatchObject({ memory: 128, memorySwap: 128, mustRun: false });
    const diff = await made.diff(inputs);
    expect(diff.diffs).toEqual(["memory", "memorySwap", "mustRun", "networksAdvanced"]);
    expect(diff.replaces).toEqual([]);

    await made.update(inputs);
    const live = inspect(made.id);
    expect(live.State.Running).toBe(true);
    expect(live.HostConfig.Memory).toBe(64 * MEBIBYTE);
    expect(Object.keys(live.NetworkSettings.Networks)).toEqual([named("drift-net")]);
    await made.refresh();
    expect((await made.diff(inputs)).detailedDiff).toEqual({});
    await made.delete();
    await net.delete();
  });

  it("joins a network by its mode and others beside it", async () => {
    const [first, second] = [named("mode"), named("beside")];
    for (const name of [first, second]) await new Resource(provider, NETWORK).create({ name });
    const both = sleeper("both", { networkMode: first, networksAdvanced: [{ name: second }] });
    const made = await new Resource(provider, CONTAINER).create(both);
    expect(Object.keys(inspect(made.id).NetworkSettings.Networks).sort()).toEqual([second, first].sort());
    const host = sleeper("host", { networkMode: "host" });
    const onHost = await new Resource(provider, CONTAINER).create(host);
    for (const [resource, asked] of [[made, both] as const, [onHost, host] as const]) {
      await resource.refresh();
      expect((await resource.diff(asked)).detailedDiff).toEqual({});
      await resource.update(asked);
    }
    expect(Object.keys(inspect(made.id).NetworkSettings.Networks).sort()).toEqual([second, first].sort());
  });

  it("reads a removed container as gone", async () => {
    const made = await make("gone");
    docker("rm", "-f", made.id);
    await made.refresh();
    expect(made.id).toBe("");
  });

  it("uploads files before the start", async () => {
    const made = await make("uploads", {
      command: ["/bin/sh", "-c", "cat /etc/agent/a.conf; exec sleep 1000"],
      uploads: [
        { file: "/etc/agent/a.conf", content: "hello\n", permissions: "0600" },
        { file: "/etc/agent/run", contentBase64: Buffer.from("#!/bin/sh\n").toString("base64"), executable: true },
      ],
    });
    expect(docker("logs", made.id)).toBe("hello");
    expect(docker("exec", made.id, "/bin/ls", "-l", "/etc/agent")).toMatch(/-rw-------.*a\.conf[\s\S]*-rwxr--r--.*run/);
  });

  it("waits for the end with attach, and keeps the log", async () => {
    const made = await make("attach", {
      command: ["/bin/sh", "-c", "echo done; exit 3"],
      attach: true,
      logs: true,
      mustRun: false,
    });
    expect(made.outputs).toMatchObject({ exitCode: 3, containerLogs: "done\n" });
    expect((await made.diff({ ...made.inputs })).changes).toBe("none");
  });

  it("lets SIGTERM work before it kills, within the asked time", async () => {
    const slow = "trap 'sleep 1; touch /data/ended; exit 0' TERM; echo ready; while true; do sleep 0.1; done";
    const data = await new Resource(provider, VOLUME).create({ name: named("stop") });
    const made = await make("stop", {
      command: ["/bin/sh", "-c", slow],
      destroyGraceSeconds: 8,
      volumes: [{ volumeName: data.id, containerPath: "/data" }],
    });
    await made.delete();
    const look = ["run", "--rm", "--name", named("look"), "-v", `${data.id}:/data`, BASE_IMAGE, "/bin/ls", "/data"];
    expect(docker(...look)).toBe("ended");
    await data.delete();
  });

  it("removes anonymous volumes with the container, and only those", async () => {
    const made = await make("anonymous", { volumes: [{ containerPath: "/scratch" }] });
    const [{ Name: anonymous }] = inspect(made.id).Mounts;
    await made.delete();
    expect(docker("volume", "ls", "-q", "--filter", `name=${anonymous}`)).toBe("");
  });

  it("imports a container made by hand", async () => {
    const name = named("byhand");
    const id = docker(
      "run",
      "-d",
      "--name",
      name,
      "--memory",
      "64m",
      "-e",
      "A=1",
      "-p",
      "127.0.0.1:18472:80",
      BASE_IMAGE,
      "/bin/sleep",
      "1000",
    );
    const imported = new Resource(provider, CONTAINER);
    imported.id = name;
    await imported.refresh();
    expect(imported.id).toBe(id);
    const { image, ...inputs } = imported.inputs;
    expect(image).toBe(inspect(id).Image);
    expect(inputs).toEqual({
      command: ["/bin/sleep", "1000"],
      containerReadRefreshTimeoutMilliseconds: 15000,
      envs: ["A=1"],
      memory: 64,
      mustRun: true,
      name,
      networkMode: "bridge",
      ports: [{ external: 18472, internal: 80, ip: "127.0.0.1", protocol: "tcp" }],
      removeVolumes: true,
      restart: "no",
      start: true,
      waitTimeout: 60,
    });
    expect((await imported.diff(imported.inputs)).detailedDiff).toEqual({});
  });

  it("refuses to touch a container that lost its owner", async () => {
    const made = await make("owner");
    made.inputs = { ...made.inputs, labels: ownedBy("other", "owner") };
    const error = await failureOf(made.delete());
    expect(error.message).toMatch(/its label fleet.stack should be "other", and it is "test". It was not touched/);
    expect(inspect(made.id).State.Running).toBe(true);
  });
});
