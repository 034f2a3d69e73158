// Answers as Twenty's REST API does for companies and people. Records are in PostgreSQL, or, where no database is named, in memory.
import { existsSync } from "node:fs";
import http from "node:http";
import { json as readJson } from "node:stream/consumers";
import { roleOf } from "./keys.mjs";
import { memoryStore } from "./memory.mjs";
import { postgresStore } from "./postgres.mjs";
import { ask } from "./redis.mjs";

// Twenty reads its settings from here as well; what is in the environment counts more.
if (existsSync(".env")) process.loadEnvFile(".env");
const { APP_SECRET: secret, PG_DATABASE_URL: database, REDIS_URL: queue, NODE_PORT: port = "3000" } = process.env;
if (!secret) throw new Error("APP_SECRET is missing");
const store = database ? postgresStore(database) : memoryStore();

/** Twenty's own limit. */
const MOST = 60;

const send = (response, status, body) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

async function list(object, search) {
  const limit = Math.min(Number(search.get("limit") ?? MOST), MOST);
  const cursor = search.get("starting_after");
  const after = cursor ? JSON.parse(Buffer.from(cursor, "base64url").toString()) : undefined;
  const records = await store.list(object, { ...filterOf(search.get("filter")), after, limit: limit + 1 });
  const page = records.slice(0, limit);
  const last = page.at(-1);
  return {
    data: { [object]: page },
    pageInfo: {
      hasNextPage: records.length > limit,
      endCursor: last ? Buffer.from(JSON.stringify([last.updatedAt, last.id])).toString("base64url") : null,
    },
  };
}

/** `updatedAt[gte]:"…"` or `emails.primaryEmail[in]:["…","…"]`. */
function filterOf(filter) {
  if (!filter) return {};
  const [, field, comparator, value] = /^([\w.]+)\[(\w+)\]:(.+)$/.exec(filter) ?? [];
  if (field === "updatedAt" && comparator === "gte") return { since: JSON.parse(value) };
  if (comparator === "in") return { field, values: JSON.parse(value) };
  throw Object.assign(new Error(`'filter' invalid for '${filter}'`), { status: 400 });
}

async function answer(request, response) {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname === "/healthz") {
    await store.ready();
    if (queue) await ask(queue, "PING");
    return send(response, 200, { status: "ok" });
  }
  const role = roleOf(request, secret);
  if (role === undefined) return send(response, 401, { messages: ["Invalid API key"] });
  const [, batch, object] = /^\/rest\/(batch\/)?(companies|people)$/.exec(url.pathname) ?? [];
  if (object === undefined) return send(response, 404, { messages: ["not found"] });
  if (request.method === "GET" && !batch) return send(response, 200, await list(object, url.searchParams));
  if (request.method !== "POST" || !batch) return send(response, 405, { messages: ["not here"] });
  if (role !== "write") return send(response, 403, { messages: ["This key may only read"] });
  const records = await readJson(request);
  if (records.length > MOST || records.some(({ id }) => typeof id !== "string"))
    return send(response, 400, { messages: ["bad batch"] });
  const made = await store.upsert(object, records).catch((error) => {
    throw Object.assign(error, { status: 400 });
  });
  if (queue) await ask(queue, "LPUSH", "jobs", `${object}: ${made.length}`);
  return send(response, 201, { data: { [object]: made } });
}

const server = http.createServer((request, response) => {
  answer(request, response).catch((error) => send(response, error.status ?? 500, { messages: [error.message] }));
});
server.listen(Number(port), process.env.LISTEN ?? "0.0.0.0", () =>
  console.log(`listening on ${server.address().port}`),
);
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
