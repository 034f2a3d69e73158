// Passes what agents of its machine send on to the relay, signed with the machine's secret, and what the relay has for them back.
import { createHmac } from "node:crypto";
import http from "node:http";
import { text } from "node:stream/consumers";

const { PORT = "8100", TEZ_RELAY_URL: relay, TEZ_AUTH_SECRET: secret } = process.env;
if (!relay || !secret) throw new Error("TEZ_RELAY_URL and TEZ_AUTH_SECRET are needed");

const token = () => createHmac("sha256", secret).update("tez-mcp").digest("hex");

async function answer(request, response) {
  if (request.url === "/health") return response.writeHead(200).end('{"status":"ok"}\n');
  if (!/^\/tez\/[a-z0-9-]+$/.test(request.url)) return response.writeHead(404).end();
  const passed = await fetch(relay + request.url, {
    method: request.method,
    headers: { authorization: `Bearer ${token()}` },
    signal: AbortSignal.timeout(10_000),
    ...(request.method === "POST" && { body: await text(request) }),
  });
  return response.writeHead(passed.status).end(await passed.text());
}

const server = http.createServer((request, response) => {
  answer(request, response).catch(() => response.writeHead(502).end());
});
server.listen(Number(PORT), "0.0.0.0");
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
