import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  Duration,
  type FleetSpec,
  isSecretRef,
  missingSecrets,
  parseFleet,
  readStackText,
  Size,
  secretUses,
} from "../../spec/index.js";
import { BASE, edited } from "./base.js";

const sectionsOf = (text: string): Record<string, unknown> => {
  const config = parse(text).config as Record<string, unknown>;
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace("fleet:", ""), value]));
};

function specOf(text: string): FleetSpec {
  const { spec, faults } = parseFleet("test", sectionsOf(text));
  expect(faults).toEqual([]);
  return spec!;
}

describe("parseFleet", () => {
  const spec = specOf(BASE);

  it("puts the defaults of an OpenClaw agent in place", () => {
    expect(spec.agents.ada).toEqual({
      name: "ada",
      machine: "here",
      runtime: "openclaw",
      image: { entry: "openclaw" },
      version: "2026.9.6",
      port: 18789,
      internalPort: 18789,
      host: "ada.localhost",
      edge: "front",
      container: "test-ada",
      ownNetwork: true,
      services: [],
      reaches: ["box"],
      model: {
        primary: "standin/small",
        fallbacks: [],
        providers: {
          standin: {
            baseUrl: "http://box:8080/anthropic",
            api: "anthropic-messages",
            apiKey: { secret: "modelKey" },
            models: [{ id: "small" }],
          },
        },
      },
      channels: {},
      settings: {},
      workspace: { files: {} },
      token: { rotation: 1 },
      env: {},
      volumes: {
        state: {
          name: "state",
          dockerName: "test-ada-state",
          path: "/home/node/.openclaw",
          deleteData: false,
          existing: false,
        },
      },
      resources: { memory: Size.of("2GiB"), cpus: 2, pids: 512 },
      hardening: {
        readOnlyRoot: true,
        init: true,
        user: "1000:1000",
        capAdd: [],
        tmpfs: ["/tmp", "/home/node/.cache"],
      },
      health: {
        interval: Duration.of("10s"),
        timeout: Duration.of("5s"),
        retries: 6,
        startPeriod: Duration.of("5m"),
      },
    });
  });

  it("puts the defaults of a container in place, and lets no edge serve it unasked", () => {
    const { box } = spec.agents;
    expect(box).toMatchObject({ port: 18800, internalPort: 8080, image: { entry: "mine" }, onConfigChange: "restart" });
    expect([box?.host, box?.edge]).toEqual([undefined, undefined]);
    expect(spec.agents.bob).toMatchObject({
      image: { reference: "ghcr.io/acme/agent:1.2" },
      env: { KEY: { secret: "modelKey" } },
    });
    expect(isSecretRef(spec.agents.bob?.env.KEY)).toBe(true);
  });

  it("tells the three kinds of image apart", () => {
    const { images } = specOf(
      edited("    mine:", '    pulled: { from: "ghcr.io/acme/agent:1.2", pin: true }\n    mine:'),
    );
    expect(images).toEqual({
      openclaw: {
        name: "openclaw",
        kind: "packages",
        debian: { suite: "bookworm", packages: ["git"] },
        node: "24.16.0",
        npm: { openclaw: "2026.9.6" },
      },
      caddy: { name: "caddy", kind: "packages", debian: { suite: "bookworm", packages: ["caddy"] }, npm: {} },
      mine: {
        name: "mine",
        kind: "dockerfile",
        context: "./images/mine",
        dockerfile: "Dockerfile",
        args: {},
        target: "run",
      },
      pulled: { name: "pulled", kind: "pulled", from: "ghcr.io/acme/agent:1.2", pin: true },
    });
  });

  it.each([
    ["domain: localhost, port: 8080", { port: 8080, bind: "127.0.0.1", tls: "off" }],
    ["domain: localhost, tls: internal", { port: 443, bind: "127.0.0.1", tls: "internal" }],
    ["domain: example.org", { port: 80, bind: "0.0.0.0", tls: "off" }],
    ["domain: example.org, tls: false", { port: 80, tls: "off" }],
    ["domain: Example.ORG, tls: acme, email: ops@example.org", { port: 443, httpPort: 80, domain: "example.org" }],
  ])("resolves an edge of %s", (keys, expected) => {
    expect(specOf(edited("domain: localhost, port: 8080", keys)).edge.front).toMatchObject({
      name: "front",
      ...expected,
    });
  });

  it("takes a host as given, in normal form, or none", () => {
    const hostOf = (line: string) => specOf(edited("port: 18789", `port: 18789\n      ${line}`)).agents.ada?.host;
    expect(hostOf("host: Ada.Example.org.")).toBe("ada.example.org");
    expect(hostOf("host: false")).toBeUndefined();
  });

  it("keeps the runtime's own volume when only its deletion is asked for", () => {
    const { volumes } = specOf(edited("port: 18789", "port: 18789\n      volumes: { state: { deleteData: true } }"))
      .agents.ada!;
    expect(volumes).toMatchObject({ state: { name: "state", path: "/home/node/.openclaw", deleteData: true } });
  });

  it("tells OpenClaw's version by a reference's tag, and asks less memory of an old one", () => {
    const old = edited("image: openclaw\n", "image: ghcr.io/openclaw/openclaw:2026.2.22-slim\n")
      .replace("    openclaw:\n", "    spare:\n")
      .replace("memory: 2GiB", "memory: 768MiB");
    expect(specOf(old).agents.ada).toMatchObject({ version: "2026.2.22" });
  });

  it("takes OpenClaw's own provider with its key in the environment", () => {
    const text = edited("primary: standin/small", "primary: anthropic/claude-sonnet-4-5").replace(
      "port: 18789",
      "port: 18789\n      env: { ANTHROPIC_API_KEY: { secret: modelKey } }",
    );
    expect(specOf(text).agents.ada).toMatchObject({ model: { primary: "anthropic/claude-sonnet-4-5" } });
  });

  it("takes secrets that are decrypted, encrypted, or of one name only", () => {
    const raw = sectionsOf(BASE);
    for (const value of ["clear", { secure: "v1:x" }]) {
      expect(parseFleet("test", { ...raw, secrets: { modelKey: value } }).spec?.secretNames).toEqual(["modelKey"]);
    }
  });

  it("takes a secret that is declared and has no value yet, and says so", () => {
    const raw = sectionsOf(BASE);
    const { spec, faults, warnings } = parseFleet("test", { ...raw, secrets: { modelKey: null } });
    expect(faults).toEqual([]);
    expect(spec).toMatchObject({ secretNames: ["modelKey"], unsetSecrets: ["modelKey"] });
    expect(warnings.map(({ message }) => message)).toEqual([
      "no value yet: modelKey. Plans do without; `up` needs them: ./fleet secret set test <name>",
    ]);
  });

  it("takes sections that are missing or empty, and gives an empty fleet", () => {
    const empty = {
      stack: "s",
      clouds: {},
      machines: {},
      images: {},
      agents: {},
      edge: {},
      services: {},
      dns: {},
      backups: {},
      shared: {},
      secretNames: [],
      policies: {},
      acknowledged: {},
      unsetSecrets: [],
    };
    expect(parseFleet("s", {}).spec).toEqual(empty);
    expect(parseFleet("s", { agents: null, secrets: {} }).spec).toEqual(empty);
  });

  it.each(["constructor", "toString", "valueOf"])("is not misled by an entry called %s", (name) => {
    const { faults } = parseFleet("s", { agents: { [name]: { machine: name, runtime: name } }, [name]: {} });
    expect(faults.length).toBeGreaterThan(2);
  });
});

describe("missing secrets", () => {
  it("are listed once each, with every place that uses them", () => {
    const raw = { ...sectionsOf(BASE), secrets: {} };
    const expected = [
      {
        name: "modelKey",
        places: [
          ["agents", "ada", "model", "providers", "standin", "apiKey"],
          ["agents", "bob", "env", "KEY"],
        ],
      },
    ];
    expect(missingSecrets(raw)).toEqual(expected);
    expect(missingSecrets({ ...specOf(BASE), secretNames: [] })).toEqual(expected);
    expect(missingSecrets(specOf(BASE))).toEqual([]);
    expect(secretUses(raw)).toHaveLength(2);
  });
});

describe("the committed stacks", () => {
  it("local is right, with three OpenClaw agents behind Caddy and a stand-in that they reach", () => {
    const { spec, faults } = readStackText("local", readFileSync("stacks/Pulumi.local.yaml", "utf8"), "fleet");
    expect(faults).toEqual([]);
    const agents = Object.values(spec!.agents).filter((agent) => agent.runtime === "openclaw");
    expect(agents.map(({ name, host, reaches }) => [name, host, reaches])).toEqual([
      ["ada", "ada.localhost", ["standin"]],
      ["brook", "brook.localhost", ["standin"]],
      ["cleo", "cleo.localhost", ["standin"]],
    ]);
    expect(spec!.agents.standin).toMatchObject({ runtime: "container", internalPort: 8080 });
  });
});
