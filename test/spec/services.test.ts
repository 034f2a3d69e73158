import { describe, expect, it } from "vitest";
import { parseFleet } from "../../spec/index.js";
import { messages } from "./base.js";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB6pAy0Sc7kQ0mGbVd6V2lQm2yqk2uG9o8zvJrQF1b0x";
const ALPHA = `config:
  fleet:machines:
    droplet: { on: existing, docker: "ssh://fleet@203.0.113.7", hostKey: ${KEY} }
    other: { on: existing, docker: "ssh://fleet@203.0.113.8", hostKey: ${KEY} }
  fleet:shared:
    beta: { stack: mypa-beta }
  fleet:edge:
    front: { machine: droplet, image: "caddy:2", domain: team.example.com, tls: internal }
  fleet:services:
    crm:
      kind: twenty
      machine: droplet
      image: "twentycrm/twenty:v1.16.2"
      team: admin
      host: crm-admin.team.example.com
      databasePassword: { secret: crm-db }
      appSecret: { secret: crm-app }
    sync:
      kind: crm-sync
      machine: droplet
      image: "node:24"
      crm: crm
      key: { secret: hub }
      teams:
        beta: { shared: beta, key: { secret: beta } }
    tez-mcp: { kind: tez-mcp, machine: droplet, image: "tez-mcp:1", relay: "https://relay.team.example.com", authSecret: { secret: tez } }
    other-mcp: { kind: tez-mcp, machine: other, image: "tez-mcp:1", relay: "https://relay.team.example.com", authSecret: { secret: tez } }
  fleet:backups:
    nightly: { machine: droplet, repository: /srv/backups, password: { secret: backup } }
  fleet:secrets: { backup: { secure: "v1:a:b" }, crm-db: { secure: "v1:a:b" }, crm-app: { secure: "v1:a:b" }, hub: { secure: "v1:a:b" }, beta: { secure: "v1:a:b" }, tez: { secure: "v1:a:b" } }
`;

describe("services of a droplet", () => {
  it("may stand as they are, each tez-mcp on its own machine", () => {
    expect(messages(ALPHA)).toEqual([]);
  });

  it.each([
    [
      "a machine of which only Docker is reached",
      `docker: "ssh://fleet@203.0.113.8", hostKey: ${KEY}`,
      'docker: "unix:///run/docker.sock"',
      "services.other-mcp.machine: tez-mcp keeps folders on the machine itself, and of other only the Docker daemon is reached",
    ],
    [
      "two CRMs of a team",
      "    sync:\n",
      "    crm2: { kind: twenty, machine: droplet, image: t:1, team: admin, port: 3101, data: /opt/two, databasePassword: { secret: crm-db }, appSecret: { secret: crm-app } }\n    sync:\n",
      "services.crm2: gives the Docker container twenty-admin, which is already that of services.crm",
    ],
    [
      "two of a kind that is one a machine",
      "machine: other, image",
      "machine: droplet, image",
      "gives the Docker container tez-mcp",
    ],
    [
      "a folder in another's",
      "    sync:\n",
      "    crm2: { kind: twenty, machine: droplet, image: t:1, team: two, port: 3101, data: /opt/twenty/two, databasePassword: { secret: crm-db }, appSecret: { secret: crm-app } }\n    sync:\n",
      "services.crm2.data: /opt/twenty/two is within services.crm.data, or holds it",
    ],
    [
      "a part's name that is an entry's",
      "    other-mcp:",
      "    crm-db:",
      "services.crm-db: is the name of services.crm too: rename one",
    ],
    [
      "a port of two",
      'image: "tez-mcp:1", relay',
      'port: 3100, image: "tez-mcp:1", relay',
      "port 3100 of machine droplet is already that of services.crm.port",
    ],
    [
      "a name of a user",
      "      team: admin\n",
      "      team: admin\n      hardening: { user: node }\n",
      'must be numbers, such as "1000:1000"',
    ],
    [
      "a host elsewhere",
      "crm-admin.team.example.com",
      "crm.example.org",
      "services.crm.host: must be below team.example.com",
    ],
    [
      "a team's CRM that the hub could not reach",
      "      host: crm-admin.team.example.com\n",
      "      sync: true\n",
      "services.crm.host: is missing: with sync: true the hub reads the CRM by this name",
    ],
    [
      "the hub's own CRM to be copied",
      "      team: admin\n",
      "      team: admin\n      sync: true\n",
      "services.crm.sync: is the hub's own CRM, which services.sync writes: nothing may copy it",
    ],
    ["a CRM that is none", "crm: crm", "crm: tez-mcp", 'services has no entry "tez-mcp"'],
    [
      "a CRM of another machine",
      "kind: crm-sync\n      machine: droplet",
      "kind: crm-sync\n      machine: other",
      "crm runs on machine droplet: the sync runs beside what it writes",
    ],
    [
      "a team's stack that nobody knows",
      "{ shared: beta, key",
      "{ shared: gamma, key",
      'services.sync.teams.beta.shared: shared has no entry "gamma"',
    ],
    ["itself as a team", "stack: mypa-beta", "stack: test", "is this stack itself: a CRM is not copied into itself"],
    [
      "an image of a part that is none",
      "      team: admin\n",
      "      team: admin\n      postgres: { image: postgres }\n",
      'images has no entry "postgres"',
    ],
    [
      "a direction that there is not",
      "key: { secret: hub }",
      "key: { secret: hub }\n      to: { beta: { shared: beta } }",
      "services.sync.to: unknown key",
    ],
  ])("%s", (_what, from, to, message) => {
    expect(ALPHA).toContain(from);
    expect(messages(ALPHA.replace(from, to)).join("\n")).toContain(message);
  });

  it("are not copied until somebody writes so", () => {
    const { spec } = parseFleet("mypa-alpha", {
      machines: { droplet: { on: "existing", docker: "ssh://fleet@203.0.113.7", hostKey: KEY } },
      services: {
        crm: {
          kind: "twenty",
          machine: "droplet",
          image: "twentycrm/twenty:v1.16.2",
          team: "alpha",
          databasePassword: { secret: "a" },
          appSecret: { secret: "b" },
        },
      },
      secrets: { a: "x", b: "x" },
    });
    expect(spec?.services.crm).toMatchObject({ kind: "twenty", container: "twenty-alpha", sync: false, port: 3100 });
  });
});
