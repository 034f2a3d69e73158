/** How Traefik finds and serves one container. */
export interface TraefikRoute {
  /** Names the router and the service: unique among all containers that one Traefik reads. */
  name: string;
  host: string;
  entryPoint: string;
  /** Undefined where the entry point has no TLS. */
  certResolver?: string;
  /** Port in the container. */
  port: number;
  /** The network to reach the container in; needed for one that is in several. */
  network?: string;
}

/**
 * The labels of a container that Traefik's Docker provider reads
 * (https://doc.traefik.io/traefik/routing/providers/docker/). Streams of server-sent events are passed on as they come: Traefik
 * does not buffer what has no length.
 */
export function traefikLabels({
  name,
  host,
  entryPoint,
  certResolver,
  port,
  network,
}: TraefikRoute): Record<string, string> {
  const router = `traefik.http.routers.${name}`;
  return {
    "traefik.enable": "true",
    ...(network !== undefined && { "traefik.docker.network": network }),
    [`${router}.rule`]: hostRule(host),
    [`${router}.entrypoints`]: entryPoint,
    ...(certResolver !== undefined && { [`${router}.tls.certresolver`]: certResolver }),
    [`traefik.http.services.${name}.loadbalancer.server.port`]: String(port),
  };
}

/** The rule of a router for a host name. */
export const hostRule = (host: string) => `Host(\`${host}\`)`;
