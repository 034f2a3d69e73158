import { randomBytes } from "node:crypto";
import { get, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithDocker, docker, removeStackObjects } from "../support/daemon.js";
import { freePorts, ProjectCopy, succeeded } from "../support/project.js";
import { ClawImage, localServer } from "./claw-server.js";

/** Traefik is in no package registry; what claws need of a proxy is run for real with the other one. */
describeWithDocker("claws behind Caddy", () => {
  const run = randomBytes(3).toString("hex");
  const stack = `e2e-claws-caddy-${run}`;
  const [alice, bob] = [`alice-${run}`, `bob-${run}`];
  let project: ProjectCopy;
  let edgePort: number;

  const open = (host: string, path: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get({ host: "127.0.0.1", port: edgePort, path, headers: { host } }, resolve).once("error", reject);
    });
  const read = async (host: string, path: string) => {
    const answer = await open(host, path);
    let text = "";
    for await (const chunk of answer) text += chunk;
    return { status: answer.statusCode, text };
  };

  beforeAll(async () => {
    const [port, first, second] = await freePorts(3);
    edgePort = port!;
    project = new ProjectCopy();
    const image = new ClawImage(project, localServer(), "gather-claw", `gather-claw-${run}:latest`);
    image.release("0.655");
    const claw = { machine: "here", runtime: "claw", image: "claw", health: { interval: "2s" } };
    project.declare(stack, {
      machines: { here: { on: "docker" } },
      images: {
        node: { build: { debian: { suite: "bookworm" }, node: "24.16.0" } },
        claw: { build: { context: image.context, base: "node" }, tag: image.tag },
        caddy: { build: { debian: { suite: "bookworm", packages: ["caddy", "ca-certificates"] } } },
      },
      edge: { front: { machine: "here", image: "caddy", domain: "claws.localhost", port: edgePort } },
      agents: { [alice]: { ...claw, port: first }, [bob]: { ...claw, port: second, host: "bobs.own.localhost" } },
    });
    succeeded(await project.run(["up", stack, "--yes", "--skip-preview"]));
  });
  afterAll(async () => {
    await project?.run(["destroy", stack, "--yes"]);
    await project?.close();
    removeStackObjects(stack);
  });

  it("serves each claw by its own name, and no other name", async () => {
    docker(
      "exec",
      `claw-${alice}`,
      "node",
      "-e",
      'fetch("http://127.0.0.1:8080/api/memory",{method:"POST",body:"of alice"})',
    );
    expect((await read(`${alice}.claws.localhost`, "/api/memory")).text).toContain("of alice");
    const bobs = await read("bobs.own.localhost", "/api/memory");
    expect(bobs.status).toBe(200);
    expect(bobs.text).not.toContain("of alice");
    expect((await read(`${bob}.claws.localhost`, "/")).status).toBe(404);
    expect((await read("bobs.own.localhost", "/")).text).toContain("<title>A claw</title>");
  });

  it("passes events on as they come", async () => {
    const answer = await open(`${alice}.claws.localhost`, "/api/think");
    expect(answer.headers["content-type"]).toBe("text/event-stream");
    // The claw sends five words and waits between them: a proxy that gathers them would send fewer, larger pieces.
    const pieces: string[] = [];
    for await (const chunk of answer) pieces.push(String(chunk));
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join("")).toBe(["one", "thing", "at", "a", "time"].map((word) => `data: ${word}\n\n`).join(""));
  });
});
