/** Where a Docker daemon is reached. */
export interface Endpoint {
  /** As a user writes it: `unix:///var/run/docker.sock`, `tcp://10.0.0.2:2376`, `ssh://deploy@example.org`. */
  url: string;
  /** What named it, for messages: `DOCKER_HOST`, `the Docker context "desktop"`. */
  source: string;
  socketPath?: string;
  host?: string;
  port?: number;
  tls?: { ca?: string; cert?: string; key?: string };
  ssh?: SshTarget;
}

/** A host whose daemon is reached by the `ssh` program. */
export interface SshTarget {
  host: string;
  /** Missing: ssh's own choice. */
  user?: string;
  port?: number;
  /** The daemon's socket on the host, where it is not the default one. */
  socket?: string;
  /** Arguments for `ssh`: `["-o", "BatchMode=yes"]`. */
  options: string[];
}

/** The folder of the Docker client's configuration. */
export declare function dockerConfigFolder(env?: NodeJS.ProcessEnv): string;

/**
 * Finds the daemon as the docker command does: `host` or `context` of the configuration, DOCKER_HOST, DOCKER_CONTEXT or the
 * current context of the client's configuration, the default socket. The configuration has the vendor's keys: host, context,
 * certPath, caMaterial, certMaterial, keyMaterial, sshOpts.
 *
 * @throws TransportError for what is no address
 */
export declare function resolveEndpoint(config: Record<string, unknown>, env?: NodeJS.ProcessEnv): Endpoint;
