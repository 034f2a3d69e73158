import net from "node:net";
import { afterEach, expect, it } from "vitest";
import { portOwner } from "../../cli/setup/index.js";
import { listeningInodes } from "../../cli/setup/port-owner.js";

const servers: net.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(host: string): Promise<number> {
  const server = net.createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as net.AddressInfo).port;
}

it.each(["127.0.0.1", "0.0.0.0"])("names the process that listens on %s", async (host) => {
  const port = await listen(host);
  expect(await portOwner(port)).toMatch(new RegExp(`^.+ \\(pid ${process.pid}\\)$`));
});

it("names nobody for a port that is free", async () => {
  const port = await listen("127.0.0.1");
  servers.pop()!.close();
  expect(await portOwner(port)).toBeUndefined();
});

it("reads only listening sockets of that very port", () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0
   1: 0100007F:4965 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0 20 4 30 10 -1
   2: 00000000000000000000000000000000:4965 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 333 1`;
  expect(listeningInodes(table, 18789)).toEqual(["111", "333"]);
  expect(listeningInodes(table, 0xc001)).toEqual([]);
});
