import { generateKeyPairSync, randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import { Leaks } from "../fleet/leaks.js";
import { ProjectCopy, succeeded } from "../support/project.js";
import { ClawImage, type ClawServer } from "./claw-server.js";

const DOMAIN = "gather.is";

/** A server whose claws were made by hand, as the scripts made them, is taken over by the fleet. */
export function adoptionOfClaws(start: () => Promise<ClawServer>): void {
  const run = randomBytes(3).toString("hex");
  const stack = `e2e-adopt-${run}`;
  const [alice, bob, folder, other] = ["alice", "bob", "folder", "other"].map((name) => `${name}-${run}`) as [
    string,
    string,
    string,
    string,
  ];
  const network = `gather-infra-${run}_gather_net`;
  const pair = generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const keys = {
    private: Buffer.from(pair.privateKey).toString("base64"),
    public: Buffer.from(pair.publicKey).toString("base64"),
    model: `zai-${randomBytes(12).toString("hex")}`,
    bot: `42:${randomBytes(12).toString("hex")}`,
    other: `gh-${randomBytes(12).toString("hex")}`,
  };
  let server: ClawServer;
  let project: ProjectCopy;
  let image: ClawImage;
  let isTakenOver = false;

  const entries = () => parse(project.readStack(stack)).config["fleet:agents"] as Record<string, unknown>;
  const inspect = (kind: string, name: string) => JSON.parse(server.docker(kind, "inspect", name))[0];
  const container = (name: string) => inspect("container", `claw-${name}`);
  const fleet = async (...args: string[]) => succeeded(await project.run(args, { env: server.env })).stdout;
  const planned = async () => JSON.parse(await fleet("preview", stack, "--json")).changeSummary;
  const facts = (name: string) => {
    const { Id, State, HostConfig, Config, Mounts, NetworkSettings } = container(name);
    const networks = Object.keys(NetworkSettings.Networks);
    const mounts = Object.fromEntries(Mounts.map((mount: { Destination: string }) => [mount.Destination, mount]));
    return { Id, started: State.StartedAt, HostConfig, Config, mounts, networks };
  };
  /** As the scripts did it: `docker run` with everything on the command line. */
  const runByHand = (name: string, ...args: string[]) =>
    server.docker("run", "-d", "--name", `claw-${name}`, "--restart", "unless-stopped", ...args, image.tag);
  const volumes = (name: string) =>
    ["data", "soul", "public"].flatMap((volume) => ["-v", `claw-${volume}-${name}:/app/${volume}`]);
  const variables = (given: Record<string, string>) =>
    Object.entries(given).flatMap(([key, value]) => ["-e", `${key}=${value}`]);
  const routed = (name: string, host: string) => {
    const router = `traefik.http.routers.claw-${name}`;
    return [
      "traefik.enable=true",
      `${router}.rule=Host(\`${host}\`)`,
      `${router}.entrypoints=websecure`,
      `${router}.tls.certresolver=cf`,
      `traefik.http.services.claw-${name}.loadbalancer.server.port=8080`,
    ].flatMap((label) => ["-l", label]);
  };

  beforeAll(async () => {
    server = await start();
    project = new ProjectCopy();
    image = new ClawImage(project, server, "gather-claw", `gather-claw-${run}:latest`);
    image.release("0.655");
    server.docker("network", "create", network);
    const node = { build: { debian: { suite: "bookworm" }, node: "24.16.0" } };
    const machines = { server: server.machine };
    // The image is on the server already, made by another stack of the test.
    project.declare(`${stack}-image`, {
      machines,
      images: { node, claw: { build: { context: image.context, base: "node" }, tag: image.tag, machine: "server" } },
    });
    succeeded(await project.run(["up", `${stack}-image`, "--yes", "--skip-preview"], { env: server.env }));
    project.declare(stack, {
      machines,
      images: { claw: { from: image.tag } },
      edge: {
        front: { machine: "server", proxy: "traefik", domain: DOMAIN, network, external: true, certResolver: "cf" },
      },
      agents: {},
    });

    runByHand(
      alice,
      "--network",
      network,
      "--memory",
      "512m",
      "--cpus",
      "1",
      ...volumes(alice),
      ...routed(alice, `${alice}.${DOMAIN}`),
      ...variables({
        MODEL_PROVIDER: "anthropic",
        ANTHROPIC_API_KEY: keys.model,
        ANTHROPIC_API_BASE: "https://api.z.ai/api/anthropic",
        ANTHROPIC_MODEL: "glm-5-turbo",
        TELEGRAM_BOT: keys.bot,
        TELEGRAM_CHAT_ID: "",
        GATHER_PRIVATE_KEY: keys.private,
        GATHER_PUBLIC_KEY: keys.public,
        GATHER_AGENT_ID: "agent-1",
        CLAY_ROOT: "/app",
        CLAY_DB: "/app/data/messages.db",
        GITHUB_TOKEN: keys.other,
        TZ: "Europe/Berlin",
      }),
    );
    // By other words: mounts, another volume name, a port, a host of its own, next to no variables.
    runByHand(
      bob,
      "--network",
      network,
      "--mount",
      `type=volume,source=old-data-${bob},target=/app/data`,
      ...volumes(bob).slice(2),
      ...routed(bob, "www.example.org"),
      "-p",
      "127.0.0.1::8080",
      "-e",
      `ANTHROPIC_API_KEY=${keys.model}`,
    );
    runByHand(folder, "--network", network, "-v", `/tmp:/app/data`, ...volumes(folder).slice(2));
    runByHand(other, "--network", network, ...volumes(other), "-l", "fleet.stack=theirs", "-l", "fleet.entry=it");
  });
  afterAll(async () => {
    const left = server?.docker("ps", "-aq", "--filter", `name=-${run}$`).split("\n").filter(Boolean) ?? [];
    if (left.length > 0) server.docker("rm", "-f", ...left);
    const kept = server?.docker("volume", "ls", "-q", "--filter", `name=-${run}`).split("\n").filter(Boolean) ?? [];
    if (kept.length > 0) server.docker("volume", "rm", "-f", ...kept);
    server?.docker("network", "rm", network);
    await project?.close();
    await server?.close();
  });
  beforeEach(({ skip, task }) => {
    if (!isTakenOver && !/^(shows|takes over)/.test(task.name)) skip("nothing was taken over");
  });

  it("shows what there is, and why it leaves what it leaves", async () => {
    const before = project.readStack(stack);
    const said = await fleet("adopt", stack, "--dry-run");
    expect(said).toMatch(new RegExp(`^claw-${alice} +claw +by its name +-`, "m"));
    expect(said).toMatch(new RegExp(`^claw-${bob} +claw +www.example.org`, "m"));
    expect(said).toContain(`Left alone: claw-${folder}: its /app/data is the folder /tmp of the machine`);
    expect(said).toContain(`Left alone: claw-${other}: it belongs to it of the stack theirs`);
    expect(project.readStack(stack)).toBe(before);
  });

  it("takes over with nothing touched: the same containers, running on", async () => {
    const before = [alice, bob, folder, other].map(facts);
    const said = await fleet("adopt", stack, alice, bob, "--yes");
    isTakenOver = true;
    expect(said).toContain("Update done.");
    expect([alice, bob, folder, other].map(facts)).toEqual(before);
    const port = Number(container(bob).NetworkSettings.Ports["8080/tcp"]?.[0]?.HostPort);
    expect(entries()).toEqual({
      [alice]: {
        machine: "server",
        runtime: "claw",
        image: "claw",
        volumes: { data: { existing: true }, soul: { existing: true }, public: { existing: true } },
        model: { apiKey: { secret: `${alice}-model-key` }, name: "glm-5-turbo" },
        telegram: { bot: { secret: `${alice}-telegram-bot` } },
        env: { TELEGRAM_CHAT_ID: "", GITHUB_TOKEN: { secret: `${alice}-github-token` }, TZ: "Europe/Berlin" },
        identity: {
          privateKey: { secret: `${alice}-identity-key` },
          publicKey: keys.public,
          agentId: "agent-1",
        },
        adopted: { without: ["GATHER_BASE_URL", "BUILD_SERVICE_URL"] },
      },
      [bob]: {
        machine: "server",
        runtime: "claw",
        image: "claw",
        host: "www.example.org",
        volumes: {
          data: { name: `old-data-${bob}`, existing: true },
          soul: { existing: true },
          public: { existing: true },
        },
        model: { apiKey: { secret: `${bob}-model-key` } },
        adopted: {
          without: [
            "MODEL_PROVIDER",
            "ANTHROPIC_API_BASE",
            "ANTHROPIC_MODEL",
            "GATHER_BASE_URL",
            "CLAY_ROOT",
            "CLAY_DB",
            "BUILD_SERVICE_URL",
          ],
        },
      },
    });
    expect(port).toBeGreaterThan(0);
  });

  it("the next up plans nothing, and neither does another look at the machine", async () => {
    expect(Object.keys(await planned())).toEqual(["same"]);
    expect(await fleet("up", stack, "--yes", "--skip-preview")).toContain("No changes.");
    expect(await fleet("up", stack, "--yes", "--skip-preview", "--refresh")).toContain("No changes.");
    expect(await fleet("adopt", stack, "--yes")).toContain("There is nothing to take over.");
    expect(await fleet("status", stack)).toMatch(new RegExp(`^${alice} +(ready|starting)`, "m"));
  });

  it("patch brings one to the standard, with its data and keys", async () => {
    server.docker("exec", `claw-${alice}`, "sh", "-c", "echo remember >> /app/data/messages.db");
    await fleet("patch", stack, alice, "--yes");
    const seen = container(alice);
    expect(seen.Config.Labels).toMatchObject({ "fleet.stack": stack, "fleet.entry": alice });
    expect(seen.HostConfig).toMatchObject({ CapDrop: ["ALL"], PidsLimit: 256 });
    expect(seen.Config.Env).toContain("BUILD_SERVICE_URL=http://127.0.0.1:9090");
    expect(seen.Config.Env).toContain(`GATHER_PRIVATE_KEY=${keys.private}`);
    expect(server.docker("exec", `claw-${alice}`, "cat", "/app/data/messages.db")).toContain("remember");
    expect(entries()[alice]).not.toHaveProperty("adopted");
    expect(await fleet("up", stack, "--yes", "--skip-preview")).toContain("No changes.");
  });

  it("one that is removed and comes back finds its volumes, which carry no labels", async () => {
    await fleet("agent", "remove", stack, bob);
    await fleet("up", stack, "--yes", "--skip-preview");
    expect(inspect("volume", `old-data-${bob}`).Name).toBe(`old-data-${bob}`);
    succeeded(await project.run(["agent", "add", stack, bob, "image=claw", "host=www.example.org"]));
    await fleet("up", stack, "--yes", "--skip-preview");
    const mounts = container(bob).Mounts.map((mount: { Name: string }) => mount.Name);
    expect(mounts).toContain(`old-data-${bob}`);
  });

  it("what was kept of one is deleted when it is asked for, and forgotten", async () => {
    await fleet("agent", "remove", stack, bob);
    await fleet("up", stack, "--yes", "--skip-preview");
    const said = await fleet("purge", stack, "--entry", bob, "--yes");
    expect(said).toContain(`Deleted old-data-${bob}`);
    expect(server.docker("volume", "ls", "-q")).not.toContain(bob);
    expect(project.readStack(stack)).not.toContain(bob);
  });

  it("has shown no secret anywhere", () => {
    const { public: _, ...secrets } = keys;
    const leaks = new Leaks(secrets);
    for (const { stdout, stderr } of project.results) expect(leaks.in(stdout + stderr)).toEqual([]);
    expect(leaks.inFile(project.stateFile(stack))).toEqual([]);
    expect(leaks.inFile(project.stackFile(stack))).toEqual([]);
  });
}
