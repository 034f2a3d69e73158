import Docker from "dockerode";
import { dockerOptions, endpointOfScript } from "../../engine/transport/docker.mjs";

/**
 * The daemon of the machine that this script works on, by its environment: DOCKER_HOST or what the docker command would take,
 * FLEET_SSH_OPTIONS and FLEET_DOCKER_TLS. Connects with the first call.
 */
export function connect() {
  const endpoint = endpointOfScript();
  return { endpoint, docker: new Docker(dockerOptions(endpoint, process.cwd())) };
}
