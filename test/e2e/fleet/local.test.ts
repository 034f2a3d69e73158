import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { describeWithDocker, docker, inspect, objectsOf, removeStackObjects } from "../support/daemon.js";
import { ProcessList, type Seen } from "../support/process-list.js";
import { ProjectCopy, succeeded } from "../support/project.js";
import { filesIn, Leaks, readableByAll } from "./leaks.js";
import { allFacts, callTool, ENTRIES, ENV_KEY, GATEWAYS, localStack, MODEL_KEY } from "./local-stack.js";

const NOTHING = { containers: [], networks: [], volumes: [] };
const GIB = 1024 ** 3;
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Each test goes on from what the one before it left: together they are the life of one fleet. */
describeWithDocker("the local fleet", () => {
  const stack = `e2e-local-${randomBytes(2).toString("hex")}`;
  let project: ProjectCopy;
  let edgePort: number;
  let marker: string;
  let isUp = false;
  const canary = randomBytes(12).toString("hex");
  const processes: Seen[] = [];
  const tokens = new Map<string, string>();
  /** Images that the test has had built. */
  const images = new Set<string>();
  const volume = (agent: string) => `${stack}-${agent}-state`;

  const up = (...options: string[]) => project.fleet("up", stack, "--yes", "--skip-preview", ...options);
  const exec = (agent: string, ...command: string[]) => project.fleet("exec", stack, agent, "--", ...command);
  /** The number of steps of a plan, by what they do. */
  const planned = async () => {
    const text = await project.fleet("preview", stack, "--json");
    return JSON.parse(text).changeSummary as Record<string, number>;
  };
  const token = async (agent: string): Promise<string> => {
    const shown = await project.fleet("outputs", stack, "tokens", "--show-secrets", "--json");
    for (const [name, value] of Object.entries<string>(JSON.parse(shown)))
      tokens.set(`token of ${name}, ${sha256(value).slice(0, 6)}`, value);
    return JSON.parse(shown)[agent];
  };
  const call = (agent: string, bearer: string) => callTool(edgePort, `${agent}.localhost`, bearer);

  beforeAll(async () => {
    project = new ProjectCopy();
    marker = join(project.root, "began");
    writeFileSync(marker, "");
    ({ edgePort } = await localStack(project, stack));
  });
  afterAll(async () => {
    await project?.close();
    removeStackObjects(stack);
    if (images.size > 0) docker("rmi", "-f", ...images);
  });
  beforeEach(({ skip, task }) => {
    if (!isUp && !task.name.startsWith("comes up")) skip("the fleet did not come up");
  });

  it("comes up: three ready gateways and the model server", async () => {
    for (const [name, value] of [
      ["modelKey", MODEL_KEY],
      ["envKey", ENV_KEY],
    ] as const) {
      succeeded(await project.run(["secret", "set", stack, name], { input: value }));
    }
    await project.fleet("preview", stack, "--diff");
    const list = await ProcessList.watch(join(project.root, "processes"));
    try {
      // What the watch must see, to be believed when it sees nothing.
      const shown = spawn("sleep", ["1"], { env: { SHOWN: canary }, argv0: `sleep-${canary}` });
      await Promise.all([project.fleet("up", stack, "--yes"), once(shown, "exit")]);
    } finally {
      processes.push(...(await list.stop()));
    }
    isUp = true;
    const { ready, entries } = JSON.parse(await project.fleet("status", stack, "--json"));
    expect(ready).toBe(true);
    const states = entries.map(({ name, state }: Record<string, string>) => `${name}: ${state}`);
    expect(states).toEqual(ENTRIES.map((name) => `${name}: ready`));
    expect(statSync(project.passphraseFile).mode & 0o777).toBe(0o600);
  });

  it("is hardened", () => {
    for (const entry of ENTRIES) {
      const { HostConfig: host, Config, NetworkSettings } = inspect("container", `${stack}-${entry}`);
      expect(host, entry).toMatchObject({ CapDrop: ["ALL"], ReadonlyRootfs: true, Privileged: false });
      expect(host.CapAdd ?? [], entry).toEqual([]);
      expect(host.SecurityOpt, entry).toContain("no-new-privileges:true");
      expect(host.Memory, entry).toBeGreaterThan(0);
      expect(host.PidsLimit, entry).toBeGreaterThan(0);
      expect(Config.User, entry).toMatch(/^1000/);
      const bindings = Object.values<{ HostIp: string }[] | null>(NetworkSettings.Ports ?? {});
      for (const { HostIp } of bindings.flatMap((list) => list ?? [])) expect(HostIp, entry).toBe("127.0.0.1");
    }
  });

  it("refuses a wrong token and takes the right one, through the proxy, by host name", async () => {
    for (const agent of GATEWAYS) {
      expect((await call(agent, "wrong")).status, agent).toBe(401);
      expect(await call(agent, await token(agent)), agent).toMatchObject({ status: 200, body: { ok: true } });
    }
    // One agent's token is no other's.
    expect((await call("ada", await token("brook"))).status).toBe(401);
    expect((await call("nobody", await token("ada"))).status).toBe(404);
  });

  it("completes a turn of an agent, with the secret key", async () => {
    const turn = JSON.parse(await exec("ada", "openclaw", "agent", "--agent", "main", "--message", "ping", "--json"));
    expect(turn).toMatchObject({ status: "ok", result: { payloads: [{ text: "PONG" }] } });
    const lastKey = `fetch("http://127.0.0.1:8080/last-key").then((r) => r.text()).then(console.log)`;
    expect((await exec("standin", "node", "-e", lastKey)).trim()).toBe(sha256(MODEL_KEY));
    const env = `console.log(require("crypto").createHash("sha256").update(process.env.STANDIN_KEY).digest("hex"))`;
    expect((await exec("standin", "node", "-e", env)).trim()).toBe(sha256(ENV_KEY));
  });

  it("shows logs, and ends with the exit code of a command", async () => {
    expect(await project.fleet("logs", stack, "ada", "--tail", "500")).toContain("[gateway]");
    const ended = await project.run(["exec", stack, "brook", "--", "sh", "-c", "echo out; echo err >&2; exit 42"]);
    expect(ended).toMatchObject({ code: 42, stdout: "out\n" });
    expect(ended.stderr).toContain("err\n");
    expect((await project.run(["exec", stack, "front", "--", "true"])).code).toBe(0);
  });

  it("has nothing to do on a second up, and restarts nothing", async () => {
    const before = allFacts(stack);
    const events = (await up("--json")).trim().split("\n");
    const { summary } = JSON.parse(events.at(-1)!);
    expect(summary).toMatchObject({ outcome: "succeeded", changes: { same: expect.any(Number) } });
    expect(Object.keys(summary.changes)).toEqual(["same"]);
    expect(allFacts(stack)).toEqual(before);
    expect((await project.run(["preview", stack, "--expect-no-changes", "--refresh"])).code).toBe(0);
  });

  it("changes one agent's memory limit in place, that container alone", async () => {
    const before = allFacts(stack);
    await project.fleet("agent", "set", stack, "ada", "resources.memory=3GiB");
    expect(await planned()).toMatchObject({ update: 1 });
    expect(await up()).toMatch(/1 updated/);
    expect(allFacts(stack)).toEqual({ ...before, ada: { ...before.ada, memory: 3 * GIB } });
    const limit = "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || true";
    expect((await exec("ada", "sh", "-c", limit)).trim()).toBe(String(3 * GIB));
  });

  it("delivers changed files without replacing or restarting the container", async () => {
    const before = allFacts(stack);
    const soul = `You are Ada ${randomBytes(4).toString("hex")}.`;
    const settings = [`workspace.files["SOUL.md"]=${soul}`, "settings.agents.defaults.timeoutSeconds=123"];
    await project.fleet("agent", "set", stack, "ada", ...settings);
    await project.fleet("preview", stack, "--diff");
    await up();
    expect(allFacts(stack)).toEqual(before);
    expect(await exec("ada", "cat", "/home/node/.openclaw/workspace/SOUL.md")).toBe(soul);
    expect(JSON.parse(await exec("ada", "openclaw", "config", "get", "agents.defaults.timeoutSeconds"))).toBe(123);
    expect(await project.fleet("logs", stack, "ada", "--since", "5m")).toMatch(/reload applied.*timeoutSeconds/);
  });

  it("refuses settings that OpenClaw would not read, and leaves the agent as it was", async () => {
    const before = allFacts(stack);
    const good = project.readStack(stack);
    await project.fleet("agent", "set", stack, "ada", "settings.session.idleHours=1");
    const refused = await project.run(["up", stack, "--yes", "--skip-preview"]);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain("idleHours");
    expect(allFacts(stack)).toEqual(before);
    expect((await call("ada", await token("ada"))).status).toBe(200);
    project.writeStack(stack, good);
    await up();
    expect(allFacts(stack)).toEqual(before);
  });

  it("rotates a token: the old one is refused, the new one taken, nothing replaced", async () => {
    const before = allFacts(stack);
    const old = await token("ada");
    await project.fleet("agent", "set", stack, "ada", "token.rotation=2");
    await project.fleet("preview", stack, "--diff");
    await up("--diff");
    const fresh = await token("ada");
    expect(fresh).not.toBe(old);
    expect((await call("ada", old)).status).toBe(401);
    expect((await call("ada", fresh)).status).toBe(200);
    expect(allFacts(stack)).toEqual(before);
  });

  it("replaces the container for a new image, and keeps its data", async () => {
    const before = allFacts(stack);
    await exec("ada", "sh", "-c", "echo kept > /home/node/.openclaw/workspace/diary.txt");
    const [tag] = inspect("image", before.ada!.image).RepoTags;
    mkdirSync(join(project.folder, "images/mine"), { recursive: true });
    writeFileSync(join(project.folder, "images/mine/Dockerfile"), `FROM ${tag}\nLABEL test=${stack}\n`);
    project.editStack(stack, (document) => {
      document.setIn(["config", "fleet:images", "mine"], document.createNode({ build: { context: "./images/mine" } }));
    });
    await project.fleet("agent", "set", stack, "ada", "image=mine");
    expect(await planned()).toMatchObject({ replace: 1 });
    await up();
    const after = allFacts(stack);
    images.add(after.ada!.image);
    expect(after.ada!.id).not.toBe(before.ada!.id);
    expect(after.ada!.image).not.toBe(before.ada!.image);
    expect(after).toEqual({ ...before, ada: after.ada });
    expect(inspect("image", after.ada!.image).Config.Labels).toMatchObject({ test: stack });
    expect(await exec("ada", "cat", "/home/node/.openclaw/workspace/diary.txt")).toBe("kept\n");
    expect((await call("ada", await token("ada"))).status).toBe(200);
  });

  it("keeps a removed agent's data, and finds it again when the agent comes back", async () => {
    const others = ENTRIES.filter((entry) => entry !== "brook");
    const before = allFacts(stack, others);
    await exec("brook", "sh", "-c", "echo remembered > /home/node/.openclaw/workspace/diary.txt");

    const removed = await project.fleet("agent", "remove", stack, "brook");
    expect(removed).toContain(`keeps its data: ${volume("brook")}`);
    expect(removed).toContain(`./fleet purge ${stack} --entry brook`);
    expect(await up()).toContain(volume("brook"));
    expect(objectsOf(stack).containers).not.toContain(`${stack}-brook`);
    expect(objectsOf(stack).networks).not.toContain(`${stack}-brook`);
    expect(objectsOf(stack).volumes).toContain(volume("brook"));
    expect((await call("brook", "any")).status).toBe(404);

    await project.fleet("agent", "add", stack, "brook", "--like", "cleo");
    await up();
    expect(await exec("brook", "cat", "/home/node/.openclaw/workspace/diary.txt")).toBe("remembered\n");
    expect((await call("brook", await token("brook"))).status).toBe(200);
    expect(allFacts(stack, others)).toEqual(before);
  });

  it("keeps secrets out of what others can read of the running fleet", async () => {
    const leaks = new Leaks({ modelKey: MODEL_KEY, ...Object.fromEntries(tokens) });
    for (const entry of ENTRIES) {
      const name = `${stack}-${entry}`;
      expect(leaks.in(docker("logs", name)), `the log of ${name}`).toEqual([]);
      // The environment of a container is what its image and its `env` say; everything else is in files.
      expect(leaks.in(docker("inspect", name)), name).toEqual([]);
    }
    for (const agent of GATEWAYS) {
      expect((await exec(agent, "stat", "-c", "%a", "/config/openclaw.json")).trim()).toBe("600");
      expect((await exec(agent, "stat", "-c", "%a", "/home/node/.openclaw")).trim()).toBe("700");
    }
  });

  it("leaves no container and no network when destroyed, and says what it kept", async () => {
    const plan = await project.run(["destroy", stack, "--yes"]);
    const said = succeeded(plan).stdout;
    for (const agent of GATEWAYS) expect(said).toContain(volume(agent));
    expect(said).toContain(`./fleet purge ${stack}`);
    expect(objectsOf(stack)).toEqual({ ...NOTHING, volumes: GATEWAYS.map(volume) });

    const purged = await project.fleet("purge", stack, "--yes");
    for (const agent of GATEWAYS) expect(purged).toContain(`Deleted ${volume(agent)}`);
    expect(objectsOf(stack)).toEqual(NOTHING);
  });

  it("has shown no secret anywhere", () => {
    // Where one is asked for, it is shown.
    const shown = project.results.filter(({ args }) => !args.includes("--show-secrets"));
    const passphrase = project.passphrase;
    expect(tokens.size).toBeGreaterThan(GATEWAYS.length);
    const all = { modelKey: MODEL_KEY, envKey: ENV_KEY, passphrase: passphrase!, ...Object.fromEntries(tokens) };
    const leaks = new Leaks(all);

    for (const { args, stdout, stderr } of shown)
      expect(leaks.in(stdout + stderr), `./fleet ${args.join(" ")}`).toEqual([]);
    const states = filesIn(project.backend);
    expect(states.filter((file) => file.includes("/history/")).length).toBeGreaterThan(0);
    const files = filesIn(project.root).filter(
      (file) => file !== project.passphraseFile && !file.endsWith("/processes"),
    );
    expect(files).toEqual(expect.arrayContaining(states));
    expect(files.flatMap((file) => leaks.inFile(file))).toEqual([]);

    for (const where of ["cmdline", "environ"]) {
      expect(
        processes.some((seen) => seen.where === where && seen.text.includes(canary)),
        where,
      ).toBe(true);
    }
    const visible = new Leaks({ modelKey: MODEL_KEY, passphrase: passphrase!, ...Object.fromEntries(tokens) });
    const inLists = ({ where, inContainer, text }: Seen) =>
      // A container's own environment has what its agent's `env` says.
      (where === "environ" && inContainer ? visible : leaks)
        .in(text)
        .map((leak) => `${where} ${text.split("\0")[0]}: ${leak}`);
    expect(processes.flatMap(inLists)).toEqual([]);

    const built = docker("images", "--format", "{{.ID}}", "--filter", "reference=fleet.local/*").split("\n");
    for (const image of new Set([...built, ...images])) {
      expect(leaks.in(docker("history", "--no-trunc", image)), image).toEqual([]);
      expect(leaks.in(docker("inspect", image)), image).toEqual([]);
    }
    const open = readableByAll([...new Set([tmpdir(), "/tmp", homedir(), project.root])], marker);
    expect(open).toContain(project.stackFile(stack));
    expect(open.flatMap((file) => leaks.inFile(file))).toEqual([]);
  });
});
