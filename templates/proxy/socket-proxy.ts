/** Port on which the proxy listens in its network, Docker's own for plain HTTP. */
export const SOCKET_PROXY_PORT = 2375;

/** Where the Docker socket is in the proxy's container. */
export const SOCKET = "/var/run/docker.sock";

/** Answer to everything that Traefik has no need of. */
export const REFUSED = "Only what Traefik reads is let through to Docker.";

/**
 * The Docker API as far as Traefik's Docker provider reads it: who answers and which version, the list of containers, one container by its
 * id, and the stream of events. Of one that is let through exactly what was compared is passed on, not what a client spelt.
 */
const READ = "^(/v[0-9]+[.][0-9]+)?/(_ping|version|events|containers/json|containers/[0-9a-f]{64}/json)$";

/** Caddyfile of what stands between Traefik and the Docker socket. */
export function renderSocketProxy(): string {
  return `{
	admin off
	auto_https off
	grace_period 1s
}

http://:${SOCKET_PROXY_PORT} {
	@read {
		method GET HEAD
		path_regexp read ${READ}
		not header Upgrade *
	}
	handle @read {
		rewrite * {re.read.0}
		reverse_proxy unix/${SOCKET} {
			flush_interval -1
		}
	}
	handle {
		respond "${REFUSED}" 403
	}
}
`;
}
