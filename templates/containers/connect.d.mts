import type Docker from "dockerode";
import type { Endpoint } from "../../engine/transport/endpoint.mjs";

/**
 * The daemon of the machine that this script works on, by its environment. Connects with the first call.
 *
 * @throws TransportError for what is no address
 */
export declare function connect(): { endpoint: Endpoint; docker: Docker };
