import { Agent } from "node:http";
import { SshLink } from "./ssh-link.mjs";
import { SshSocket } from "./ssh-socket.mjs";

/** Connections that a process keeps open to one host. An ssh server takes ten sessions by a connection, where nobody has changed that. */
const MAX_SOCKETS = 6;

/** Calls that take as long as something else does: they would hold up those that queue behind them. */
const LONG =
  /\/(attach|wait|logs|stop|restart|stats|events|build|commit|images\/create|images\/load|images\/get|exec\/[^/]+\/start)(\?|$)/;

/** Sends HTTP requests to the Docker daemon of a host that is reached by ssh. What may take long gets a connection of its own. */
export class SshAgent extends Agent {
  #link;
  #long;

  /** @param folder where ssh runs: the relative paths of its options begin there */
  constructor(target, folder) {
    super({ keepAlive: true, maxSockets: MAX_SOCKETS, maxFreeSockets: MAX_SOCKETS });
    this.#link = new SshLink(target, folder);
    this.#long = new Agent({ keepAlive: false });
    this.#long.createConnection = () => this.createConnection();
  }

  /** As of Node's own agents, which call it. */
  createConnection() {
    return new SshSocket(this.#link);
  }

  addRequest(request, ...others) {
    const isLong = request.getHeader("upgrade") !== undefined || LONG.test(request.path);
    if (!isLong) return super.addRequest(request, ...others);
    request.shouldKeepAlive = false;
    return this.#long.addRequest(request, ...others);
  }

  destroy() {
    super.destroy();
    this.#long.destroy();
    this.#link.close();
  }
}
