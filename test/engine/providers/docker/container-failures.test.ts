import { createServer } from "node:net";
import { expect, it } from "vitest";
import { PartialFailure, ProviderError } from "../../../../engine/provider.js";
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
} from "./daemon.js";

const inspect = (id: string) => JSON.parse(docker("inspect", id))[0];
const SECRET = "hunter2-sesame";

describeWithDocker("container failures", () => {
  const { provider, named } = suiteOf("fail");
  const inputs = (name: string, more: PropertyMap = {}): PropertyMap => ({
    name: named(name),
    image: BASE_IMAGE,
    command: ["/bin/sleep", "1000"],
    destroyGraceSeconds: 0,
    labels: ownedBy("test", name),
    ...more,
  });
  const fails = (name: string, more: PropertyMap = {}) =>
    failureOf(new Resource(provider, CONTAINER).create(inputs(name, more)));
  const exists = (name: string) => docker("ps", "-aq", "--filter", `name=^${named(name)}$`) !== "";

  it("says what to do about a missing image, and pulls nothing", async () => {
    const error = await fails("image", { image: "test-docker-none:9" });
    expect(error).toBeInstanceOf(ProviderError);
    expect(error.message).toMatch(/has no image test-docker-none:9\n {2}fix: pull or build it first/);
  });

  it("does not touch a foreign container of the same name", async () => {
    const id = docker("run", "-d", "--name", named("taken"), BASE_IMAGE, "/bin/sleep", "1000");
    const error = await fails("taken");
    expect(error).toBeInstanceOf(ProviderError);
    expect(error.message).toContain(
      `there is already a container "${named("taken")}": ${id.slice(0, 12)} of image ${BASE_IMAGE}`,
    );
    expect(error.message).toContain("which no fleet owns. It was not touched");
    expect(error.message).toContain(`docker rm -f ${named("taken")}`);
    expect(inspect(id).State.Running).toBe(true);
  });

  it("names the container that holds a port, and leaves no half-made one", async () => {
    const ports = [{ internal: 80, external: 18473, ip: "127.0.0.1" }];
    const holder = await new Resource(provider, CONTAINER).create(inputs("holder", { ports }));
    const error = await fails("port", { ports });
    expect(error).toBeInstanceOf(ProviderError);
    expect(error.message).toContain("127.0.0.1:18473 (ports[0].external)");
    expect(error.message).toContain(`container "${named("holder")}" has it, which belongs to holder of stack test`);
    expect(exists("port")).toBe(false);
    await holder.delete();
  });

  it("says when another program holds a port", async () => {
    const server = createServer().listen(18474, "127.0.0.1");
    try {
      const error = await fails("program", { ports: [{ internal: 80, external: 18474, ip: "127.0.0.1" }] });
      expect(error.message).toContain(
        "127.0.0.1:18474 (ports[0].external): another program on the Docker host listens on it",
      );
      expect(exists("program")).toBe(false);
    } finally {
      server.close();
    }
  });

  it("removes what it made when a network, a user or the command is wrong", async () => {
    const network = await fails("network", { networksAdvanced: [{ name: "test-docker-nowhere" }] });
    expect(network.message).toMatch(/network test-docker-nowhere not found\n {2}fix: declare the network/);
    const command = await fails("command", { command: ["/bin/nothing-here"] });
    expect(command.message).toMatch(/\/bin\/nothing-here[\s\S]*fix: correct command/);
    const user = await fails("user", { user: "nobody-knows" });
    expect(user.message).toMatch(/fix: use a user that the image has/);
    for (const name of ["network", "command", "user"]) expect(exists(name)).toBe(false);
  });

  it("tells why a container exited at once, without its secrets", async () => {
    const command = ["/bin/sh", "-c", "echo config is wrong; echo key $KEY >&2; exit 7"];
    const resource = new Resource(provider, CONTAINER);
    const error = await failureOf(resource.create(inputs("exits", { command, envs: [`KEY=${SECRET}`] })));
    expect(error).toBeInstanceOf(PartialFailure);
    expect(error.message).toMatch(/exited with an error \(exit code 7\)\n {2}the end of its log:\n/);
    // Docker keeps no order between standard output and standard error.
    expect(error.message).toContain("\n    config is wrong");
    expect(error.message).toContain("\n    key [secret]");
    expect(error.message).not.toContain(SECRET);

    // The next run's empty update tries again, and fails the same way as long as nothing changes.
    const { id, outputs } = error as PartialFailure;
    Object.assign(resource, {
      id,
      outputs,
      inputs: await resource.checked(inputs("exits", { command, envs: [`KEY=${SECRET}`] })),
    });
    expect(outputs.mustRun).toBe(false);
    expect(await failureOf(resource.update(resource.inputs))).toBeInstanceOf(PartialFailure);
    expect(exists("exits")).toBe(true);
  });

  it("reports an unhealthy container with its log and its healthcheck, and heals it when the cause is gone", async () => {
    const data = docker("volume", "create", named("health"));
    const asked = inputs("unhealthy", {
      command: ["/bin/sh", "-c", "echo up; exec sleep 1000"],
      envs: [`KEY=${SECRET}`],
      healthcheck: {
        tests: ["CMD-SHELL", "test -e /data/ok || { echo no ok file, key $KEY; false; }"],
        interval: "100ms",
        timeout: "2s",
        retries: 2,
      },
      volumes: [{ volumeName: data, containerPath: "/data" }],
      wait: true,
      waitTimeout: 20,
    });
    const resource = new Resource(provider, CONTAINER);
    const error = await failureOf(resource.create(asked));
    expect(error).toBeInstanceOf(PartialFailure);
    expect(error.message).toMatch(
      /is unhealthy\n.*its healthcheck says \(exit code 1\): no ok file, key \[secret\]\n.*end of its log:\n {4}up/,
    );
    const { id, outputs } = error as PartialFailure;
    expect(inspect(id).State.Running).toBe(true);

    docker("exec", id, "/bin/touch", "/data/ok");
    Object.assign(resource, { id, outputs, inputs: await resource.checked(asked) });
    await resource.update(asked);
    expect(inspect(id).State.Health.Status).toBe("healthy");
  });

  it("bounds the wait for health, reports progress and stops when it is cancelled", async () => {
    const healthcheck = { tests: ["CMD", "/bin/false"], interval: "30s", timeout: "2s", retries: 9 };
    const late = new Resource(provider, CONTAINER);
    const error = await failureOf(late.create(inputs("late", { healthcheck, wait: true, waitTimeout: 4 })));
    expect(error.message).toContain("was not healthy within 4 s");
    expect(late.reports).toContain("waiting for health, 3 s of 4 s");

    const control = new AbortController();
    setTimeout(() => control.abort(), 1500);
    const cancelled = await failureOf(
      new Resource(provider, CONTAINER).create(
        inputs("cancelled", { healthcheck, wait: true, waitTimeout: 60 }),
        control.signal,
      ),
    );
    expect(cancelled).toBeInstanceOf(PartialFailure);
    expect(cancelled.message).toContain("cancelled while waiting");
  });

  it("asks for a healthcheck when it is to wait for one", async () => {
    expect((await fails("nocheck", { wait: true })).message).toContain("has no healthcheck");
  });

  it("says which containers keep a network from being deleted", async () => {
    const network = await new Resource(provider, NETWORK).create({
      name: named("busy"),
      labels: ownedBy("test", "busy"),
    });
    const user = await new Resource(provider, CONTAINER).create(
      inputs("user", { networksAdvanced: [{ name: network.id }] }),
    );
    expect((await user.diff(user.inputs)).changes).toBe("none");
    await user.refresh();
    expect((await user.diff(user.inputs)).changes).toBe("none");
    const error = await failureOf(network.delete());
    expect(error.message).toContain(`containers "${named("user")}" are still attached`);
    await user.delete();
    await network.delete();
  });
});
