// The process of DockerProxy: `docker-proxy-process.ts <its socket> <the daemon's socket>`.
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { KillPoint, Order, Report } from "./docker-proxy.js";

/** Milliseconds after which a request that is killed `during` counts as in flight. */
const IN_FLIGHT = 300;

const [path = "", daemon = ""] = process.argv.slice(2);
const tell = (report: Report) => process.send?.(report);
process.once("disconnect", () => process.exit());

const open = new Set<Socket>();
let armed: { point: KillPoint; left: number } | undefined;
let target: number | undefined;
/** The process was killed: nothing is passed on any more. */
let struck = false;

process.on("message", (order: Order) => {
  if ("target" in order) {
    target = order.target;
    return;
  }
  armed = { point: order.arm, left: order.arm.nth ?? 1 };
  target = undefined;
  struck = false;
});

const server = createServer((incoming, outgoing) => void pass(incoming, outgoing));
server.on("connection", (socket) => {
  open.add(socket);
  socket.once("close", () => open.delete(socket));
});
server.on("upgrade", (incoming, socket, head) => upgrade(incoming, socket as Socket, head));
server.listen(path, () => tell({ listening: true }));

async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (struck) return void incoming.socket.destroy();
  const when = momentOf(incoming);
  if (when === "before") return strike();

  const { method, url, headers } = incoming;
  const upstream = request({ socketPath: daemon, method, path: url, headers });
  // The daemon gives up a build or a pull whose client is gone: it must see that here too.
  outgoing.once("close", () => {
    if (!outgoing.writableFinished && when === undefined) upstream.destroy();
  });
  upstream.once("error", () => incoming.socket.destroy());
  incoming.pipe(upstream);
  if (when === "during") {
    const answered = new Promise((resolve) => upstream.once("response", resolve));
    await Promise.race([answered, sleep(IN_FLIGHT)]);
    strike();
    upstream.destroy();
    return;
  }
  upstream.once("response", (answer) => {
    if (when === "after") return void answer.resume().once("close", strike);
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    // Streams tell their first lines late; the client waits for the head alone.
    outgoing.flushHeaders();
    answer.pipe(outgoing);
    answer.once("error", () => outgoing.destroy());
  });
}

/** Attaching and exec: the connection becomes a raw one. */
function upgrade(incoming: IncomingMessage, socket: Socket, head: Buffer): void {
  if (struck) return void socket.destroy();
  const upstream = connect(daemon, () => {
    const headers = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    upstream.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headers.join("")}\r\n`);
    upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
  });
  const both = [socket, upstream];
  for (const one of both) {
    one.on("error", () => {});
    one.on("close", () => both.forEach((other) => void other.destroy()));
  }
}

function momentOf({ method, url }: IncomingMessage): KillPoint["when"] | undefined {
  const path = new URL(url ?? "/", "http://docker").pathname.replace(/^\/v\d+\.\d+/, "");
  tell({ request: `${method} ${path}` });
  if (armed === undefined || method !== armed.point.method || !armed.point.path.test(path)) return undefined;
  armed.left--;
  return armed.left === 0 ? armed.point.when : undefined;
}

function strike(): void {
  struck = true;
  armed = undefined;
  if (target !== undefined) process.kill(target, "SIGKILL");
  for (const socket of open) socket.destroy();
}
