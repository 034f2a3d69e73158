import { stringify } from "yaml";
import { hostRule } from "./traefik-labels.js";

/** One host name that Traefik is told of by file. */
export interface FileRoute {
  /** Names the router and the service. */
  name: string;
  host: string;
  /** Where the container answers: `http://<container>:<port>`. */
  url: string;
}

/** A machine's Traefik. */
export interface TraefikEdge {
  /** Name of the entry point that serves agents. */
  entryPoint: string;
  /** `off`: plain HTTP. `acme`: public certificates, and plain HTTP only leads to HTTPS. */
  tls: "off" | "acme";
  /** The machine's port that the entry point is published as. */
  port: number;
  /** Name of the ACME resolver. */
  certResolver: string;
  /** Contact of the ACME account. */
  email?: string;
  /** The Docker network in which it meets agents. */
  network: string;
  /** Where it reads the containers' labels: `tcp://host:port`. Undefined: routes come from {@link ROUTES_FILE}. */
  docker?: string;
}

/** Where the files below are found in the container. */
export const TRAEFIK_FOLDER = "/config";
export const STATIC_FILE = "traefik.yml";
/** Traefik watches the whole folder; nothing but routes may stand in it. */
export const ROUTES_FOLDER = "routes";
export const ROUTES_FILE = `${ROUTES_FOLDER}/agents.yml`;
/** Folder in the container for the account's key and the certificates. */
export const ACME_FOLDER = "/data";

/** Ports in the container: any user may open these. */
export const PLAIN_PORT = 8000;
export const SECURE_PORT = 8443;
const PING_PORT = 8082;

/** Entry points besides the one for agents. */
export const OTHER_ENTRY_POINTS = { plain: "web", ping: "ping" };

/**
 * Traefik's static configuration, which it reads when it starts (https://doc.traefik.io/traefik/reference/install-configuration/).
 * Every key has been there since 3.0: an older Traefik does not start with one that it does not know. Without `api` there is
 * neither dashboard nor API, not even for a container whose labels ask for it.
 */
export function renderTraefikConfig(edge: TraefikEdge): string {
  const config = {
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    log: { level: "INFO", noColor: true },
    accessLog,
    ping: { entryPoint: OTHER_ENTRY_POINTS.ping },
    entryPoints: entryPoints(edge),
    serversTransport: {
      // An agent may think for minutes before its answer begins.
      forwardingTimeouts: { dialTimeout: "10s", responseHeaderTimeout: "0s", idleConnTimeout: "90s" },
    },
    providers:
      edge.docker === undefined
        ? { file: { directory: `${TRAEFIK_FOLDER}/${ROUTES_FOLDER}`, watch: true } }
        : { docker: { endpoint: edge.docker, exposedByDefault: false, network: edge.network, watch: true } },
    ...(edge.tls === "acme" && {
      certificatesResolvers: {
        [edge.certResolver]: {
          acme: {
            email: edge.email,
            storage: `${ACME_FOLDER}/acme.json`,
            httpChallenge: { entryPoint: OTHER_ENTRY_POINTS.plain },
          },
        },
      },
    }),
  };
  return yaml(config);
}

/** One line of JSON a request. Without its path: tokens stand in query strings, and until 3.6.18 these cannot be left out alone. */
const accessLog = {
  format: "json",
  fields: {
    defaultMode: "drop",
    names: Object.fromEntries(
      [
        "ClientHost",
        "DownstreamContentSize",
        "DownstreamStatus",
        "Duration",
        "OriginStatus",
        "RequestHost",
        "RequestMethod",
        "RequestProtocol",
        "RouterName",
        "StartUTC",
      ].map((name) => [name, "keep"]),
    ),
    headers: { defaultMode: "drop" },
  },
};

function entryPoints({ entryPoint, tls, port, certResolver }: TraefikEdge): Record<string, object> {
  const ping = { [OTHER_ENTRY_POINTS.ping]: { address: `127.0.0.1:${PING_PORT}` } };
  if (tls === "off") return { [entryPoint]: { address: `:${PLAIN_PORT}`, asDefault: true, ...clients }, ...ping };
  return {
    [OTHER_ENTRY_POINTS.plain]: {
      address: `:${PLAIN_PORT}`,
      ...clients,
      // To the port outside: an entry point's name would lead to the one in the container.
      http: { redirections: { entryPoint: { to: `:${port}`, scheme: "https", permanent: true } } },
    },
    [entryPoint]: { address: `:${SECURE_PORT}`, asDefault: true, ...clients, http: { tls: { certResolver } } },
    ...ping,
  };
}

/**
 * What holds for requests from outside: nobody is believed who says for whom they ask; a request may take its time to come in, and its
 * answer any time, so that no stream is cut.
 */
const clients = {
  forwardedHeaders: { insecure: false },
  transport: {
    respondingTimeouts: { readTimeout: "5m", writeTimeout: "0s", idleTimeout: "180s" },
    lifeCycle: { graceTimeOut: "10s" },
  },
};

/** The routes of agents as a file for Traefik's file provider, in order of their host names. */
export function renderTraefikRoutes(
  { entryPoint, tls, certResolver }: Pick<TraefikEdge, "entryPoint" | "tls" | "certResolver">,
  routes: FileRoute[],
): string {
  if (routes.length === 0) return "# No agents.\n";
  const sorted = [...routes].sort((a, b) => (a.host < b.host ? -1 : 1));
  const router = ({ name, host }: FileRoute) => ({
    rule: hostRule(host),
    entryPoints: [entryPoint],
    service: name,
    ...(tls === "acme" && { tls: { certResolver } }),
  });
  const service = ({ url }: FileRoute) => ({ loadBalancer: { servers: [{ url }] } });
  return yaml({
    http: {
      routers: Object.fromEntries(sorted.map((route) => [route.name, router(route)])),
      services: Object.fromEntries(sorted.map((route) => [route.name, service(route)])),
    },
  });
}

const yaml = (value: object) => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
