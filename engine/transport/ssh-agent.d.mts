import { Agent } from "node:http";
import type { SshTarget } from "./endpoint.mjs";

/**
 * Sends HTTP requests to the Docker daemon of a host that is reached by ssh, over a few connections that are kept. What may
 * take long (a build, a log that is followed, a command in a container) gets a connection of its own.
 */
export declare class SshAgent extends Agent {
  /** @param folder where ssh runs: the relative paths of its options begin there */
  constructor(target: SshTarget, folder: string);
}
