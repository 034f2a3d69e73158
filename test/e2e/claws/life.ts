import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import { Leaks } from "../fleet/leaks.js";
import { ProjectCopy, succeeded } from "../support/project.js";
import { ClawImage, type ClawServer } from "./claw-server.js";
import { asInTheSeed, asItRuns } from "./seed.js";

const DOMAIN = "gather.is";
const CHAT = "4242";
/** So that a broken image is found out in seconds. */
const QUICK = "health={ interval: 2s, timeout: 5s, retries: 3, startPeriod: 4s }";

/**
 * The life of a server's claws, from the first to the last: what the claws' own scripts did. Each test goes on from what the one
 * before it left. Names are this run's own: claws are named by their users alone, whatever the stack.
 */
export function lifeOfClaws(start: () => Promise<ClawServer>): void {
  const run = randomBytes(3).toString("hex");
  const stack = `e2e-claws-${run}`;
  const [alice, bob, carol] = ["alice", "bob", "carol"].map((name) => `${name}-${run}`) as [string, string, string];
  const network = `gather-infra-${run}_gather_net`;
  const keys = Object.fromEntries(
    [alice, bob, carol].map((name) => [name, { bot: `${name}:${secret()}`, model: `zai-${secret()}` }]),
  );
  let server: ClawServer;
  let project: ProjectCopy;
  let image: ClawImage;
  let isUp = false;

  const file = () => parse(project.readStack(stack));
  const claws = () =>
    file().config["fleet:agents"] as Record<string, { held?: string; identity: { publicKey: string } }>;
  const inspect = (kind: string, name: string) => JSON.parse(server.docker(kind, "inspect", name))[0];
  const container = (name: string) => inspect("container", `claw-${name}`);
  const fleet = async (...args: string[]) => succeeded(await project.run(args, { env: server.env })).stdout;
  const up = () => fleet("up", stack, "--yes", "--skip-preview");
  const planned = async () => JSON.parse(await fleet("preview", stack, "--json")).changeSummary;
  const add = async (name: string, ...settings: string[]) => {
    const { bot, model } = keys[name]!;
    const args = ["agent", "add", stack, name, ...settings, "--secrets", "-"];
    return succeeded(await project.run(args, { input: `telegram.bot=${bot}\nmodel.apiKey=${model}\n` })).stdout;
  };
  /** Asks a claw from inside its container: nothing of it is published. */
  const ask = (name: string, path: string, told?: string) => {
    const body = told === undefined ? "" : `, { method: "POST", body: ${JSON.stringify(told)} }`;
    const script = `fetch("http://127.0.0.1:8080${path}"${body}).then((r) => r.text()).then(console.log)`;
    return server.docker("exec", `claw-${name}`, "node", "-e", script);
  };
  const versionOf = (name: string) => JSON.parse(ask(name, "/api/version")).version;
  const memoryOf = (name: string) => JSON.parse(ask(name, "/api/memory")) as string[];
  const volumesOf = (name: string) =>
    server.docker("volume", "ls", "-q", "--filter", `name=-${name}`).split("\n").filter(Boolean).sort();

  beforeAll(async () => {
    server = await start();
    project = new ProjectCopy();
    image = new ClawImage(project, server, "gather-claw", `gather-claw-${run}:latest`);
    // Somebody else's: the fleet uses it, and neither makes nor removes it.
    server.docker("network", "create", "--label", "com.docker.compose.project=gather-infra", network);
    project.declare(stack, {
      machines: { server: server.machine },
      images: {
        node: { build: { debian: { suite: "bookworm" }, node: "24.16.0" } },
        claw: { build: { context: image.context, base: "node" }, tag: image.tag, machine: "server" },
      },
      edge: {
        front: { machine: "server", proxy: "traefik", domain: DOMAIN, network, external: true, certResolver: "cf" },
      },
      agents: {},
    });
  });
  afterAll(async () => {
    const left = server?.docker("ps", "-aq", "--filter", `name=-${run}$`).split("\n").filter(Boolean) ?? [];
    if (left.length > 0) server.docker("rm", "-f", ...left);
    for (const name of [alice, bob, carol]) {
      const volumes = server ? volumesOf(name) : [];
      if (volumes.length > 0) server.docker("volume", "rm", "-f", ...volumes);
    }
    server?.docker("network", "rm", network);
    await project?.close();
    await server?.close();
  });
  beforeEach(({ skip, task }) => {
    if (!isUp && !task.name.startsWith("provision")) skip("no claw came up");
  });

  it("provision: claws run as the scripts ran them, line by line", async () => {
    image.release("0.655");
    for (const name of [alice, bob]) {
      await add(name, `telegram.chatId="${CHAT}"`, `identity.agentId=agent-of-${name}`, QUICK);
    }
    await up();
    isUp = true;
    for (const name of [alice, bob]) {
      const seen = container(name);
      const environment = Object.fromEntries<string>(seen.Config.Env.map((line: string) => line.split(/=(.*)/s)));
      expect(asItRuns(seen, inspect("image", seen.Image))).toEqual(
        asInTheSeed({
          username: name,
          domain: DOMAIN,
          network,
          zaiKey: keys[name]!.model,
          telegramToken: keys[name]!.bot,
          telegramChatId: CHAT,
          privateKey: environment.GATHER_PRIVATE_KEY!,
          publicKey: claws()[name]!.identity.publicKey,
          agentId: `agent-of-${name}`,
        }),
      );
      expect(seen.HostConfig).toMatchObject({
        Memory: 512 * 1024 * 1024,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges:true"],
      });
      expect(seen.State.Health.Status).toBe("healthy");
    }
    const [one, other] = [alice, bob].map((name) =>
      container(name).Config.Env.find((line: string) => line.startsWith("GATHER_PRIVATE_KEY=")),
    );
    expect(one).not.toBe(other);
  });

  it("a claw answers, keeps what it is told in its volumes, and says the names of its variables only", async () => {
    ask(alice, "/api/memory", "remember me");
    expect(memoryOf(alice)).toContain("remember me");
    const said = server.docker("logs", `claw-${alice}`);
    expect(said).toContain("GATHER_PRIVATE_KEY");
    expect(said).not.toContain(keys[alice]!.bot);
    expect(volumesOf(alice)).toEqual(["data", "public", "soul"].map((volume) => `claw-${volume}-${alice}`));
  });

  it("a second up changes nothing", async () => {
    expect(await up()).toContain("No changes.");
  });

  it("patch: takes the image that the tag is now, for one claw", async () => {
    const before = container(bob).Id;
    image.moveByHand("first");
    const said = await fleet("patch", stack, alice, "--yes");
    expect(said).toMatch(new RegExp(`^${alice}: patched and ready`, "m"));
    expect(inspect("image", container(alice).Image).Config.Labels).toMatchObject({ "by-hand": "first" });
    expect(container(bob).Id).toBe(before);
    expect(memoryOf(alice)).toContain("remember me");
  });

  it("patch --all --build: one after the other, each ready before the next", async () => {
    image.release("0.656");
    const said = await fleet("patch", stack, "--all", "--build", "--yes");
    expect(said.match(/^\S+: patched and ready/gm)).toEqual([
      `${alice}: patched and ready`,
      `${bob}: patched and ready`,
    ]);
    expect([versionOf(alice), versionOf(bob)]).toEqual(["0.656", "0.656"]);
    const healthy = container(alice).State.Health.Log[0].End;
    expect(Date.parse(container(bob).State.StartedAt)).toBeGreaterThan(Date.parse(healthy));
    expect(memoryOf(alice)).toContain("remember me");
    expect(await planned()).not.toHaveProperty("replace");
  });

  it("patch --all with a broken image: stops at the first, and puts that one back", async () => {
    const before = { alice: container(alice).Image, bob: container(bob) };
    image.releaseBroken();
    const result = await project.run(["patch", stack, "--all", "--build", "--yes"], { env: server.env });
    expect(result.stdout).toMatch(new RegExp(`^${alice}: did not become ready; its former image was put back`, "m"));
    expect(result.stdout).toContain(`Not touched: ${bob}`);
    expect(result.code).toBe(1);
    expect(container(alice).Image).toBe(before.alice);
    expect(versionOf(alice)).toBe("0.656");
    expect(memoryOf(alice)).toContain("remember me");
    expect(container(bob).Id).toBe(before.bob.Id);
    expect(container(bob).State.StartedAt).toBe(before.bob.State.StartedAt);
    expect(claws()[alice]!.held).toBe(before.alice);
  });

  it("patch --all with the mended image: all go on, and nothing is held any more", async () => {
    image.release("0.657");
    await fleet("patch", stack, "--all", "--build", "--yes");
    expect([versionOf(alice), versionOf(bob)]).toEqual(["0.657", "0.657"]);
    expect(claws()[alice]!.held).toBeUndefined();
    expect(await up()).toContain("No changes.");
  });

  it("deprovision: the claw goes, its data and its keys stay; others are not touched", async () => {
    const before = container(alice).Id;
    ask(bob, "/api/memory", "I will be back");
    await fleet("agent", "remove", stack, bob);
    expect(await up()).toContain("Update done.");
    expect(server.docker("ps", "-a", "--format", "{{.Names}}").split("\n")).not.toContain(`claw-${bob}`);
    expect(volumesOf(bob)).toHaveLength(3);
    expect(container(alice).Id).toBe(before);
  });

  it("re-provision: the claw is who it was, and knows what it knew", async () => {
    const publicKey = file().config["fleet:retained"][bob].settings.identity.publicKey;
    succeeded(await project.run(["agent", "add", stack, bob]));
    await up();
    expect(memoryOf(bob)).toContain("I will be back");
    const { Env } = container(bob).Config;
    expect(Env).toContain(`GATHER_PUBLIC_KEY=${publicKey}`);
    expect(Env).toContain(`TELEGRAM_BOT=${keys[bob]!.bot}`);
    expect(Env).toContain(`GATHER_AGENT_ID=agent-of-${bob}`);
  });

  it("deprovision with data: nothing of the claw is left, on the server or in the file", async () => {
    await fleet("agent", "remove", stack, bob, "--delete-data", "--yes", "--reason", "bob has left the company");
    const { "fleet:acknowledged": acknowledged } = file().config;
    expect(Object.keys(acknowledged).filter((urn) => urn.includes(bob))).toHaveLength(3);
    expect(new Set(Object.values(acknowledged))).toEqual(new Set(["bob has left the company"]));
    await up();
    expect(volumesOf(bob)).toEqual([]);
    project.editStack(stack, (document) => document.deleteIn(["config", "fleet:acknowledged"]));
    expect(project.readStack(stack)).not.toContain(bob);
    expect(await up()).toContain("No changes.");
  });

  it("a claw with a key that is none is refused before anything is touched", async () => {
    const before = project.readStack(stack);
    await add(carol);
    await project.run(["secret", "set", stack, `${carol}-identity-key`], { input: "bm90IGEga2V5" });
    project.editStack(stack, (document) =>
      document.deleteIn(["config", "fleet:agents", carol, "identity", "publicKey"]),
    );
    const { code, stdout, stderr } = await project.run(["up", stack, "--yes"], { env: server.env });
    expect(stdout + stderr).toContain("its identity.privateKey is no private key as a PEM file in base64");
    expect(stdout + stderr).not.toMatch(/bm90|not a key/);
    expect(code).toBe(1);
    expect(volumesOf(carol)).toEqual([]);
    project.writeStack(stack, before);
  });

  it("destroy and purge: what is the fleet's is gone, and what is not is there", async () => {
    const kept = await fleet("destroy", stack, "--yes");
    expect(kept).toContain(`claw-data-${alice}`);
    expect(volumesOf(alice)).toHaveLength(3);
    await fleet("purge", stack, "--yes");
    expect(volumesOf(alice)).toEqual([]);
    expect(inspect("network", network).Name).toBe(network);
  });

  it("has shown no secret anywhere", () => {
    const leaks = new Leaks(
      Object.fromEntries(
        Object.entries(keys).flatMap(([name, { bot, model }]) => [
          [`bot of ${name}`, bot],
          [`model key of ${name}`, model],
        ]),
      ),
    );
    for (const { stdout, stderr, args } of project.results)
      expect(leaks.in(stdout + stderr + args.join(" "))).toEqual([]);
    expect(leaks.inFile(project.stateFile(stack))).toEqual([]);
    expect(leaks.inFile(project.stackFile(stack))).toEqual([]);
  });
}

const secret = () => randomBytes(12).toString("hex");
