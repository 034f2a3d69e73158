import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { whyNotCopied } from "../../components/shared.js";
import { dataOfService, parseFleet } from "../../spec/index.js";
import { envFile, unsafeInEnvFile } from "../../templates/services/env-file.js";
import { type Deployed, deploy, settled, unwrap } from "./deploy.js";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB6pAy0Sc7kQ0mGbVd6V2lQm2yqk2uG9o8zvJrQF1b0x";
const machines = { droplet: { on: "existing", docker: "ssh://fleet@203.0.113.7", hostKey: KEY } };
const edge = {
  front: {
    machine: "droplet",
    image: "caddy:2",
    domain: "team.example.com",
    tls: "acme",
    email: "ops@example.com",
  },
};
const twenty = (more: object = {}) => ({
  kind: "twenty",
  machine: "droplet",
  image: "twentycrm/twenty:v1.16.2",
  team: "alpha",
  host: "crm-alpha.team.example.com",
  databasePassword: { secret: "crm-db" },
  appSecret: { secret: "crm-app" },
  ...more,
});
const mcp = (more: object = {}) => ({
  kind: "tez-mcp",
  machine: "droplet",
  image: "tez-mcp:1",
  relay: "https://relay.team.example.com",
  authSecret: { secret: "tez-auth" },
  ...more,
});
const SECRETS = { "crm-db": "pass:word1", "crm-app": "app-secret-1", "tez-auth": "tez-auth-1", mail: "mail-1" };
const names = Object.fromEntries(Object.keys(SECRETS).map((name) => [name, "set"]));

const deployServices = (services: object, secrets: Record<string, string> = SECRETS) =>
  deploy({ machines, edge, services, secrets: names }, { secrets: pulumi.secret(secrets) }, "mypa-alpha");

/** What is delivered onto the host. */
function delivered({ find }: Deployed, name: string) {
  const { inputs } = find("Command", name);
  const { value, secret } = unwrap(inputs.stdin);
  return { bundle: JSON.parse(value as string), secret, inputs };
}

const container = (deployed: Deployed, name: string) => deployed.find("Container", `${name}-container`).inputs;
const mounts = (inputs: { volumes: { hostPath: string; containerPath: string; readOnly: boolean }[] }) =>
  inputs.volumes.map(({ hostPath, containerPath, readOnly }) => `${hostPath}:${containerPath}${readOnly ? ":ro" : ""}`);
const networks = (inputs: { networksAdvanced: { name: string }[] }) => inputs.networksAdvanced.map(({ name }) => name);

describe("a team's CRM", () => {
  it("is four containers of the team's name, with the server's port on loopback and no other", async () => {
    const deployed = await deployServices({ crm: twenty() });
    const all = ["", "-worker", "-db", "-redis"].map((part) => container(deployed, `mypa-alpha-crm${part}`));
    expect(all.map(({ name }) => name)).toEqual([
      "twenty-alpha",
      "twenty-alpha-worker",
      "twenty-alpha-db",
      "twenty-alpha-redis",
    ]);
    expect(all.map(({ ports }) => ports)).toEqual([
      [{ internal: 3000, external: 3100, ip: "127.0.0.1", protocol: "tcp" }],
      [],
      [],
      [],
    ]);
    expect(all.map(({ user }) => user)).toEqual(["1000:1000", "1000:1000", "999:999", "999:999"]);
    expect(all.map(({ memory }) => memory)).toEqual([2048, 1024, 1024, 256]);
    for (const inputs of all) {
      expect(inputs).toMatchObject({
        restart: "unless-stopped",
        capabilities: { adds: [], drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
      });
    }
    expect(all.map(({ command }) => command)).toEqual([
      undefined,
      ["yarn", "worker:prod"],
      undefined,
      ["redis-server", "--dir", "/data", "--maxmemory-policy", "noeviction", "--protected-mode", "no"],
    ]);
    expect(all.map(({ labels }) => labels[0].value)).toEqual(["crm", "crm-worker", "crm-db", "crm-redis"]);
    expect(deployed.names("RemoteImage")).toEqual([
      "mypa-alpha-droplet-caddy-2-image",
      "mypa-alpha-droplet-postgres-16-image",
      "mypa-alpha-droplet-redis-7-image",
      "mypa-alpha-droplet-twentycrm--twenty-v1-16-2-image",
    ]);
  });

  it("keeps database and queue in a network that leads nowhere", async () => {
    const deployed = await deployServices({ crm: twenty() });
    expect(deployed.find("Network", "mypa-alpha-crm-data").inputs).toMatchObject({
      name: "mypa-alpha-crm-data",
      internal: true,
    });
    expect(deployed.find("Network", "mypa-alpha-crm").inputs.internal).toBeUndefined();
    const of = (part: string) => networks(container(deployed, `mypa-alpha-crm${part}`));
    expect(of("")).toEqual(["mypa-alpha-crm", "mypa-alpha-crm-data"]);
    expect(of("-worker")).toEqual(["mypa-alpha-crm", "mypa-alpha-crm-data"]);
    expect(of("-db")).toEqual(["mypa-alpha-crm-data"]);
    expect(of("-redis")).toEqual(["mypa-alpha-crm-data"]);
  });

  it("has its data and its secrets in files of the host, each its program's own", async () => {
    const deployed = await deployServices({
      crm: twenty({ env: { EMAIL_DRIVER: "smtp", SMTP_KEY: { secret: "mail" } } }),
    });
    const { bundle, secret, inputs } = delivered(deployed, "mypa-alpha-crm-files-delivery");
    expect(secret).toBe(true);
    expect(inputs.environment.FLEET_HOST).toBe("ssh://fleet@203.0.113.7");
    expect(bundle.owner).toEqual({ stack: "mypa-alpha", entry: "crm" });
    expect(bundle.files).toEqual({
      "/opt/twenty": {},
      "/opt/twenty/db": { owner: "999:999", mode: "0700" },
      "/opt/twenty/redis": { owner: "999:999", mode: "0700" },
      "/opt/twenty/storage": { owner: "1000:1000", mode: "0700" },
      "/opt/twenty/.env": {
        owner: "1000:1000",
        mode: "0600",
        text: "APP_SECRET='app-secret-1'\nPGPASSWORD='pass:word1'\nSMTP_KEY='mail-1'\n",
      },
      "/opt/twenty/pgpass": {
        owner: "1000:1000",
        mode: "0600",
        text: "twenty-alpha-db:5432:*:postgres:pass\\:word1\n",
      },
      "/opt/twenty/postgres-password": { owner: "999:999", mode: "0600", text: "pass:word1\n" },
    });
    expect(mounts(container(deployed, "mypa-alpha-crm"))).toEqual([
      "/opt/twenty/.env:/app/packages/twenty-server/.env:ro",
      "/opt/twenty/pgpass:/run/secrets/pgpass:ro",
      "/opt/twenty/storage:/app/packages/twenty-server/.local-storage",
    ]);
    expect(mounts(container(deployed, "mypa-alpha-crm-db"))).toEqual([
      "/opt/twenty/db:/var/lib/postgresql/data",
      "/opt/twenty/postgres-password:/run/secrets/postgres-password:ro",
    ]);
    expect(mounts(container(deployed, "mypa-alpha-crm-redis"))).toEqual(["/opt/twenty/redis:/data"]);
  });

  it("has no secret in any environment, and is told by it that nobody makes workspaces", async () => {
    const deployed = await deployServices({
      crm: twenty({ env: { EMAIL_DRIVER: "smtp", SMTP_KEY: { secret: "mail" } } }),
    });
    const envs = Object.fromEntries(
      ["", "-worker", "-db", "-redis"].map((part) => [part, container(deployed, `mypa-alpha-crm${part}`).envs]),
    );
    expect(envs[""]).toEqual([
      "EMAIL_DRIVER=smtp",
      "IS_CONFIG_VARIABLES_IN_DB_ENABLED=false",
      "IS_MULTIWORKSPACE_ENABLED=false",
      "IS_WORKSPACE_CREATION_LIMITED_TO_SERVER_ADMINS=true",
      "NODE_PORT=3000",
      "PGPASSFILE=/run/secrets/pgpass",
      "PG_DATABASE_URL=postgres://postgres@twenty-alpha-db:5432/default",
      "REDIS_URL=redis://twenty-alpha-redis:6379",
      "SERVER_URL=https://crm-alpha.team.example.com",
      "SIGN_IN_PREFILLED=false",
      "STORAGE_TYPE=local",
      "TELEMETRY_ENABLED=false",
    ]);
    expect(envs["-worker"]).toEqual(
      [...envs[""], "DISABLE_CRON_JOBS_REGISTRATION=true", "DISABLE_DB_MIGRATIONS=true"].sort(),
    );
    expect(envs["-db"]).toEqual([
      "POSTGRES_DB=default",
      "POSTGRES_PASSWORD_FILE=/run/secrets/postgres-password",
      "POSTGRES_USER=postgres",
    ]);
    for (const { type, inputs } of deployed.resources) {
      if (type.endsWith(":Command")) continue;
      for (const value of Object.values(SECRETS)) expect(JSON.stringify(inputs)).not.toContain(value);
    }
  });

  it("gives a running database a changed password before what uses it is restarted, on no command line", async () => {
    const deployed = await deployServices({ crm: twenty() });
    const { afterwards } = delivered(deployed, "mypa-alpha-crm-files-delivery").bundle;
    expect(afterwards).toHaveLength(2);
    expect(afterwards[0]).toContain("docker exec -i twenty-alpha-db psql");
    expect(afterwards[0]).toContain("\\set password `cat /run/secrets/postgres-password`");
    expect(afterwards[1]).toBe(
      "docker ps -q --filter name=^/twenty-alpha$ --filter name=^/twenty-alpha-worker$ | xargs -r docker restart",
    );
    expect(afterwards.join()).not.toContain("pass:word1");
  });

  it("says where it is, whose it is, and whether the hub may copy it", async () => {
    const { fleet } = await deployServices({
      crm: twenty({ sync: true }),
      lone: twenty({ team: "beta", host: undefined, port: 3101, data: "/opt/beta" }),
    });
    const { services } = await settled(fleet.outputs);
    expect(services).toEqual({
      crm: {
        container: "twenty-alpha",
        address: "http://127.0.0.1:3100",
        url: "https://crm-alpha.team.example.com",
        containers: {
          crm: "twenty-alpha",
          "crm-worker": "twenty-alpha-worker",
          "crm-db": "twenty-alpha-db",
          "crm-redis": "twenty-alpha-redis",
        },
        team: "alpha",
        sync: true,
      },
      lone: expect.objectContaining({ address: "http://127.0.0.1:3101", url: null, team: "beta", sync: false }),
    });
  });

  it("tells a backup its files and its database", () => {
    const { spec } = parseFleet("mypa-alpha", { machines, edge, services: { crm: twenty() }, secrets: names });
    expect(dataOfService(spec!.services.crm!)).toEqual({
      folders: ["/opt/twenty/storage"],
      databases: [
        {
          container: "twenty-alpha-db",
          user: "postgres",
          name: "default",
          users: ["twenty-alpha", "twenty-alpha-worker"],
        },
      ],
    });
  });
});

describe("a file of variables", () => {
  it("holds no value that a shell and dotenv would read differently, and names it without showing it", () => {
    expect(envFile({ B: "a b#c=/+:@", A: "" })).toBe("A=''\nB='a b#c=/+:@'\n");
    expect(unsafeInEnvFile({ A: "fine", B: "it's", C: "$HOME", D: "back\\slash", E: "two\nlines", F: "`id`" })).toEqual(
      ["B", "C", "D", "E", "F"],
    );
  });
});

describe("the Tezit programs", () => {
  it("keep their secrets in a file of the host that their command reads", async () => {
    const deployed = await deployServices({ "tez-mcp": mcp({ secretEnv: { OTHER: { secret: "mail" } } }) });
    const { bundle, secret } = delivered(deployed, "mypa-alpha-tez-mcp-files-delivery");
    expect(secret).toBe(true);
    expect(bundle.files).toEqual({
      "/opt/tez/secrets.env": {
        owner: "1000:1000",
        mode: "0600",
        text: "OTHER='mail-1'\nTEZ_AUTH_SECRET='tez-auth-1'\n",
      },
    });
    const inputs = container(deployed, "mypa-alpha-tez-mcp");
    expect(inputs).toMatchObject({
      name: "tez-mcp",
      ports: [{ internal: 8100, external: 8100, ip: "127.0.0.1", protocol: "tcp" }],
      entrypoints: ["sh", "-c", 'set -a; . /run/secrets/tez.env; set +a; exec "$@"', "tez-mcp"],
      command: ["python", "-m", "tez_server"],
      envs: ["PORT=8100", "TEZ_RELAY_URL=https://relay.team.example.com"],
      readOnly: true,
      user: "1000:1000",
    });
    expect(mounts(inputs)).toEqual(["/opt/tez/secrets.env:/run/secrets/tez.env:ro"]);
    expect(networks(inputs)).toEqual(["mypa-alpha-tez-mcp"]);
  });

  it("are a relay with its data on the host, behind the edge", async () => {
    const relay = {
      kind: "tez-relay",
      machine: "droplet",
      image: "tez-relay:1",
      host: "relay.team.example.com",
      authSecret: { secret: "tez-auth" },
    };
    const deployed = await deployServices({ relay });
    const { bundle } = delivered(deployed, "mypa-alpha-relay-files-delivery");
    expect(bundle.files).toEqual({
      "/opt/tez/relay": { owner: "1000:1000", mode: "0700" },
      "/opt/tez/secrets.env": { owner: "1000:1000", mode: "0600", text: "JWT_SECRET='tez-auth-1'\n" },
    });
    const inputs = container(deployed, "mypa-alpha-relay");
    expect(inputs).toMatchObject({
      name: "tez-relay",
      ports: [{ internal: 3002, external: 3002, ip: "127.0.0.1", protocol: "tcp" }],
      command: ["node", "dist/index.js"],
      envs: [
        "DATABASE_URL=file:/data/tezit-relay.db",
        "DATA_DIR=/data",
        "NODE_ENV=production",
        "PORT=3002",
        "RELAY_HOST=relay.team.example.com",
      ],
    });
    expect(mounts(inputs)).toEqual(["/opt/tez/secrets.env:/run/secrets/tez.env:ro", "/opt/tez/relay:/data"]);
    expect(await settled(deployed.fleet.outputs.services)).toMatchObject({
      relay: { container: "tez-relay", address: "http://127.0.0.1:3002", url: "https://relay.team.example.com" },
    });
    const { spec } = parseFleet("mypa-shared", { machines, edge, services: { relay }, secrets: names });
    expect(dataOfService(spec!.services.relay!)).toEqual({ folders: ["/opt/tez/relay"], databases: [] });
  });
});

describe("the hub", () => {
  const hub = {
    kind: "crm-sync",
    machine: "droplet",
    image: "node:24",
    crm: "crm",
    key: { secret: "crm-app" },
    teams: { beta: { shared: "beta", key: { secret: "mail" } } },
  };
  const beta = { team: "beta", sync: true, url: "https://crm-beta.team.example.com" };
  const deployHub = (crm: object) =>
    deploy(
      {
        machines,
        edge,
        shared: { beta: { stack: "mypa-beta" } },
        services: { "crm-sync": hub, crm: twenty({ team: "admin", host: "crm-admin.team.example.com" }) },
        secrets: names,
      },
      { secrets: pulumi.secret(SECRETS) },
      "mypa-admin",
      { "organization/fleet/mypa-beta": { services: { crm } } },
    );

  it("reads the team's address and writes its own stack's CRM, in whose network it is", async () => {
    const deployed = await deployHub(beta);
    const { inputs } = deployed.find("Command", "mypa-admin-crm-sync-files-delivery");
    const { value, secret } = unwrap(inputs.stdin);
    expect(secret).toBe(true);
    const { volumes, afterwards } = JSON.parse(value as string);
    expect(volumes[0].owner).toBe("1000:1000");
    expect(Object.keys(volumes[0].files).sort()).toEqual([
      "copies.mjs",
      "crm.mjs",
      "health.mjs",
      "main.mjs",
      "round.mjs",
      "settings.json",
    ]);
    expect(JSON.parse(volumes[0].files["settings.json"].text)).toEqual({
      folder: "/data",
      intervalSeconds: 900,
      hub: { url: "http://twenty-admin:3000", key: "app-secret-1" },
      teams: { beta: { url: "https://crm-beta.team.example.com", key: "mail-1" } },
    });
    expect(volumes[0].files["settings.json"].mode).toBe("0600");
    expect(afterwards.do).toBe("restart");
    const made = container(deployed, "mypa-admin-crm-sync");
    expect(made).toMatchObject({
      name: "mypa-admin-crm-sync",
      command: ["node", "/etc/crm-sync/main.mjs", "/etc/crm-sync/settings.json"],
      envs: ["NODE_ENV=production"],
      ports: [],
    });
    expect(networks(made)).toEqual(["mypa-admin-crm"]);
    // It has no network of its own: nothing is made for it but its volumes.
    expect(deployed.names("Network")).toEqual(["mypa-admin-crm", "mypa-admin-crm-data"]);
  });

  it.each([
    ["that lets nobody copy it", { ...beta, sync: false }, "is not to be copied: write sync: true there"],
    ["of another name", { ...beta, team: "gamma" }, "is the CRM of gamma, not that of beta"],
    ["without a URL", { ...beta, url: null }, "has no URL: give it a host there"],
    ["that is no CRM", { url: "https://x.example.com" }, "is no CRM: name the service"],
  ])("refuses a team %s", (_what, crm, message) => {
    expect(whyNotCopied("beta", crm)).toContain(message);
    expect(whyNotCopied("beta", beta)).toBeUndefined();
  });
});
