// Answers on port 8080 as a claw does, keeps what it is told in its three volumes, and says which variables it was given, never
// what is in them.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import http from "node:http";

const { CLAY_ROOT: root = "/app", CLAY_DB: memory = "/app/data/messages.db" } = process.env;
const PAGE = `${root}/public/index.html`;
const SOUL = `${root}/soul/SOUL.md`;
const version = readFileSync("/app/core-version", "utf8").trim();

if (!existsSync(SOUL)) writeFileSync(SOUL, "# A claw\n");
if (!existsSync(PAGE)) writeFileSync(PAGE, "<!doctype html><title>A claw</title><p>Nothing yet.</p>\n");
appendFileSync(memory, `started ${version}\n`);
const variables = Object.keys(process.env).sort();
console.log(`claw ${version}; environment: ${variables.join(" ")}`);

const json = (response, value) =>
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));

/** Words as they come to it, one event each. */
async function think(response) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  for (const word of ["one", "thing", "at", "a", "time"]) {
    response.write(`data: ${word}\n\n`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  response.end();
}

const server = http.createServer((request, response) => {
  const { method, url } = request;
  if (method === "GET" && url === "/")
    return response.writeHead(200, { "content-type": "text/html" }).end(readFileSync(PAGE));
  if (method === "GET" && url === "/api/version") return json(response, { version });
  if (method === "GET" && url === "/api/environment") return json(response, { variables });
  if (method === "GET" && url === "/api/memory") return json(response, readFileSync(memory, "utf8").trim().split("\n"));
  if (method === "GET" && url === "/api/think") return think(response);
  if (method === "POST" && url === "/api/memory") {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    return request.on("end", () => {
      appendFileSync(memory, `${text.replaceAll("\n", " ")}\n`);
      writeFileSync(PAGE, `<!doctype html><title>A claw</title><p>Last told: ${text.length} letters.</p>\n`);
      response.writeHead(204).end();
    });
  }
  return response.writeHead(404).end();
});
server.listen(8080, "0.0.0.0");
// It is process 1: nobody else ends it.
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
