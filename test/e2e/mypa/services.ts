import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";

/** Images of stand-ins: real PostgreSQL and Redis, and programs that answer as Twenty and the Tezit programs do. */
export const SERVICE_IMAGES = {
  node: { build: { debian: { suite: "bookworm" }, node: "24.16.0" } },
  "node-psql": { build: { debian: { suite: "bookworm", packages: ["postgresql-client"] }, node: "24.16.0" } },
  "debian-postgres": { build: { debian: { suite: "bookworm", packages: ["postgresql-15"] } } },
  redis: { build: { debian: { suite: "bookworm", packages: ["redis-server"] } } },
  crm: { build: { context: "examples/crm-standin", base: "node-psql" } },
  postgres: { build: { context: "examples/postgres-standin", base: "debian-postgres" } },
  "tez-mcp": { build: { context: "examples/tez-mcp-standin", base: "node" } },
  "tez-relay": { build: { context: "examples/tez-relay-standin", base: "node" } },
};

/** Limits that a machine for tests has room for. */
const small = (memory: string) => ({ resources: { memory, cpus: 1, pids: 64 } });

/** A CRM of stand-ins, with the settings of a real one. */
export const crmEntry = (team: string, more: object = {}) => ({
  kind: "twenty",
  image: "crm",
  team,
  databasePassword: { secret: "crm-db" },
  appSecret: { secret: "crm-app" },
  health: { interval: "2s", startPeriod: "60s" },
  ...small("256MiB"),
  worker: small("128MiB"),
  postgres: { image: "postgres", ...small("256MiB") },
  redis: { image: "redis", ...small("64MiB") },
  ...more,
});

export const mcpEntry = (relay: string, more: object = {}) => ({
  kind: "tez-mcp",
  image: "tez-mcp",
  relay,
  authSecret: { secret: "tez-auth" },
  command: ["node", "/srv/tez-mcp.mjs"],
  ...small("128MiB"),
  ...more,
});

export const relayEntry = (more: object = {}) => ({
  kind: "tez-relay",
  image: "tez-relay",
  authSecret: { secret: "tez-auth" },
  command: ["node", "/srv/tez-relay.mjs"],
  ...small("128MiB"),
  ...more,
});

/** A value for every secret that the entries name. */
export const serviceSecrets = () =>
  Object.fromEntries(
    ["crm-db", "crm-app", "tez-auth"].map((name) => [name, `${name}-${randomBytes(12).toString("hex")}`]),
  );

/** Runs the docker command on the machine of the services, and gives what it prints. */
export type Docker = (...args: string[]) => string;

/** A CRM by its name on the machine, asked from within its server's container: no port has to be in reach. */
export class CrmOnMachine {
  constructor(
    private readonly docker: Docker,
    readonly container: string,
  ) {}

  /** An API key, as an operator gets one out of Twenty's settings. */
  key(role: "read" | "write"): string {
    return this.docker("exec", this.container, "node", "/app/keys.mjs", role);
  }

  ask(method: string, path: string, role: "read" | "write", body?: unknown): { status: number; body: never } {
    const program = `const [url, method, key, body] = process.argv.slice(1);
      const headers = { authorization: "Bearer " + key };
      fetch(url, { method, headers, ...(body && { body }) })
        .then(async (r) => console.log(JSON.stringify({ status: r.status, body: await r.json() })));`;
    const words = [`http://127.0.0.1:3000${path}`, method, this.key(role), ...(body ? [JSON.stringify(body)] : [])];
    return JSON.parse(this.docker("exec", this.container, "node", "-e", program, ...words));
  }

  put(object: string, ...records: object[]): void {
    const { status } = this.ask("POST", `/rest/batch/${object}?upsert=true`, "write", records);
    if (status !== 201) throw new Error(`the CRM answered with ${status}`);
  }

  list(object: string): Record<string, unknown>[] {
    const { body } = this.ask("GET", `/rest/${object}?limit=60`, "read");
    return (body as { data: Record<string, Record<string, unknown>[]> }).data[object]!;
  }

  /** Asks PostgreSQL as a backup does: in its container, through its socket, without a password. */
  sql(query: string): string {
    return this.docker("exec", `${this.container}-db`, "psql", "-U", "postgres", "-d", "default", "-tAc", query);
  }

  dump(): string {
    return this.docker("exec", `${this.container}-db`, "pg_dump", "-U", "postgres", "default");
  }
}

/** Whether a container opens a TCP connection within a second. */
export function connects(container: string, host: string, port: number): boolean {
  const program = `const s = require("node:net").connect(${port}, "${host}");
    s.once("connect", () => process.exit(0)); s.once("error", () => process.exit(1)); setTimeout(() => process.exit(1), 1000);`;
  return spawnSync("docker", ["exec", container, "node", "-e", program]).status === 0;
}
