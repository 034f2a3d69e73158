import { describe, expect, it } from "vitest";
import { readStackText, runtimes } from "../../spec/index.js";
import { messages } from "./base.js";

/** A droplet with two PAs, behind the machine's proxy. */
const FILE = `config:
  fleet:machines:
    alpha: { on: existing, docker: "ssh://fleet@10.0.0.5:22", hostKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1 }
  fleet:images:
    openclaw: { from: "ghcr.io/openclaw/openclaw:2026.2.22" }
    caddy: { build: { debian: { packages: [caddy] } } }
    pa: { build: { context: ./images/pa, base: openclaw } }
  fleet:agents:
    ada: { machine: alpha, runtime: pa, image: pa, port: 18789, keys: { anthropic: { secret: claude } }, telegram: { bot: { secret: bot } } }
    bob: { machine: alpha, runtime: pa, image: pa, port: 18909, keys: { anthropic: { secret: claude } } }
  fleet:edge:
    front: { machine: alpha, image: caddy, domain: team.example.com, port: 443, tls: acme, email: ops@example.com }
  fleet:backups:
    nightly: { machine: alpha, repository: /srv/backups, password: { secret: backup } }
  fleet:secrets:
    claude: { secure: v1:abc:def }
    bot: { secure: v1:abc:def }
    backup: { secure: v1:abc:def }
`;

const edited = (from: string, to: string): string => {
  if (!FILE.includes(from)) throw new Error(`the file has no ${from}`);
  return FILE.replace(from, to);
};
const faults = (from: string, to: string) => messages(edited(from, to));
const ada = (text = FILE) => {
  const { spec, faults } = readStackText("alpha", text, "fleet");
  if (spec?.agents.ada?.runtime !== "pa") throw new Error(JSON.stringify(faults));
  return spec.agents.ada;
};

describe("a PA", () => {
  it("has nothing wrong with it, and the names, folder and host of the PAs' own scripts", () => {
    expect(messages(FILE)).toEqual([]);
    expect(ada()).toMatchObject({
      container: "pa-ada",
      folder: "/opt/mypa/agents/pa-ada",
      host: "ada.team.example.com",
      ownNetwork: false,
      internalPort: 18789,
      model: { primary: "anthropic/claude-opus-4-6", fallbacks: [] },
      command: ["node", "openclaw.mjs", "gateway"],
      volumes: {},
      reaches: [],
    });
  });

  it("has the version of the image that its own begins from", () => {
    expect(ada().version).toBe("2026.2.22");
    expect(ada(edited("base: openclaw", 'base: "ghcr.io/openclaw/openclaw:2026.9.6"')).version).toBe("2026.9.6");
  });

  it("keeps its folder elsewhere where the file says so", () => {
    expect(ada(edited("port: 18789", "port: 18789, root: /srv/agents/")).folder).toBe("/srv/agents/pa-ada");
  });

  it.each([
    [
      "a machine that is only a daemon",
      'on: existing, docker: "ssh://fleet@10.0.0.5:22", hostKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1',
      "on: docker",
      "fleet:agents.ada.machine: alpha is only a Docker daemon, and a PA's folder is put on a host by ssh: name a machine of another kind, or one with on: existing and docker: ssh://…",
    ],
    [
      "no Claude key",
      "port: 18789, keys: { anthropic: { secret: claude } }",
      "port: 18789",
      "fleet:agents.ada.model.primary: OpenClaw's own provider anthropic takes its key from keys.anthropic: write it as { secret: … }",
    ],
    [
      "a key that is no secret",
      "port: 18789, keys: { anthropic: { secret: claude } }",
      "port: 18789, keys: { anthropic: sk-ant }",
      "fleet:agents.ada.keys.anthropic: must be",
    ],
    [
      "a port so high that others would be beyond the last",
      "port: 18909",
      "port: 65500",
      "fleet:agents.bob.port: is too high: OpenClaw takes ports up to 65610 with it, so write 65425 at the most",
    ],
    [
      "SOUL.md among the files that the PA may change",
      "port: 18789",
      "port: 18789, workspace: { files: { SOUL.md: mine } }",
      "fleet:agents.ada.workspace.files.SOUL.md: is the agent's soul: write it there",
    ],
    [
      "a user by name",
      "port: 18789",
      "port: 18789, hardening: { user: node }",
      'fleet:agents.ada.hardening.user: must be numbers, such as "1000:1000": the folder on the machine is given to them',
    ],
    [
      "a gateway that would listen for everybody",
      "port: 18789",
      "port: 18789, settings: { gateway: { bind: lan } }",
      "fleet:agents.ada.settings.gateway.bind: is always loopback here",
    ],
    [
      "a workspace where nothing guards SOUL.md",
      "port: 18789",
      "port: 18789, settings: { agents: { defaults: { workspace: /tmp } } }",
      "fleet:agents.ada.settings.agents.defaults.workspace: is fixed: SOUL.md is guarded there",
    ],
    [
      "volumes of Docker's",
      "port: 18789",
      "port: 18789, volumes: { state: {} }",
      "fleet:agents.ada.volumes: is a key of runtime: ",
    ],
    [
      "an MCP server that there is not",
      "port: 18789",
      "port: 18789, mcp: { tez: tez-mcp }",
      'fleet:agents.ada.mcp.tez: services has no entry "tez-mcp" (fleet:services has no entries)',
    ],
    [
      "an MCP server without an address",
      "port: 18789",
      "port: 18789, mcp: { tez: { url: tez } }",
      "fleet:agents.ada.mcp.tez",
    ],
    [
      "too little memory",
      "port: 18789",
      "port: 18789, resources: { memory: 256MiB }",
      "fleet:agents.ada.resources.memory: 256MiB is too little",
    ],
  ])("cannot have %s", (_about, from, to, message) => {
    const found = faults(from, to);
    expect(found.join("\n")).toContain(message);
  });

  it("may have a service that speaks MCP only", () => {
    const services = `
  fleet:services:
    builder: { kind: build-service, machine: alpha, image: "builder:1" }
  fleet:edge:`;
    const text = edited("port: 18789", "port: 18789, mcp: { tez: builder }").replace("\n  fleet:edge:", services);
    expect(messages(text)).toEqual([
      expect.stringContaining(
        "fleet:agents.ada.mcp.tez: builder is a build-service, which is no MCP server: name a service of the kind tez-mcp, or write a url",
      ),
    ]);
  });

  it("has a bot that no other agent has", () => {
    expect(faults("port: 18909", "port: 18909, telegram: { bot: { secret: bot } }")).toEqual([
      expect.stringContaining("fleet:agents.bob.telegram.bot: is the bot of agents.ada too"),
    ]);
  });
});

describe("the ports that a PA takes", () => {
  it("are those that OpenClaw derives from its own", () => {
    const old = runtimes.pa.ports(18789, "2026.2.22");
    expect([old[0], old.length, Math.max(...old)]).toEqual([18789, 103, 18899]);
    expect(old.slice(0, 4)).toEqual([18789, 18791, 18792, 18800]);
    const current = runtimes.pa.ports(18789, "2026.9.6");
    expect([current[0], current.length, Math.max(...current)]).toEqual([18789, 120, 18908]);
    expect(runtimes.pa.ports(18789, undefined)).toEqual(current);
  });

  it("may not be another PA's, and the next that are free are told", () => {
    expect(faults("port: 18909", "port: 18790")).toEqual([
      expect.stringContaining(
        "fleet:agents.bob.port: port 18792 of machine alpha, which comes with 18790, is already that of agents.ada.port, with its 18789 (18900 is free in this file)",
      ),
    ]);
    expect(faults("port: 18909", "port: 18800")).toEqual([
      expect.stringContaining(
        "fleet:agents.bob.port: port 18800 of machine alpha is already that of agents.ada.port, with its 18789 (18900 is free in this file)",
      ),
    ]);
    expect(faults("port: 18909", "port: 18900")).toEqual([]);
  });

  it("may not be a proxy's or a service's, whichever stands first in the file", () => {
    expect(faults("port: 443,", "port: 18850,")).toEqual([
      expect.stringContaining(
        "fleet:agents.ada.port: port 18850 of machine alpha, which comes with 18789, is already that of edge.front.port (19020 is free in this file)",
      ),
    ]);
  });

  it("may be another machine's", () => {
    const other =
      'beta: { on: existing, docker: "ssh://fleet@10.0.0.6:22", hostKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1 }';
    const text = edited("bob: { machine: alpha", "bob: { machine: beta")
      .replace("port: 18909", "port: 18789")
      .replace(
        "  fleet:secrets:",
        `    other: { machine: beta, repository: /srv/backups, password: { secret: backup } }\n  fleet:secrets:`,
      )
      .replace("  fleet:images:", `    ${other}\n  fleet:images:`);
    expect(messages(text)).toEqual([]);
  });
});
