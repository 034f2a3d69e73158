/** One host name that a proxy serves. */
export interface Route {
  host: string;
  /** `address:port` of what answers. */
  upstream: string;
}

/** A machine's Caddy. */
export interface CaddyEdge {
  port: number;
  /** Address to listen on; `0.0.0.0` is every one. */
  bind: string;
  /** `off`: plain HTTP. `internal`: certificates of Caddy's own authority. `acme`: public ones. */
  tls: "off" | "internal" | "acme";
  /** Contact of the ACME account. */
  email?: string;
  /** With `acme`: port for challenges and for redirects to HTTPS. */
  httpPort?: number;
  routes: Route[];
}

/** Folder in the container, in memory, for what Caddy writes as it runs. */
export const RUN_FOLDER = "/run/caddy";

/** Caddy's admin interface: a socket that only the container's own processes reach, used to reload. */
export const ADMIN_SOCKET = `${RUN_FOLDER}/admin.sock`;

/**
 * Stands for a client on the machine itself. To an agent, the loopback address in `X-Forwarded-For` would be its own container,
 * and OpenClaw refuses it as a forgery. This one belongs to no host (RFC 7600).
 */
const LOCAL_CLIENT = "192.0.0.8";

/** Answer to a host name that no agent has. */
export const UNKNOWN_HOST = "No agent of this fleet has this host name.";

/** The Caddyfile of an edge, routes in order of their host names. WebSockets need no setting of their own. */
export function renderCaddyfile(edge: CaddyEdge): string {
  const routes = [...edge.routes].sort((a, b) => (a.host < b.host ? -1 : 1));
  const blocks = [block("", globalOptions(edge)), ...routes.map((route) => site(edge, route))];
  // With TLS, a name without a certificate already ends in the handshake.
  if (edge.tls === "off") {
    blocks.push(block(`http://:${edge.port}`, [`respond ${quote(`${UNKNOWN_HOST}\n`)} 404`]));
  } else if (routes.length === 0) {
    // Without a site Caddy would not listen at all, and be taken for broken.
    blocks.push(block(`https://:${edge.port}`, ["abort"]));
  }
  return `${blocks.join("\n\n")}\n`;
}

function globalOptions(edge: CaddyEdge): string[] {
  const options = [`admin unix/${ADMIN_SOCKET}`, "grace_period 10s"];
  if (edge.bind !== "0.0.0.0") options.push(`default_bind ${edge.bind}`);
  if (edge.tls === "off") return [...options, "auto_https off"];
  options.push(`https_port ${edge.port}`);
  if (edge.httpPort !== undefined) options.push(`http_port ${edge.httpPort}`);
  // The authority's root cannot be installed into a read-only container, and would help nobody there.
  if (edge.tls === "internal") return [...options, "skip_install_trust", "auto_https disable_redirects"];
  return edge.email === undefined ? options : [...options, `email ${edge.email}`];
}

function site(edge: CaddyEdge, route: Route): string {
  const address = `${edge.tls === "off" ? "http" : "https"}://${route.host}:${edge.port}`;
  const lines = [
    ...(edge.tls === "internal" ? ["tls internal"] : []),
    "map {remote_host} {client_address} {",
    `\t~^(127\\.|::1$) ${LOCAL_CLIENT}`,
    "\tdefault {remote_host}",
    "}",
    `reverse_proxy ${route.upstream} {`,
    // Replaces whatever a client claims.
    "\theader_up X-Forwarded-For {client_address}",
    "}",
  ];
  return block(address, lines);
}

function block(head: string, lines: string[]): string {
  return [`${head ? `${head} ` : ""}{`, ...lines.map((line) => `\t${line}`), "}"].join("\n");
}

const quote = (text: string) => `"${text.replace(/["\\]/g, "\\$&").replace(/\n/g, "\n")}"`;
