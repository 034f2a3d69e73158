// A stack behind a Traefik of its own, with a program that serves in Traefik's place: networks, ports, mounts, volumes and what the
// engine does with them are real.
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import { routes, staticConfig } from "../../templates/traefik-schema.js";
import { describeWithDocker, docker, inspect, objectsOf, readVolume, removeStackObjects } from "../support/daemon.js";
import { freePorts, ProjectCopy } from "../support/project.js";
import { ask, buildStandIn, images, inContainer, STAND_IN, webAgent } from "./stand-in.js";

/** Each test goes on from what the one before it left. */
describeWithDocker("a stack behind Traefik", () => {
  const stack = `e2e-traefik-${randomBytes(2).toString("hex")}`;
  /** Claws are called the same whatever their stack. */
  const claw = `e2e${randomBytes(3).toString("hex")}`;
  const network = `${stack}-meet`;
  const front = `${stack}-front`;
  const socket = `${stack}-front-socket`;
  const clawVolumes = ["data", "public", "soul"].map((volume) => `claw-${volume}-${claw}`);
  let project: ProjectCopy;
  let port: number;
  let httpPort: number;
  let isUp = false;

  const up = () => project.fleet("up", stack, "--yes", "--skip-preview");
  const set = (path: string[], value: unknown) =>
    project.editStack(stack, (document) => document.setIn(["config", ...path], value));
  const unset = (path: string[]) => project.editStack(stack, (document) => document.deleteIn(["config", ...path]));
  const facts = (container: string) => {
    const { Id, State } = inspect("container", container);
    return { id: Id as string, startedAt: State.StartedAt as string };
  };
  const statusRows = async (): Promise<{ name: string; kind: string; state: string; url: string | null }[]> =>
    JSON.parse((await project.run(["status", stack, "--json"])).stdout).entries;
  const networksOf = (container: string) =>
    Object.keys(inspect("container", container).NetworkSettings.Networks).sort();

  beforeAll(async () => {
    project = new ProjectCopy();
    buildStandIn();
    [port, httpPort] = (await freePorts(2)) as [number, number];
    project.declare(stack, {
      machines: { here: { on: "docker" } },
      images,
      agents: {
        web: webAgent({ host: "web.example.org" }),
        [claw]: { machine: "here", runtime: "claw", image: STAND_IN, health: { interval: "1s" } },
      },
      edge: {
        front: {
          machine: "here",
          proxy: "traefik",
          image: STAND_IN,
          domain: "example.org",
          email: "ops@example.org",
          port,
          httpPort,
          network,
          socketProxy: { image: "caddy" },
        },
      },
    });
  });
  afterAll(async () => {
    await project?.close();
    removeStackObjects(stack);
  });
  beforeEach(({ skip, task }) => {
    if (!isUp && !task.name.startsWith("comes up")) skip("the stack did not come up");
  });

  it("comes up, and is all that was declared", async () => {
    await up();
    isUp = true;
    expect(objectsOf(stack)).toEqual({
      containers: [`claw-${claw}`, front, socket, `${stack}-web`].sort(),
      networks: [network, socket, `${stack}-web`].sort(),
      volumes: [...clawVolumes, `${front}-acme`, `${front}-config`, `${socket}-config`, `${stack}-web-config`].sort(),
    });
    const { Config, HostConfig } = inspect("container", front);
    expect(Config.User).toBe("1000:1000");
    expect(HostConfig).toMatchObject({ CapDrop: ["ALL"], ReadonlyRootfs: true, PidsLimit: 256 });
    expect(HostConfig.SecurityOpt).toContain("no-new-privileges:true");
    expect(HostConfig.PortBindings).toEqual({
      "8443/tcp": [{ HostIp: "0.0.0.0", HostPort: String(port) }],
      "8000/tcp": [{ HostIp: "0.0.0.0", HostPort: String(httpPort) }],
    });
  });

  it("gives Traefik its configuration, ports that lead to it, and a volume that it can write", async () => {
    for (const [outside, path] of [
      [port, "/static.yml"],
      [httpPort, "/static.yml"],
    ] as const) {
      const { status, body } = await ask("127.0.0.1", outside, path);
      expect(status).toBe(200);
      const read = parse(body);
      expect(staticConfig.safeParse(read).error?.issues ?? []).toEqual([]);
      expect(read.providers.docker.endpoint).toBe(`tcp://${socket}:2375`);
      expect(read.entryPoints.web.http.redirections.entryPoint.to).toBe(`:${port}`);
    }
    expect(readVolume(`${front}-acme`, "acme.json")).not.toBe("");
    expect(inContainer(front, "echo x >/config/traefik.yml").code).not.toBe(0);
    // The health check's entry point is for the container alone.
    await expect(
      ask(inspect("container", front).NetworkSettings.Networks[network].IPAddress, 8082, "/ping"),
    ).rejects.toThrow();
  });

  it("lets Traefik reach what it serves and what it reads, and no agent the Docker API", () => {
    expect(networksOf(front)).toEqual([network, socket].sort());
    expect(networksOf(`claw-${claw}`)).toEqual([network]);
    expect(networksOf(`${stack}-web`)).toEqual([network, `${stack}-web`].sort());
    for (const agent of [`claw-${claw}`, `${stack}-web`]) {
      expect(inContainer(front, `wget -q -O - http://${agent}:8080/`).output).toBe("an agent");
      expect(inContainer(agent, `wget -q -T 5 -O - http://${socket}:2375/_ping`).code, agent).not.toBe(0);
      const { IPAddress } = inspect("container", socket).NetworkSettings.Networks[socket];
      expect(inContainer(agent, `wget -q -T 5 -O - http://${IPAddress}:2375/_ping`).code, agent).not.toBe(0);
    }
    const listed = inContainer(front, `wget -q -O - http://${socket}:2375/v1.41/containers/json`).output;
    const labels = (JSON.parse(listed) as { Names: string[]; Labels: Record<string, string> }[]).find(({ Names }) =>
      Names.includes(`/claw-${claw}`),
    )?.Labels;
    expect(labels).toMatchObject({
      "traefik.enable": "true",
      [`traefik.http.routers.claw-${claw}.rule`]: `Host(\`${claw}.example.org\`)`,
      [`traefik.http.routers.claw-${claw}.tls.certresolver`]: "letsencrypt",
      [`traefik.http.services.claw-${claw}.loadbalancer.server.port`]: "8080",
    });
  });

  it("is looked at by the day-two verbs, the socket proxy too", async () => {
    expect((await statusRows()).map(({ name, kind, state, url }) => ({ name, kind, state, url }))).toEqual([
      { name: "web", kind: "agent", state: "ready", url: `https://web.example.org:${port}` },
      { name: claw, kind: "agent", state: "ready", url: `https://${claw}.example.org:${port}` },
      { name: "front", kind: "edge", state: "ready", url: `https://example.org:${port}` },
      { name: "front-socket", kind: "edge", state: "ready", url: null },
    ]);
    expect(await project.fleet("logs", stack, "front")).toContain("starting");
    const log = await project.run(["logs", stack, "front-socket"]);
    expect(log.stdout + log.stderr).toContain("serving initial configuration");
    expect(await project.fleet("exec", stack, "front-socket", "--", "caddy", "version")).toMatch(/^v?2\./);
    docker("stop", "-t", "1", socket);
    expect((await statusRows()).find(({ name }) => name === "front-socket")?.state).toBe("stopped");
    docker("start", socket);
  });

  it("plans nothing more, and finds its ports taken by itself", async () => {
    expect((await project.run(["up", stack, "--yes", "--expect-no-changes"])).code).toBe(0);
    expect(await project.fleet("doctor", stack)).toContain(`those of ${stack} are free, or its own`);
  });

  it("serves another agent by its labels alone", async () => {
    const before = [facts(front), facts(socket), facts(`claw-${claw}`)];
    set(["fleet:agents", "more"], webAgent({ host: "more.example.org" }));
    await up();
    expect([facts(front), facts(socket), facts(`claw-${claw}`)]).toEqual(before);
    expect(inspect("container", `${stack}-more`).Config.Labels).toMatchObject({
      "traefik.docker.network": network,
      [`traefik.http.routers.${stack}-more.rule`]: "Host(`more.example.org`)",
    });
  });

  it("is restarted, not replaced, for another static configuration", async () => {
    const before = facts(front);
    set(["fleet:edge", "front", "email"], "others@example.org");
    await up();
    const after = facts(front);
    expect(after.id).toBe(before.id);
    expect(after.startedAt).not.toBe(before.startedAt);
    expect((await ask("127.0.0.1", port, "/static.yml")).body).toContain("others@example.org");
  });

  it("reads a file instead of labels, which other agents change without a restart", async () => {
    unset(["fleet:edge", "front", "socketProxy"]);
    unset(["fleet:agents", "more"]);
    await up();
    expect(objectsOf(stack).containers).toEqual([`claw-${claw}`, front, `${stack}-web`].sort());
    expect(objectsOf(stack).networks).toEqual([network, `${stack}-web`].sort());
    expect(networksOf(front)).toEqual([network]);
    const served = () => {
      const file = parse(inContainer(front, "cat /config/routes/agents.yml").output);
      expect(routes.safeParse(file).error?.issues ?? []).toEqual([]);
      return Object.values(file.http.services as Record<string, { loadBalancer: { servers: { url: string }[] } }>).map(
        ({ loadBalancer }) => loadBalancer.servers[0]!.url,
      );
    };
    expect(served()).toEqual([`http://claw-${claw}:8080`, `http://${stack}-web:8080`].sort());
    for (const url of served()) expect(inContainer(front, `wget -q -O - ${url}`).output).toBe("an agent");

    const before = facts(front);
    set(["fleet:agents", "more"], webAgent({ host: "more.example.org" }));
    await up();
    expect(served()).toContain(`http://${stack}-more:8080`);
    expect(inContainer(front, `wget -q -O - http://${stack}-more:8080`).output).toBe("an agent");
    expect(facts(front)).toEqual(before);
  });

  it("leaves nothing but its data when it is removed, and finds that again", async () => {
    const kept = [...clawVolumes, `${front}-acme`].sort();
    await project.fleet("destroy", stack, "--yes");
    expect(objectsOf(stack)).toEqual({ containers: [], networks: [], volumes: kept });
    const before = readVolume(`${front}-acme`, "acme.json").trim().split("\n").length;
    await up();
    expect(readVolume(`${front}-acme`, "acme.json").trim().split("\n").length).toBe(before + 1);
    await project.fleet("destroy", stack, "--yes");
    expect(await project.fleet("purge", stack, "--entry", "front", "--yes")).toContain(`Deleted ${front}-acme`);
    expect(objectsOf(stack).volumes).toEqual(clawVolumes);
  });
});
