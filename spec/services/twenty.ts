import { z } from "zod";
import { environment, NAME, NAME_RULE, port, reference, secretRef } from "../schema/fields.js";
import type { ImageUse } from "../schema/images.js";
import { hardening, healthTiming, resources } from "../schema/parts.js";
import { hostPath, numericUser, type ResolveService, servedHost, serviceShape } from "./service.js";

/** Port that Twenty's server listens on in its container. */
export const TWENTY_PORT = 3000;

/** PostgreSQL's superuser and the database, as Twenty's own compose file has them. */
export const TWENTY_DATABASE = { user: "postgres", name: "default" } as const;

const image = (preset: string) =>
  reference().default(preset).describe("An entry of `fleet:images`, or an image reference with a tag or digest.");

const postgres = z.strictObject({
  image: image("postgres:16"),
  user: numericUser("999:999").describe("`uid:gid` that PostgreSQL runs as: it owns the database's files."),
  resources: resources({ memory: "1GiB", cpus: 2, pids: 256 }),
});

const redis = z.strictObject({
  image: image("redis:7"),
  user: numericUser("999:999").describe("`uid:gid` that Redis runs as: it owns its files."),
  resources: resources({ memory: "256MiB", cpus: 1, pids: 64 }),
});

export const twenty = z.strictObject({
  kind: z.literal("twenty").describe("Twenty, a CRM: its server, its worker, PostgreSQL and Redis."),
  ...serviceShape(),
  team: z
    .string()
    .regex(NAME, { error: `must be ${NAME_RULE}` })
    .describe("Whose CRM it is. The containers are called `twenty-<team>`, and so with `-worker`, `-db`, `-redis`."),
  host: servedHost(),
  port: port().default(3100).describe("Port of the server on the machine's loopback address."),
  data: hostPath("/opt/twenty").describe("Folder of the machine with its database, files and secrets."),
  sync: z
    .boolean()
    .default(false)
    .describe("`true`: the hub may copy this CRM into the admin's. A team's CRM is its own until this is written."),
  databasePassword: secretRef().describe("Password of the database."),
  appSecret: secretRef().describe("`APP_SECRET`, by which Twenty signs its sessions and API keys."),
  env: environment()
    .default({})
    .describe("More of Twenty's settings: text, or `{ secret: name }`, which reaches Twenty by its `.env` only."),
  resources: resources({ memory: "2GiB", cpus: 2, pids: 512 }),
  hardening: hardening({ user: "1000:1000", tmpfs: ["/tmp"], readOnlyRoot: false }),
  health: z
    .strictObject(healthTiming({ interval: "10s", timeout: "5s", retries: 6, startPeriod: "10m" }))
    .prefault({})
    .describe("How the server is asked whether it is ready. The first start makes the whole database."),
  worker: z
    .strictObject({ resources: resources({ memory: "1GiB", cpus: 1, pids: 512 }) })
    .prefault({})
    .describe("The program that does what takes longer than an answer."),
  postgres: postgres.prefault({}).describe("The database."),
  redis: redis.prefault({}).describe("The queue."),
});

type TwentyEntry = z.output<typeof twenty>;

export type TwentySpec = ResolveService<Omit<TwentyEntry, "postgres" | "redis">> & {
  port: number;
  postgres: Omit<TwentyEntry["postgres"], "image"> & { image: ImageUse };
  redis: Omit<TwentyEntry["redis"], "image"> & { image: ImageUse };
};

/** What a team's CRM has on its machine besides its server: the end of the entry's and of the container's name. */
export const TWENTY_PARTS = ["worker", "db", "redis"] as const;

export const twentyContainer = (team: string) => `twenty-${team}`;
