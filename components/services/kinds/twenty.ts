import * as pulumi from "@pulumi/pulumi";
import {
  Duration,
  isSecretRef,
  type SecretRef,
  TWENTY_DATABASE,
  TWENTY_PORT,
  type TwentySpec,
} from "../../../spec/index.js";
import { httpHealthCheck } from "../../../templates/containers/health.js";
import { restartRunning } from "../../../templates/services/restart.js";
import { databaseUrl, passwordFile, takeUpPassword } from "../../../templates/services/twenty.js";
import { envList, type HardenedContainerArgs, hardenedContainer } from "../../containers.js";
import { HostFiles } from "../../host-files.js";
import { entryNetwork } from "../../networks.js";
import { resolveSecrets } from "../../secrets.js";
import { secretEnvFile } from "../secret-env.js";
import { type Service, type ServiceArgs, type ServiceOutputs, serviceOutputs, serviceSpecOf } from "../service.js";

/** Where the server and the worker read their settings beside the environment. */
const ENV_PATH = "/app/packages/twenty-server/.env";
const STORAGE_PATH = "/app/packages/twenty-server/.local-storage";
const PGPASS_PATH = "/run/secrets/pgpass";
const PASSWORD_PATH = "/run/secrets/postgres-password";

/** Seconds for a database that writes out what it has in memory, and for requests that are under way. */
const DATABASE_STOP_SECONDS = 60;
const SERVER_STOP_SECONDS = 30;

const DATA_HEALTH = {
  interval: Duration.of("5s"),
  timeout: Duration.of("5s"),
  retries: 10,
  startPeriod: Duration.of("60s"),
};

/**
 * A team's CRM. The database and the queue are in a network that leads nowhere, which only the server and the worker join; the
 * server's port is published on the machine's loopback address. Settings are environment; secrets are files of the machine that
 * only the program's user reads.
 */
export default class Twenty extends pulumi.ComponentResource implements Service {
  readonly outputs: pulumi.Output<ServiceOutputs>;
  readonly nodes: Record<string, pulumi.Resource>;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fleet:services:Twenty", name, {}, opts);
    const { stack, machine, imageOf, network, transform } = args;
    const spec = serviceSpecOf(args, "twenty");
    const { container, data, postgres, redis } = spec;
    const database = { host: `${container}-db`, ...TWENTY_DATABASE };
    const dataNetwork = entryNetwork(
      `${name}-data`,
      { machine, owner: { stack, entry: `${spec.name}-data` }, internal: true, transform: transform?.network },
      { parent: this },
    );
    const files = new HostFiles(
      `${name}-files`,
      {
        machine,
        owner: { stack, entry: spec.name },
        files: filesOf(spec, args),
        afterwards: [takeUpPassword(database, PASSWORD_PATH), restartRunning(container, `${container}-worker`)],
        transform: transform?.delivery,
      },
      { parent: this },
    );

    /** What all four have in common. */
    const make = (
      part: "db" | "redis" | "worker" | undefined,
      more: Pick<HardenedContainerArgs, "image" | "envs" | "networks" | "resources" | "stopSeconds" | "machineFiles"> &
        Partial<HardenedContainerArgs>,
      after: pulumi.Resource[],
    ) => {
      const ending = part === undefined ? "" : `-${part}`;
      return hardenedContainer(
        `${name}${ending}`,
        {
          machine,
          owner: { stack, entry: `${spec.name}${ending}` },
          container: `${container}${ending}`,
          init: true,
          readOnlyRoot: true,
          capAdd: [],
          tmpfs: ["/tmp"],
          volumes: [],
          ports: [],
          transform,
          ...more,
        },
        { parent: this, dependsOn: [files, ...after] },
      );
    };
    const own = (source: string, path: string, readOnly = false) => ({ source: `${data}/${source}`, path, readOnly });

    const db = make(
      "db",
      {
        image: imageOf(postgres.image),
        user: postgres.user,
        // Where its socket is: dumps are made through it, without a password.
        tmpfs: ["/tmp", "/var/run/postgresql"],
        envs: envList({
          POSTGRES_USER: database.user,
          POSTGRES_DB: database.name,
          POSTGRES_PASSWORD_FILE: PASSWORD_PATH,
        }),
        resources: postgres.resources,
        networks: [{ name: dataNetwork.name }],
        machineFiles: [own("db", "/var/lib/postgresql/data"), own("postgres-password", PASSWORD_PATH, true)],
        health: { tests: ["CMD", "pg_isready", "-U", database.user, "-d", database.name], ...DATA_HEALTH },
        stopSeconds: DATABASE_STOP_SECONDS,
      },
      [],
    );
    const queue = make(
      "redis",
      {
        image: imageOf(redis.image),
        user: redis.user,
        // A queue that drops what it has no room for would lose work without a word. Only the server and the worker are in its network.
        command: ["redis-server", "--dir", "/data", "--maxmemory-policy", "noeviction", "--protected-mode", "no"],
        envs: [],
        resources: redis.resources,
        networks: [{ name: dataNetwork.name }],
        machineFiles: [own("redis", "/data")],
        health: { tests: ["CMD", "redis-cli", "ping"], ...DATA_HEALTH },
        stopSeconds: SERVER_STOP_SECONDS,
      },
      [],
    );

    const { worker: workerSpec, hardening } = spec;
    const program = {
      image: imageOf(spec.image),
      ...hardening,
      networks: [{ name: network.name, aliases: [spec.name] }, { name: dataNetwork.name }],
      machineFiles: [own(".env", ENV_PATH, true), own("pgpass", PGPASS_PATH, true), own("storage", STORAGE_PATH)],
      stopSeconds: SERVER_STOP_SECONDS,
    };
    const settings = settingsOf(spec, databaseUrl(database), args.url);
    const server = make(
      undefined,
      {
        ...program,
        envs: envList(settings),
        resources: spec.resources,
        ports: [{ internal: TWENTY_PORT, external: spec.port }],
        health: { tests: httpHealthCheck(TWENTY_PORT, "/healthz"), ...spec.health },
      },
      [db.container, queue.container],
    );
    const worker = make(
      "worker",
      {
        ...program,
        networks: [{ name: network.name }, { name: dataNetwork.name }],
        command: ["yarn", "worker:prod"],
        // The server has done both before the worker starts.
        envs: envList({ ...settings, DISABLE_DB_MIGRATIONS: "true", DISABLE_CRON_JOBS_REGISTRATION: "true" }),
        resources: workerSpec.resources,
      },
      [server.container],
    );

    this.nodes = {
      files,
      network: dataNetwork,
      db: db.container,
      redis: queue.container,
      container: server.container,
      worker: worker.container,
    };
    this.outputs = serviceOutputs(args, { team: spec.team, sync: spec.sync });
    this.registerOutputs({ outputs: this.outputs });
  }
}

/** What Twenty is told by its environment, which anyone may see who may use Docker: no secret is in it. */
function settingsOf(spec: TwentySpec, database: string, url: string | undefined): Record<string, string> {
  return {
    NODE_PORT: String(TWENTY_PORT),
    SERVER_URL: url ?? `http://127.0.0.1:${spec.port}`,
    PG_DATABASE_URL: database,
    PGPASSFILE: PGPASS_PATH,
    REDIS_URL: `redis://${spec.container}-redis:6379`,
    STORAGE_TYPE: "local",
    // One workspace, which the first to sign up makes; nobody signs up after that without an invitation.
    IS_MULTIWORKSPACE_ENABLED: "false",
    IS_WORKSPACE_CREATION_LIMITED_TO_SERVER_ADMINS: "true",
    // Settings come from the stack file alone.
    IS_CONFIG_VARIABLES_IN_DB_ENABLED: "false",
    SIGN_IN_PREFILLED: "false",
    TELEMETRY_ENABLED: "false",
    ...textsOf(spec.env),
  };
}

const textsOf = (env: TwentySpec["env"]) =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => !isSecretRef(entry[1])));

/** Folders and files of the machine. Of a volume that is new, the data folder's own root may hold more than ours. */
function filesOf(spec: TwentySpec, { secrets }: ServiceArgs) {
  const { data, postgres, redis } = spec;
  const app = spec.hardening.user!;
  const database = { host: `${spec.container}-db`, ...TWENTY_DATABASE };
  const password = resolveSecrets(spec.databasePassword, secrets);
  const others = Object.fromEntries(Object.entries(spec.env).filter(([, value]) => isSecretRef(value)));
  const values: Record<string, string | SecretRef> = {
    ...others,
    APP_SECRET: spec.appSecret,
    PGPASSWORD: spec.databasePassword,
  };
  const env = resolveSecrets(values, secrets);
  const folder = (owner: string) => ({ owner, mode: "0700" });
  const file = (owner: string, text: pulumi.Output<string>) => text.apply((text) => ({ owner, mode: "0600", text }));
  return {
    [data]: {},
    [`${data}/db`]: folder(postgres.user),
    [`${data}/redis`]: folder(redis.user),
    [`${data}/storage`]: folder(app),
    [`${data}/.env`]: file(app, secretEnvFile(spec.name, env)),
    [`${data}/pgpass`]: file(
      app,
      password.apply((text) => passwordFile(database, text)),
    ),
    [`${data}/postgres-password`]: file(
      postgres.user,
      password.apply((text) => `${text}\n`),
    ),
  };
}
