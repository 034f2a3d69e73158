// `relay.mjs <Unix socket> <port>`: passes connections to the socket on to a loopback port. Sockets in the file system lead into a
// network namespace that no other way leads into.
import { connect, createServer } from "node:net";

const [path, port] = process.argv.slice(2);
createServer((near) => {
  const far = connect(Number(port), "127.0.0.1");
  near.pipe(far).pipe(near);
  for (const [one, other] of [
    [near, far],
    [far, near],
  ])
    one.once("error", () => other.destroy());
}).listen(path);
