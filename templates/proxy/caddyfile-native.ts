import {
  block,
  type CaddyEdge,
  CLIENT_ADDRESS,
  inOrder,
  listening,
  type Route,
  reverseProxy,
} from "./caddyfile-parts.js";

/** Where Debian's package has the service read its configuration. */
export const NATIVE_CADDYFILE = "/etc/caddy/Caddyfile";

/**
 * Caddy's admin interface. By default it is a port of the loopback address, which agents in the host's network reach: whoever is
 * there could route the fleet's names elsewhere. The socket is its user's and root's, in the home of the service's user.
 */
export const NATIVE_ADMIN_SOCKET = "/var/lib/caddy/admin.sock";

/**
 * Says whether Caddy can read a draft of the file, below the folder `$1`. In a home of its own that is thrown away: checking makes keys
 * and folders, which in the service's home would be root's.
 */
export const CADDY_CHECK = `command -v caddy >/dev/null || { echo 'there is no Caddy on this host: give the machine a baseline' >&2; exit 1; }
home=$(mktemp -d) && trap 'rm -rf "$home"' EXIT
said=$(HOME=$home XDG_DATA_HOME=$home XDG_CONFIG_HOME=$home caddy validate --adapter caddyfile --config "$1${NATIVE_CADDYFILE}" 2>&1) ||
  { printf '%s\\n' "$said" | tail -n 1 >&2; exit 1; }`;

/**
 * Takes up a changed file. A Caddy that still listens where the package has it listen, or does not run, cannot be told to reload; one
 * that can is never restarted, since what it refuses would then be down.
 */
export const CADDY_RELOAD = `if systemctl is-active --quiet caddy && [ -S ${NATIVE_ADMIN_SOCKET} ]; then systemctl reload caddy
else systemctl enable --quiet caddy && systemctl restart caddy; fi`;

/**
 * Headers by which proxies say who a client is. From a client they are forgeries, and a program behind may believe them: OpenClaw
 * those of Tailscale, others those of an authenticating proxy. `Proxy` becomes `HTTP_PROXY` in a CGI program (httpoxy).
 */
const CLAIMS = [
  "Forwarded",
  "X-Forwarded-*",
  "X-Real-IP",
  "X-Client-IP",
  "X-Cluster-Client-IP",
  "True-Client-IP",
  "CF-*",
  "X-Original-*",
  "X-Rewrite-URL",
  "X-Auth-*",
  "X-Authenticated-*",
  "X-Remote-*",
  "Remote-*",
  "X-WebAuth-*",
  "X-Goog-Authenticated-User-*",
  "X-Goog-Iap-*",
  "X-Amzn-Oidc-*",
  "X-MS-Client-Principal*",
  "X-Pomerium-*",
  "Tailscale-*",
  "Proxy",
  "Proxy-*",
];

/** Says what runs here, which helps nobody but who looks for a version with a hole. */
const TELLTALES = ["Server", "X-Powered-By", "Via"];

/** Name of the Caddyfile's snippet for what every host has. */
const EVERY_SITE = "fleet";

/** Seconds for which a browser asks by HTTPS only: a year. */
const HSTS_SECONDS = 31_536_000;

/**
 * The Caddyfile of Caddy as a service of the host. What it does beyond a container's: nothing that a client claims about itself reaches
 * an agent, nothing is said of the programs behind, and it keeps an access log without what stands in addresses as a secret.
 * WebSockets need no setting, and streams none: Caddy passes on what has no length as it comes, and ends the request behind when
 * the client has gone.
 */
export function renderNativeCaddyfile(edge: CaddyEdge): string {
  const blocks = [
    block("", [...globalOptions(), ...listening(edge), ...(edge.tls === "off" ? [`http_port ${edge.port}`] : [])]),
    block(`(${EVERY_SITE})`, everySite(edge)),
    ...inOrder(edge.routes).map((route) => site(edge, route)),
    // A name of nobody: the connection is closed. With TLS it ends in the handshake, but for who names one host there and asks for another.
    block(address(edge), ["abort"]),
  ];
  if (edge.tls === "acme") blocks.push(block("http://", ["abort"]));
  return `${blocks.join("\n\n")}\n`;
}

function globalOptions(): string[] {
  return [
    `admin unix/${NATIVE_ADMIN_SOCKET}`,
    "grace_period 10s",
    // To the journal, as the service's standard error. Errors tell the request too.
    "log {",
    "\tformat filter {",
    "\t\twrap json",
    "\t\tfields {",
    // Query strings, and parts of a path that only a machine would write: tokens, keys, signed names.
    "\t\t\trequest>uri regexp `\\?.*$|[A-Za-z0-9_=~.%+-]{24,}` …",
    "\t\t\trequest>headers delete",
    "\t\t\tresp_headers delete",
    "\t\t\trequest>tls delete",
    "\t\t}",
    "\t}",
    "}",
    "servers {",
    // HTTP/3 comes by UDP, to which the host's firewall is closed.
    "\tprotocols h1 h2",
    "\ttimeouts {",
    "\t\tread_header 30s",
    "\t}",
    "}",
  ];
}

/** What all hosts have in common. */
function everySite(edge: CaddyEdge): string[] {
  return [
    ...(edge.tls === "internal" ? ["tls internal"] : []),
    "log",
    ...CLAIMS.map((name) => `request_header -${name}`),
    ...CLIENT_ADDRESS,
    "header {",
    ...TELLTALES.map((name) => `\t-${name}`),
    ...(edge.tls === "acme" ? [`\tStrict-Transport-Security max-age=${HSTS_SECONDS}`] : []),
    // Where the program behind says so itself, that counts: a page may have to be shown in another one's frame.
    "\t?X-Content-Type-Options nosniff",
    "\t?X-Frame-Options SAMEORIGIN",
    "\t?Referrer-Policy strict-origin-when-cross-origin",
    "}",
  ];
}

/** Without its port, which the global options say: with it Caddy would log only who writes the port, too. */
const address = ({ tls }: CaddyEdge, host = "") => `${tls === "off" ? "http" : "https"}://${host}`;

const site = (edge: CaddyEdge, { host, upstream }: Route) =>
  block(address(edge, host), [`import ${EVERY_SITE}`, ...reverseProxy(upstream)]);
