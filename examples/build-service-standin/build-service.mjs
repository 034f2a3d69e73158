// Takes sources and gives back a "binary": the sources, with a line that says so.
import http from "node:http";

const server = http.createServer((request, response) => {
  if (request.method === "GET" && request.url === "/health") return response.writeHead(200).end("ok\n");
  if (request.method !== "POST" || request.url !== "/build") return response.writeHead(404).end();
  response.writeHead(200, { "content-type": "application/octet-stream" });
  response.write("built\n");
  return request.pipe(response);
});
server.listen(9090, "0.0.0.0");
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
