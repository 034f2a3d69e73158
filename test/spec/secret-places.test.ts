import { describe, expect, it } from "vitest";
import { gatewayTokens, secretPlaces } from "../../spec/index.js";

const secret = { secret: "s" };

/** Where each secret of a config is: setting, machine, place, mode. */
const placesOf = (config: object) =>
  secretPlaces(config).map(({ path, machine, where, mode }) => [path.join("."), machine, where, mode]);

const VOLUME = "in its configuration volume";
const ENVIRONMENT = "environment of its container";

describe("where secrets lie", () => {
  it("depends on what an agent runs in", () => {
    const model = { providers: { corp: { apiKey: secret } } };
    expect(
      placesOf({
        agents: {
          ada: {
            runtime: "openclaw",
            machine: "m",
            model,
            env: { A: secret },
            workspace: { files: { "a/KEY.md": secret } },
          },
          bob: { runtime: "container", machine: "m", env: { A: secret }, files: { "key.pem": secret } },
          cleo: { runtime: "claw", machine: "m", telegram: { bot: secret } },
          dora: {
            runtime: "pa",
            machine: "m",
            keys: { anthropic: secret, openai: secret },
            env: { A: secret },
            mcp: { x: { headers: { Authorization: secret } } },
          },
          emil: { runtime: "pa", machine: "m", root: "/srv/pa", telegram: { bot: secret } },
          fay: { runtime: "pa", machine: "m", folder: "/srv/elsewhere", settings: { a: [secret] } },
          gus: { runtime: "hand-made", machine: "m", key: secret },
        },
      }),
    ).toEqual([
      ["agents.ada.model.providers.corp.apiKey", "m", `/config/openclaw.json ${VOLUME}`, "0600"],
      ["agents.ada.env.A", "m", ENVIRONMENT, undefined],
      ["agents.ada.workspace.files.a/KEY.md", "m", "workspace/a/KEY.md in its volume state", "0600"],
      ["agents.bob.env.A", "m", ENVIRONMENT, undefined],
      ["agents.bob.files.key.pem", "m", `/config/key.pem ${VOLUME}`, "0600"],
      ["agents.cleo.telegram.bot", "m", ENVIRONMENT, undefined],
      ["agents.dora.keys.anthropic", "m", "/opt/mypa/agents/pa-dora/data/openclaw.json", "0600"],
      ["agents.dora.keys.openai", "m", "/opt/mypa/agents/pa-dora/data/.env", "0600"],
      ["agents.dora.env.A", "m", "/opt/mypa/agents/pa-dora/data/.env", "0600"],
      ["agents.dora.mcp.x.headers.Authorization", "m", "/opt/mypa/agents/pa-dora/mcporter.json", "0600"],
      ["agents.emil.telegram.bot", "m", "/srv/pa/pa-emil/data/openclaw.json", "0600"],
      ["agents.fay.settings.a.0", "m", "/srv/elsewhere/data/openclaw.json", "0600"],
      ["agents.gus.key", "m", ENVIRONMENT, undefined],
    ]);
  });

  it("depends on the kind of a service, and on a machine's baseline", () => {
    expect(
      placesOf({
        services: {
          crm: { kind: "twenty", machine: "m", appSecret: secret },
          other: { kind: "twenty", machine: "m", data: "/srv/crm", appSecret: secret },
          mcp: { kind: "tez-mcp", machine: "m", authSecret: secret },
          relay: { kind: "tez-relay", machine: "m", secretsFile: "/srv/tez.env", authSecret: secret },
          hub: { kind: "crm-sync", machine: "m", key: secret },
          build: { kind: "build-service", machine: "m", env: { A: secret } },
        },
        machines: { far: { on: "existing", tls: { key: secret }, baseline: { tailscale: { authKey: secret } } } },
        backups: { nightly: { machine: "m", password: secret, env: { A: secret } } },
      }),
    ).toEqual([
      ["machines.far.tls.key", undefined, "nowhere but with whoever runs this", undefined],
      ["machines.far.baseline.tailscale.authKey", "far", "/etc/fleet/tailscale.key", "0600"],
      ["services.crm.appSecret", "m", "/opt/twenty/.env", "0600"],
      ["services.other.appSecret", "m", "/srv/crm/.env", "0600"],
      ["services.mcp.authSecret", "m", "/opt/tez/secrets.env", "0600"],
      ["services.relay.authSecret", "m", "/srv/tez.env", "0600"],
      ["services.hub.key", "m", `/config/settings.json ${VOLUME}`, "0600"],
      ["services.build.env.A", "m", ENVIRONMENT, undefined],
      ["backups.nightly.password", "m", "/etc/fleet/backup-nightly.env", "0600"],
      ["backups.nightly.env.A", "m", "/etc/fleet/backup-nightly.env", "0600"],
    ]);
  });

  it("does not trip over a config that is wrong", () => {
    expect(
      placesOf({ agents: { a: { runtime: "toString", key: secret }, b: [secret] }, services: { s: secret } }),
    ).toEqual([
      ["agents.a.key", undefined, ENVIRONMENT, undefined],
      ["agents.b.0", undefined, ENVIRONMENT, undefined],
      ["services.s", undefined, ENVIRONMENT, undefined],
    ]);
  });

  it("tells of the tokens that the fleet makes", () => {
    const agents = {
      ada: { runtime: "openclaw", machine: "m" },
      bob: { runtime: "container" },
      dora: { runtime: "pa" },
    };
    expect(gatewayTokens({ agents })).toEqual([
      { agent: "ada", machine: "m", where: `/config/openclaw.json ${VOLUME}`, mode: "0600" },
      { agent: "dora", where: "/opt/mypa/agents/pa-dora/data/openclaw.json", mode: "0600" },
    ]);
  });
});
