import type { Agent } from "node:http";
import type Docker from "dockerode";
import type { Endpoint } from "./endpoint.mjs";

/**
 * What dockerode is made with to speak to a daemon.
 *
 * @param folder where ssh runs, for a daemon that is reached by it
 * @param agent instead of the one that fits
 */
export declare function dockerOptions(endpoint: Endpoint, folder: string, agent?: Agent): Docker.DockerOptions;

/**
 * The daemon that a script's environment names: DOCKER_HOST or what the docker command would take, FLEET_SSH_OPTIONS (a JSON
 * list of arguments for ssh), FLEET_DOCKER_TLS (JSON of PEM texts: ca, cert, key).
 *
 * @throws TransportError for what is no address
 */
export declare function endpointOfScript(env?: NodeJS.ProcessEnv): Endpoint;
