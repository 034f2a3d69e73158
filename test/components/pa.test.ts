import { spawnSync } from "node:child_process";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { HostBundle } from "../../templates/hosts/bundle.js";
import { deploy, unwrap } from "./deploy.js";

/**
 * The PAs' container standard, as their own scripts have always started them:
 *
 *   docker run -d --name pa-<name> --hostname <name> --network host \
 *     --restart unless-stopped \
 *     -e OPENCLAW_PREFER_PNPM=1 -e NODE_ENV=production \
 *     -v /opt/mypa/agents/pa-<name>/data:/home/node/.openclaw \
 *     ghcr.io/openclaw/openclaw:2026.2.22 node openclaw.mjs gateway
 */
const STANDARD = {
  name: "pa-ada",
  hostname: "ada",
  networkMode: "host",
  restart: "unless-stopped",
  envs: ["OPENCLAW_PREFER_PNPM=1", "NODE_ENV=production"],
  volume: { hostPath: "/opt/mypa/agents/pa-ada/data", containerPath: "/home/node/.openclaw", readOnly: false },
  image: "ghcr.io/openclaw/openclaw:2026.2.22",
  command: ["node", "openclaw.mjs", "gateway"],
};

const machines = {
  alpha: {
    on: "existing",
    docker: "ssh://fleet@10.0.0.5:22",
    hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1",
  },
};
const edge = { front: { machine: "alpha", image: "caddy:2", domain: "team.example.com", port: 443, tls: "internal" } };
const SECRETS = { claude: "sk-ant-1", brave: "bsa-1", openai: "sk-o'1", bot: "1:bot", crm: "crm-key" };

async function pa(more: object = {}) {
  const agent = {
    machine: "alpha",
    runtime: "pa",
    image: STANDARD.image,
    port: 18789,
    keys: { anthropic: { secret: "claude" }, brave: { secret: "brave" }, openai: { secret: "openai" } },
    ...more,
  };
  const names = Object.fromEntries(Object.keys(SECRETS).map((name) => [name, "set"]));
  const deployed = await deploy(
    { machines, edge, agents: { ada: agent }, secrets: names },
    { secrets: pulumi.secret(SECRETS) },
    "alpha",
  );
  const { inputs } = deployed.find("Container", "alpha-ada-container");
  const delivery = deployed.find("Command", "alpha-ada-files-delivery").inputs;
  const stdin = unwrap(delivery.stdin);
  const bundle = JSON.parse(stdin.value as string) as HostBundle;
  const file = (path: string) => bundle.files[`/opt/mypa/agents/pa-ada/${path}`];
  return { deployed, inputs, delivery, secret: stdin.secret, bundle, file };
}

/** openclaw.json of a PA. */
const configOf = async (more?: object) => JSON.parse((await pa(more)).file("data/openclaw.json")!.text!);

describe("a PA's container", () => {
  it("is that of the standard, line by line", async () => {
    const { inputs, deployed } = await pa();
    expect(inputs.name).toBe(STANDARD.name);
    expect(inputs.hostname).toBe(STANDARD.hostname);
    expect(inputs.networkMode).toBe(STANDARD.networkMode);
    expect(inputs.restart).toBe(STANDARD.restart);
    // One more: a gateway that takes a new token is not to end its container for it.
    expect([...inputs.envs].sort()).toEqual([...STANDARD.envs, "OPENCLAW_NO_RESPAWN=1"].sort());
    expect(inputs.volumes[0]).toEqual(STANDARD.volume);
    expect(inputs.command).toEqual(STANDARD.command);
    const [image] = deployed.names("RemoteImage").filter((name) => name.includes("openclaw"));
    expect(deployed.find("RemoteImage", image!).inputs.name).toBe(STANDARD.image);
  });

  it("mounts besides, each by itself, the workspace, SOUL.md read-only, and what mcporter reads", async () => {
    const folder = "/opt/mypa/agents/pa-ada";
    const home = "/home/node";
    const { inputs } = await pa();
    expect(inputs.volumes.slice(1)).toEqual([
      { hostPath: `${folder}/data/workspace`, containerPath: `${home}/.openclaw/workspace`, readOnly: false },
      { hostPath: `${folder}/SOUL.md`, containerPath: `${home}/.openclaw/workspace/SOUL.md`, readOnly: true },
      { hostPath: `${folder}/mcporter`, containerPath: `${home}/.mcporter`, readOnly: false },
      { hostPath: `${folder}/mcporter.json`, containerPath: `${home}/.mcporter/mcporter.json`, readOnly: true },
    ]);
  });

  it("publishes nothing, has no network or volume of Docker's, and is no more than its user", async () => {
    const { inputs, deployed } = await pa();
    expect(inputs.ports).toBeUndefined();
    expect(inputs.networksAdvanced).toBeUndefined();
    expect(deployed.names("Network")).toEqual([]);
    expect(deployed.names("Volume").filter((name) => name.includes("ada"))).toEqual([]);
    expect(inputs).toMatchObject({
      user: "1000:1000",
      capabilities: { adds: [], drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
    });
    expect(inputs.healthcheck.tests.join(" ")).toContain("http://127.0.0.1:18789/tools/invoke");
    expect((await pa({ version: "2026.9.6" })).inputs.healthcheck.tests.join(" ")).toContain(":18789/readyz");
  });

  it("has no secret in its environment, wherever the file puts one", async () => {
    const { inputs, file } = await pa({ env: { TZ: "America/New_York", CRM_KEY: { secret: "crm" } } });
    expect(unwrap(inputs.envs)).toEqual({
      secret: false,
      value: ["NODE_ENV=production", "OPENCLAW_NO_RESPAWN=1", "OPENCLAW_PREFER_PNPM=1", "TZ=America/New_York"],
    });
    expect(file("data/.env")!.text).toBe("OPENAI_API_KEY=`sk-o'1`\nCRM_KEY='crm-key'\n");
    expect(JSON.stringify(inputs)).not.toMatch(/sk-ant|bsa-1|sk-o|crm-key|token-of/);
  });

  it("tells where it answers", async () => {
    const { deployed } = await pa();
    const outputs = await new Promise((resolve) => {
      deployed.fleet.nodes.agents.ada!.outputs.apply(resolve);
    });
    expect(outputs).toMatchObject({
      container: "pa-ada",
      address: "http://127.0.0.1:18789",
      url: "https://ada.team.example.com",
      volumes: {},
    });
  });
});

describe("a PA's files on its host", () => {
  it("belong to whom they should, and travel as a secret", async () => {
    const { bundle, secret, delivery } = await pa({ workspace: { files: { "skills/tez/SKILL.md": "tez" } } });
    const mine = Object.entries(bundle.files).map(([path, { text, owner = "0:0", mode, policy = "own" }]) => [
      path.replace("/opt/mypa/agents/pa-ada", "."),
      `${text === undefined ? "folder" : "file"} ${owner} ${mode} ${policy}`,
    ]);
    expect(Object.fromEntries(mine)).toEqual({
      ".": "folder 0:0 0755 own",
      "./SOUL.md": "file 0:0 0644 own",
      "./image": "file 0:0 0644 own",
      "./data": "folder 1000:1000 0700 own",
      "./data/openclaw.json": "file 1000:1000 0600 merge",
      "./data/.env": "file 1000:1000 0600 own",
      "./data/workspace": "folder 1000:1000 0755 own",
      "./data/workspace/IDENTITY.md": "file 1000:1000 0644 offer",
      "./data/workspace/AGENTS.md": "file 1000:1000 0644 offer",
      "./data/workspace/skills": "folder 1000:1000 0755 offer",
      "./data/workspace/skills/tez": "folder 1000:1000 0755 offer",
      "./data/workspace/skills/tez/SKILL.md": "file 1000:1000 0644 offer",
      "./mcporter": "folder 1000:1000 0700 own",
      "./mcporter.json": "file 1000:1000 0600 own",
    });
    expect(secret).toBe(true);
    expect(delivery.environment.FLEET_HOST).toBe("ssh://fleet@10.0.0.5:22");
  });

  it("are made of the template, or of what the stack file says", async () => {
    const usual = await pa();
    expect(usual.file("SOUL.md")!.text).toMatch(/^# Soul of ada\n/);
    expect(usual.file("data/workspace/IDENTITY.md")!.text).toContain("- Name: ada\n");
    expect(usual.file("data/.env")!.text).not.toContain("sk-ant");
    const own = await pa({ soul: "# Rules\n", identity: "# Ada\n" });
    expect([own.file("SOUL.md")!.text, own.file("data/workspace/IDENTITY.md")!.text]).toEqual(["# Rules\n", "# Ada\n"]);
  });

  it("tell mcporter of its servers, and of no others", async () => {
    const tez = { url: "http://127.0.0.1:8100/mcp", headers: { authorization: { secret: "crm" } } };
    const { file } = await pa({ mcp: { tez } });
    expect(JSON.parse(file("mcporter.json")!.text!)).toEqual({
      mcpServers: { tez: { baseUrl: "http://127.0.0.1:8100/mcp", headers: { authorization: "crm-key" } } },
      imports: [],
    });
  });

  it("are checked by OpenClaw in the PA's own image, and taken up by what runs", async () => {
    const { bundle } = await pa();
    expect(bundle.checks).toHaveLength(1);
    expect(bundle.checks[0]).toContain(`"$1"/opt/mypa/agents/pa-ada/data/openclaw.json:/tmp/openclaw.json:ro`);
    expect(bundle.checks[0]).toMatch(/ node openclaw\.mjs config get gateway\.mode$/);
    const { bundle: current } = await pa({ version: "2026.9.6", command: ["openclaw", "gateway", "run"] });
    expect(current.checks[0]).toMatch(/ openclaw config validate --json$/);
    expect(bundle.afterwards).toHaveLength(1);
    // Only newer versions need their data made ready for them.
    expect(bundle.afterwards[0]).not.toContain("doctor");
    expect(current.afterwards[0]).toMatch(
      /docker run --rm --network host --user 1000:1000 -v \S+\/data:\S+ \S+ openclaw doctor --fix --non-interactive/,
    );
    for (const script of [...bundle.checks, ...bundle.afterwards, ...current.checks, ...current.afterwards]) {
      expect(spawnSync("sh", ["-n"], { input: script, encoding: "utf8" }).stderr).toBe("");
      expect(script).not.toMatch(/sk-ant|bsa-1|token-of/);
    }
  });
});

describe("a PA's openclaw.json", () => {
  it("listens on loopback, to its token and its own URL, behind the proxy of its machine", async () => {
    expect((await configOf()).gateway).toMatchObject({
      mode: "local",
      port: 18789,
      bind: "loopback",
      auth: { mode: "token", token: "token-of-alpha-ada-token" },
      trustedProxies: ["127.0.0.1"],
      controlUi: {
        allowedOrigins: ["http://127.0.0.1:18789", "http://localhost:18789", "https://ada.team.example.com"],
      },
    });
  });

  it("has every tool but the gateway, memory, search, speech and a browser, as 2026.2 has it", async () => {
    const config = await configOf();
    expect(config.tools).toEqual({
      profile: "full",
      deny: ["gateway"],
      exec: { host: "gateway", security: "full", ask: "off", applyPatch: { enabled: true } },
      web: { search: { enabled: true, provider: "brave", apiKey: "bsa-1" } },
      media: {
        audio: { enabled: true },
        models: [{ provider: "openai", model: "whisper-1", capabilities: ["audio"] }],
      },
    });
    expect(config.agents.defaults).toMatchObject({
      model: { primary: "anthropic/claude-opus-4-6", fallbacks: [] },
      workspace: "/home/node/.openclaw/workspace",
      sandbox: { mode: "off" },
      memorySearch: { enabled: true, provider: "local", sources: ["memory", "sessions"], fallback: "openai" },
    });
    expect(config.browser).toEqual({
      enabled: true,
      executablePath: "/usr/bin/chromium",
      headless: true,
      noSandbox: true,
    });
    expect(config.env).toEqual({ vars: { ANTHROPIC_API_KEY: "sk-ant-1" } });
    expect(config.channels).toEqual({});
  });

  it("says the same to 2026.9 in that one's words", async () => {
    const config = await configOf({ version: "2026.9.6" });
    expect(config.agents.defaults.memorySearch).toBeUndefined();
    expect(config.memory.search).toMatchObject({ provider: "openai", sources: ["memory", "sessions"] });
    expect(config.env.vars).toEqual({ ANTHROPIC_API_KEY: "sk-ant-1", BRAVE_API_KEY: "bsa-1" });
    expect(config.tools.web).toEqual({ search: { enabled: true } });
    expect(config.tools.exec).toEqual({ host: "gateway", mode: "full", applyPatch: { enabled: true } });
  });

  it("goes without what there is no key for", async () => {
    const config = await configOf({ keys: { anthropic: { secret: "claude" } }, browser: false });
    expect(config.tools.media).toEqual({ audio: { enabled: false } });
    expect(config.tools.web).toBeUndefined();
    expect(config.browser).toEqual({ enabled: false });
    expect(config.agents.defaults.memorySearch.fallback).toBe("none");
  });

  it("has the PA's own bot, which strangers need a pairing code for", async () => {
    const config = await configOf({ telegram: { bot: { secret: "bot" }, allowFrom: [42] } });
    expect(config.channels.telegram).toEqual({
      enabled: true,
      botToken: "1:bot",
      dmPolicy: "pairing",
      allowFrom: [42],
    });
  });

  it("lets the operator's settings win", async () => {
    const config = await configOf({ settings: { tools: { exec: { ask: "always" } }, agents: { defaults: { x: 1 } } } });
    expect(config.tools.exec).toMatchObject({ host: "gateway", ask: "always" });
    expect(config.agents.defaults).toMatchObject({ x: 1, skipBootstrap: true });
  });
});
