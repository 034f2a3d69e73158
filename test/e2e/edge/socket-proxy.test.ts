// What stands between Traefik and the Docker socket, as a stack brings it up, in front of the real daemon.
import { randomBytes } from "node:crypto";
import http from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithDocker, docker, IMAGE, inspect, objectsOf, removeStackObjects } from "../support/daemon.js";
import { freePorts, ProjectCopy } from "../support/project.js";
import { type Answer, addressIn, ask, buildStandIn, images, STAND_IN } from "./stand-in.js";

describeWithDocker("the socket proxy", () => {
  const stack = `e2e-socket-${randomBytes(2).toString("hex")}`;
  const name = `${stack}-front-socket`;
  /** A container of somebody else, to be looked at and not to be touched. */
  const other = `${stack}-other`;
  let project: ProjectCopy;
  let address: string;
  let id: string;

  beforeAll(async () => {
    project = new ProjectCopy();
    buildStandIn();
    const [port] = await freePorts(1);
    project.declare(stack, {
      machines: { here: { on: "docker" } },
      images,
      edge: {
        front: {
          machine: "here",
          proxy: "traefik",
          image: STAND_IN,
          domain: "localhost",
          tls: "off",
          port,
          network: `${stack}-meet`,
          socketProxy: { image: "caddy" },
        },
      },
    });
    await project.fleet("up", stack, "--yes", "--skip-preview");
    address = addressIn(name, name);
    id = docker("run", "-d", "--name", other, "-e", "KEY=seen", IMAGE, "sleep", "1000");
  });
  afterAll(async () => {
    await project?.close();
    removeStackObjects(stack);
    docker("rm", "-fv", other);
  });

  const get = (path: string, options: Parameters<typeof ask>[3] = {}): Promise<Answer> =>
    ask(address, 2375, path, options);

  it("runs as root that can do nothing, with the socket and no way out", () => {
    const { Config, HostConfig, Mounts, NetworkSettings } = inspect("container", name);
    expect(Config.User).toBe("0:0");
    expect(HostConfig).toMatchObject({ CapDrop: ["ALL"], ReadonlyRootfs: true, Privileged: false });
    expect(HostConfig.CapAdd ?? []).toEqual([]);
    expect(HostConfig.SecurityOpt).toContain("no-new-privileges:true");
    expect(NetworkSettings.Ports).toEqual({});
    expect(Object.keys(NetworkSettings.Networks)).toEqual([name]);
    expect(Mounts).toContainEqual(expect.objectContaining({ Type: "bind", Source: "/var/run/docker.sock", RW: false }));
    const { Internal, Containers } = inspect("network", name);
    expect(Internal).toBe(true);
    const inside = Object.values(Containers as Record<string, { Name: string }>).map((one) => one.Name);
    expect(inside.sort()).toEqual([`${stack}-front`, name]);
  });

  it.each(["", "/v1.41"])("lets through what Traefik reads: %s", async (version) => {
    expect(await get(`${version}/_ping`)).toEqual({ status: 200, body: "OK" });
    expect((await get(`${version}/_ping`, { method: "HEAD" })).status).toBe(200);
    expect(JSON.parse((await get(`${version}/version`)).body)).toMatchObject({ Os: "linux" });
    const all = JSON.parse((await get(`${version}/containers/json?all=1`)).body) as { Id: string }[];
    expect(all.map(({ Id }) => Id)).toContain(id);
    const filters = encodeURIComponent(JSON.stringify({ name: [other] }));
    expect(JSON.parse((await get(`${version}/containers/json?filters=${filters}`)).body)).toHaveLength(1);
    const one = JSON.parse((await get(`${version}/containers/${id}/json`)).body);
    expect(one).toMatchObject({ Name: `/${other}`, State: { Running: true } });
  });

  it("shows Traefik the environment of every container, which the docs warn of", async () => {
    expect(JSON.parse((await get(`/containers/${id}/json`)).body).Config.Env).toContain("KEY=seen");
  });

  it("passes events on as they come, while the stream is open", async () => {
    const filters = encodeURIComponent(JSON.stringify({ type: ["container"], container: [id] }));
    const request = http.get({ host: address, port: 2375, path: `/v1.41/events?filters=${filters}`, agent: false });
    try {
      const seen = new Promise<string>((resolve, reject) => {
        request.on("error", reject);
        request.on("response", (response) => {
          expect(response.statusCode).toBe(200);
          response.once("data", (chunk) => resolve(String(chunk)));
        });
      });
      // Nobody says when Docker has begun to listen for us, so that events are made until one is seen.
      let stop = false;
      const making = (async () => {
        while (!stop) {
          docker("kill", "--signal", "URG", id);
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
      })();
      const event = await seen.finally(() => (stop = true));
      await making;
      expect(JSON.parse(event.split("\n")[0]!)).toMatchObject({ Action: "kill", id });
    } finally {
      request.destroy();
    }
  });

  const REFUSED: [what: string, method: string, path: (id: string) => string][] = [
    ["making a container", "POST", () => "/v1.41/containers/create"],
    ["making one by another version", "POST", () => "/containers/create?name=x"],
    ["starting one", "POST", (id) => `/containers/${id}/start`],
    ["stopping one", "POST", (id) => `/v1.41/containers/${id}/stop`],
    ["killing one", "POST", (id) => `/containers/${id}/kill`],
    ["removing one", "DELETE", (id) => `/v1.41/containers/${id}?force=1`],
    ["running a command", "POST", (id) => `/containers/${id}/exec`],
    ["starting a command", "POST", () => `/exec/${"a".repeat(64)}/start`],
    ["attaching", "POST", (id) => `/containers/${id}/attach?stream=1&stdin=1`],
    ["attaching by WebSocket", "GET", (id) => `/containers/${id}/attach/ws?stream=1&stdin=1`],
    ["writing files", "PUT", (id) => `/containers/${id}/archive?path=/tmp`],
    ["reading files", "GET", (id) => `/containers/${id}/archive?path=/`],
    ["exporting", "GET", (id) => `/containers/${id}/export`],
    ["reading logs", "GET", (id) => `/containers/${id}/logs?stdout=1`],
    ["reading processes", "GET", (id) => `/containers/${id}/top`],
    ["a container by name", "GET", () => `/containers/${other}/json`],
    ["listing images", "GET", () => "/images/json"],
    ["pulling an image", "POST", () => "/images/create?fromImage=x"],
    ["building an image", "POST", () => "/build"],
    ["listing volumes", "GET", () => "/v1.41/volumes"],
    ["listing networks", "GET", () => "/networks"],
    ["removing a network", "DELETE", () => `/networks/${stack}-meet`],
    ["reading about the machine", "GET", () => "/info"],
    ["joining a swarm", "POST", () => "/swarm/join"],
    ["a way around by dots", "GET", () => "/containers/json/../../images/json"],
    ["a way around by encoded dots", "GET", () => "/v1.41/containers/%2e%2e/images/json"],
    ["a way around by an encoded slash", "GET", () => "/_ping%2f..%2finfo"],
    ["a path that only begins so", "GET", () => "/version/../info"],
    ["a path that only ends so", "GET", () => "/info/_ping"],
    ["a changing method on a path that is read", "POST", () => "/containers/json"],
    ["a method of nobody", "PATCH", () => "/version"],
    ["the root", "GET", () => "/"],
  ];

  it.each(REFUSED)("refuses %s", async (_, method, path) => {
    const { status, body } = await get(path(id), {
      method,
      headers: { "content-type": "application/json" },
      body: method === "GET" ? undefined : "{}",
    });
    expect({ status, body }).toEqual({ status: 403, body: "Only what Traefik reads is let through to Docker." });
  });

  it.each(["websocket", "tcp", "h2c"])("takes over no connection: %s", async (upgrade) => {
    for (const path of [`/containers/${id}/attach/ws?stream=1`, "/version", "/session"]) {
      const headers = { connection: "Upgrade", upgrade, "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==" };
      expect((await get(path, { headers })).status, path).toBe(403);
    }
  });

  it("has changed nothing of what it was asked to", () => {
    expect(inspect("container", other).State.Running).toBe(true);
    expect(objectsOf(stack)).toEqual({
      containers: [`${stack}-front`, name],
      networks: [name, `${stack}-meet`],
      volumes: [`${stack}-front-config`, `${name}-config`],
    });
  });
});
