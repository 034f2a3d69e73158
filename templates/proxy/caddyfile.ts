import {
  block,
  type CaddyEdge,
  CLIENT_ADDRESS,
  inOrder,
  listening,
  quote,
  type Route,
  reverseProxy,
} from "./caddyfile-parts.js";

export type { CaddyEdge, Route } from "./caddyfile-parts.js";

/** Folder in the container, in memory, for what Caddy writes as it runs. */
export const RUN_FOLDER = "/run/caddy";

/** Caddy's admin interface: a socket that only the container's own processes reach, used to reload. */
export const ADMIN_SOCKET = `${RUN_FOLDER}/admin.sock`;

/** Answer to a host name that no agent has. */
export const UNKNOWN_HOST = "No agent of this fleet has this host name.";

/** The Caddyfile of an edge in a container, routes in order of their host names. WebSockets need no setting of their own. */
export function renderCaddyfile(edge: CaddyEdge): string {
  const routes = inOrder(edge.routes);
  const blocks = [
    block("", [`admin unix/${ADMIN_SOCKET}`, "grace_period 10s", ...listening(edge)]),
    ...routes.map((route) => site(edge, route)),
  ];
  // With TLS, a name without a certificate already ends in the handshake.
  if (edge.tls === "off") {
    blocks.push(block(siteAddress(edge), [`respond ${quote(`${UNKNOWN_HOST}\n`)} 404`]));
  } else if (routes.length === 0) {
    // Without a site Caddy would not listen at all, and be taken for broken.
    blocks.push(block(siteAddress(edge), ["abort"]));
  }
  return `${blocks.join("\n\n")}\n`;
}

/** The address of a site; without a host name that of every other one. */
const siteAddress = ({ tls, port }: CaddyEdge, host = "") => `${tls === "off" ? "http" : "https"}://${host}:${port}`;

function site(edge: CaddyEdge, { host, upstream }: Route): string {
  const lines = [...(edge.tls === "internal" ? ["tls internal"] : []), ...CLIENT_ADDRESS, ...reverseProxy(upstream)];
  return block(siteAddress(edge, host), lines);
}
