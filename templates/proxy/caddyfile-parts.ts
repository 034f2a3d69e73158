/** One host name that a proxy serves. */
export interface Route {
  host: string;
  /** `address:port` of what answers. */
  upstream: string;
}

/** How a machine's Caddy serves, whoever runs it. */
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

/**
 * Stands for a client on the machine itself. To an agent, the loopback address in `X-Forwarded-For` would be its own container,
 * and OpenClaw refuses it as a forgery. This one belongs to no host (RFC 7600).
 */
const LOCAL_CLIENT = "192.0.0.8";

/** Names the client, for {@link reverseProxy}. */
export const CLIENT_ADDRESS = [
  "map {remote_host} {client_address} {",
  `\t~^(127\\.|::1$) ${LOCAL_CLIENT}`,
  "\tdefault {remote_host}",
  "}",
];

export const reverseProxy = (upstream: string) => [
  `reverse_proxy ${upstream} {`,
  // Replaces whatever a client claims.
  "\theader_up X-Forwarded-For {client_address}",
  "}",
];

/** Where Caddy listens and how it comes to certificates: global options that both Caddys have. */
export function listening(edge: CaddyEdge): string[] {
  const options = edge.bind === "0.0.0.0" ? [] : [`default_bind ${edge.bind}`];
  if (edge.tls === "off") return [...options, "auto_https off"];
  options.push(`https_port ${edge.port}`);
  if (edge.httpPort !== undefined) options.push(`http_port ${edge.httpPort}`);
  // The authority's root cannot be installed into a read-only container, and would help nobody there.
  if (edge.tls === "internal") return [...options, "skip_install_trust", "auto_https disable_redirects"];
  return edge.email === undefined ? options : [...options, `email ${edge.email}`];
}

export const inOrder = (routes: Route[]) => [...routes].sort((a, b) => (a.host < b.host ? -1 : 1));

export function block(head: string, lines: string[]): string {
  return [`${head ? `${head} ` : ""}{`, ...lines.map((line) => `\t${line}`), "}"].join("\n");
}

export const quote = (text: string) => `"${text.replace(/["\\]/g, "\\$&").replace(/\n/g, "\n")}"`;
