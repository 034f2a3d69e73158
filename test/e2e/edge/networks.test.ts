// Networks and proxies that belong to others, and edges that become another program.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { oneError, SmallStacks, smallAgent } from "../fleet/small.js";
import { describeWithDocker, docker, inspect, objectsOf } from "../support/daemon.js";
import { freePorts } from "../support/project.js";
import { buildStandIn, images, inContainer, STAND_IN, webAgent } from "./stand-in.js";

const NOTHING = { containers: [], networks: [], volumes: [] };

describeWithDocker("somebody else's Traefik", () => {
  const stacks = new SmallStacks();
  const network = `e2e-theirs-${randomBytes(3).toString("hex")}`;
  const run = (...args: string[]) => stacks.project.run(args);
  afterAll(() => {
    if (docker("network", "ls", "-q", "--filter", `name=${network}`)) docker("network", "rm", network);
  });

  const sections = (agents: Record<string, unknown>) => ({
    machines: { here: { on: "docker" } },
    agents,
    edge: { front: { machine: "here", proxy: "traefik", external: true, domain: "example.org", network } },
  });

  it("a network that is not there is told of before anything is touched", async () => {
    const stack = stacks.name();
    const claw = { machine: "here", runtime: "claw", image: STAND_IN, network: `${network}-2` };
    const claws = ["a", "b", "c"].map((letter) => `e2e${stack.slice(-4)}${letter}`);
    stacks.project.declare(stack, {
      ...sections({ small: smallAgent(), ...Object.fromEntries(claws.map((name) => [name, claw])) }),
    });
    const said = oneError(await run("up", stack, "--yes"), 2);
    expect(said).toContain(`machine here has no Docker network ${network}, which edge.front would be in`);
    expect(said).toContain(`no Docker network ${network}-2, which agents.${claws[0]} and 2 others would be in`);
    for (const name of [network, `${network}-2`])
      expect(said).toMatch(new RegExp(`docker network create ${name}$`, "m"));
    expect(objectsOf(stack)).toEqual(NOTHING);
    expect(existsSync(stacks.project.stateFile(stack))).toBe(false);
    const doctor = await run("doctor", stack);
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toContain(`no Docker network ${network}`);
  });

  it("is joined and labelled for, shown as nothing of ours, and left as it is", async () => {
    docker("network", "create", network);
    buildStandIn();
    const stack = stacks.name();
    stacks.project.declare(stack, sections({ web: webAgent({ host: "web.example.org" }) }));
    expect((await stacks.up(stack)).code).toBe(0);
    expect(objectsOf(stack).containers).toEqual([`${stack}-web`]);
    expect(objectsOf(stack).networks).toEqual([`${stack}-web`]);
    const { Config, NetworkSettings } = inspect("container", `${stack}-web`);
    expect(Object.keys(NetworkSettings.Networks).sort()).toEqual([network, `${stack}-web`].sort());
    expect(Config.Labels).toMatchObject({
      "traefik.docker.network": network,
      [`traefik.http.routers.${stack}-web.tls.certresolver`]: "letsencrypt",
    });
    const status = await run("status", stack, "--json");
    expect(status.code).toBe(0);
    expect(JSON.parse(status.stdout).entries).toMatchObject([{ name: "web", url: "https://web.example.org" }]);
    const said = oneError(await run("logs", stack, "front"), 2);
    expect(said).toContain("front is external");
    expect(said).toContain(`docker ps --filter network=${network}`);
    expect((await run("destroy", stack, "--yes")).code).toBe(0);
    expect(objectsOf(stack)).toEqual(NOTHING);
    expect(inspect("network", network).Containers).toEqual({});
  });

  it("of another stack is joined, and cannot be removed before what is behind it", async () => {
    const [port] = await freePorts(1);
    const host = stacks.name();
    const tenant = stacks.name();
    const meeting = `${host}-meet`;
    const edge = { machine: "here", proxy: "traefik", domain: "localhost", network: meeting, tls: "off" };
    stacks.project.declare(host, {
      machines: { here: { on: "docker" } },
      edge: { front: { ...edge, image: STAND_IN, port } },
    });
    stacks.project.declare(tenant, {
      machines: { here: { on: "docker" } },
      agents: { web: webAgent({ host: "web.localhost" }) },
      edge: { front: { ...edge, external: true } },
    });
    expect(oneError(await stacks.up(tenant), 2)).toContain(meeting);
    expect((await stacks.up(host)).code).toBe(0);
    expect((await stacks.up(tenant)).code).toBe(0);
    expect(inContainer(`${host}-front`, `wget -q -O - http://${tenant}-web:8080`).output).toBe("an agent");

    const refused = oneError(await run("destroy", host, "--yes"), 1);
    expect(refused).toContain(`network "${meeting}" cannot be deleted`);
    expect(refused).toContain(`${tenant}-web`);
    expect((await run("destroy", tenant, "--yes")).code).toBe(0);
    expect((await run("destroy", host, "--yes")).code).toBe(0);
    expect([objectsOf(host), objectsOf(tenant)]).toEqual([NOTHING, NOTHING]);
  });
});

describeWithDocker("an edge", () => {
  const stacks = new SmallStacks();

  it("becomes another program in the place of the one that it was", async () => {
    buildStandIn();
    const [port] = await freePorts(1);
    const stack = stacks.name();
    const front = `${stack}-front`;
    const common = { machine: "here", domain: "localhost", port };
    const declare = (edge: object) =>
      stacks.project.declare(stack, { machines: { here: { on: "docker" } }, images, edge: { front: edge } });
    const traefik = { ...common, proxy: "traefik", image: STAND_IN, network: `${stack}-meet`, tls: "off" };

    declare(traefik);
    expect((await stacks.up(stack)).code).toBe(0);
    const first = inspect("container", front).Id;
    declare({ ...common, image: "caddy", tls: "internal" });
    const changed = await stacks.up(stack);
    expect(changed.stdout + changed.stderr).toMatch(/^Update done\./m);
    const { Id, HostConfig } = inspect("container", front);
    expect(Id).not.toBe(first);
    expect(HostConfig.NetworkMode).toBe("host");
    expect(objectsOf(stack)).toEqual({
      containers: [front],
      networks: [],
      volumes: [`${front}-config`, `${front}-data`].sort(),
    });
    declare(traefik);
    expect((await stacks.up(stack)).code).toBe(0);
    expect(Object.keys(inspect("container", front).NetworkSettings.Networks)).toEqual([`${stack}-meet`]);
    // What Caddy has certified itself is kept for when it comes back.
    expect(objectsOf(stack).volumes).toEqual([`${front}-config`, `${front}-data`].sort());
  });
});
