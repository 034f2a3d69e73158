// Keeps what is sent to somebody, as the relay does, until it is deleted: `POST`, `GET` and `DELETE /tez/<name>`.
import { createHmac, timingSafeEqual } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const { PORT = "3002", DATA_DIR: folder = "./data", JWT_SECRET: secret } = process.env;
if (!secret) throw new Error("JWT_SECRET is needed");
mkdirSync(folder, { recursive: true });

const token = Buffer.from(createHmac("sha256", secret).update("tez-mcp").digest("hex"));

function isKnown({ headers }) {
  const given = Buffer.from((headers.authorization ?? "").replace(/^Bearer /, ""));
  return given.length === token.length && timingSafeEqual(given, token);
}

async function answer(request, response) {
  if (request.url === "/health") return response.writeHead(200).end('{"status":"ok","service":"tezit-relay"}\n');
  const [, name] = /^\/tez\/([a-z0-9-]+)$/.exec(request.url) ?? [];
  if (name === undefined) return response.writeHead(404).end();
  if (!isKnown(request)) return response.writeHead(401).end();
  const file = join(folder, `${name}.tez`);
  if (request.method === "POST") writeFileSync(file, await text(request), { mode: 0o600 });
  else if (!existsSync(file)) return response.writeHead(404).end();
  else if (request.method === "DELETE") rmSync(file);
  else return response.writeHead(200).end(readFileSync(file));
  return response.writeHead(204).end();
}

const server = http.createServer((request, response) => {
  answer(request, response).catch(() => response.writeHead(500).end());
});
server.listen(Number(PORT), "0.0.0.0");
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
