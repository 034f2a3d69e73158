import { inspect } from "node:util";
import { resolveEndpoint } from "./endpoint.mjs";
import { SshAgent } from "./ssh-agent.mjs";

/**
 * What dockerode is made with to speak to a daemon. All is given, where it is undefined too: otherwise dockerode takes it from
 * DOCKER_HOST and its companions.
 */
export function dockerOptions(endpoint, folder, agent) {
  const { ssh, socketPath, host, port, tls } = endpoint;
  const used = agent ?? (ssh ? new SshAgent(ssh, folder) : undefined);
  // Its transport formats the options of every request for its debug log, shown or not. An agent holds all of its connections: that
  // would take several times as long as the request itself.
  if (used) used[inspect.custom] = () => "Agent";
  return {
    socketPath,
    // Of a daemon that is reached by ssh no address is asked for: the agent knows it.
    host: ssh ? "docker" : host,
    port: ssh ? undefined : port,
    protocol: tls ? "https" : "http",
    ca: tls?.ca,
    cert: tls?.cert,
    key: tls?.key,
    timeout: undefined,
    pathPrefix: "/",
    agent: used,
  };
}

/** The daemon that a script's environment names: DOCKER_HOST or what the docker command would take, FLEET_SSH_OPTIONS, FLEET_DOCKER_TLS. */
export function endpointOfScript(env = process.env) {
  const { ca, cert, key } = json(env.FLEET_DOCKER_TLS) ?? {};
  return resolveEndpoint(
    { sshOpts: json(env.FLEET_SSH_OPTIONS), caMaterial: ca, certMaterial: cert, keyMaterial: key },
    env,
  );
}

const json = (text) => (text ? JSON.parse(text) : undefined);
