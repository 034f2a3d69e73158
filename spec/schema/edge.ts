import { z } from "zod";
import { containerPath, dockerName, hostName, port, reference } from "./fields.js";
import type { ImageUse } from "./images.js";
import { resources } from "./parts.js";

const image = () => reference().describe("An entry of `fleet:images`, or an image reference with a tag or digest.");

const shared = {
  machine: reference().describe("The machine whose agents and services the proxy serves, and on which it runs."),
  port: port().optional().describe("Port on the machine. Default: 80 without TLS, 443 with it. May be below 1024."),
  httpPort: port()
    .optional()
    .describe(
      "With `tls: acme`: the port for the authority's questions and for redirects to HTTPS. Default: 80. Another one only behind " +
        "something that forwards port 80 to it.",
    ),
  bind: z
    .enum(["127.0.0.1", "0.0.0.0"])
    .optional()
    .describe("Address on the machine. Default: 127.0.0.1 where the domain is below `localhost`, else 0.0.0.0."),
  domain: hostName().describe("Agents without a `host` of their own are served as `<agent>.<domain>`."),
  email: z
    .email({ error: "must be an e-mail address" })
    .optional()
    .describe("Contact for `tls: acme`, which needs it."),
};

/** Some YAML readers take `off` for false. */
const off = () => z.literal(false).transform(() => "off" as const);

const caddy = z.strictObject({
  proxy: z.literal("caddy").optional().describe("The reverse proxy's program. Default: `caddy`."),
  ...shared,
  image: image(),
  tls: z
    .union([z.enum(["off", "internal", "acme"]), off()])
    .prefault("off")
    .describe(
      "`off`: plain HTTP. `internal`: certificates of the proxy's own authority. `acme`: public ones, from Let's Encrypt.",
    ),
  resources: resources({ memory: "256MiB", cpus: 1, pids: 256 }),
});

const caddyNative = z.strictObject({
  proxy: z
    .literal("caddy-native")
    .describe("Caddy as a service of the host itself, which its `baseline` installs: no container, no image."),
  ...shared,
  tls: z
    .union([z.enum(["off", "internal", "acme"]), off()])
    .prefault("acme")
    .describe(
      "`acme`: public certificates, from Let's Encrypt. `internal`: those of the proxy's own authority. `off`: plain HTTP.",
    ),
});

const socketProxy = z.strictObject({
  image: reference().describe("An image that has Caddy: an entry of `fleet:images`, or a reference."),
  socket: containerPath()
    .optional()
    .describe(
      "The Docker socket, by its path on the machine. Default: the machine's `socket`, else /var/run/docker.sock.",
    ),
});

const traefik = z.strictObject({
  proxy: z.literal("traefik").describe("Traefik, which meets the agents in a Docker network."),
  ...shared,
  network: dockerName().describe(
    "The Docker network in which Traefik meets the agents. It is made, unless Traefik is `external`: then it has to be there.",
  ),
  external: z
    .boolean()
    .default(false)
    .describe(
      "`true`: Traefik and its network belong to somebody else. Agents get labels; nothing of the proxy is made or removed.",
    ),
  image: image().optional(),
  tls: z
    .union([z.enum(["off", "acme"]), off()])
    .prefault("acme")
    .describe("`acme`: public certificates, from Let's Encrypt. `off`: plain HTTP."),
  certResolver: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/, { error: "must be a name of letters, digits, hyphens and underscores" })
    .default("letsencrypt")
    .describe("Name of Traefik's certificate resolver, which the agents' labels name."),
  entryPoint: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/, { error: "must be a name of letters, digits, hyphens and underscores" })
    .optional()
    .describe("Name of the entry point that serves agents. Default: `websecure`, without TLS `web`."),
  discovery: z
    .enum(["labels", "file"])
    .optional()
    .describe(
      "How our Traefik learns of agents. `labels`: from Docker, through `socketProxy`, those of other stacks too. `file`: from a file " +
        "that lists this stack's agents; nothing of Docker is open to it. Default: `labels` with a `socketProxy`, else `file`.",
    ),
  socketProxy: socketProxy
    .optional()
    .describe("What stands between Traefik and the Docker socket: it lets through what Traefik reads, and no change."),
  resources: resources({ memory: "256MiB", cpus: 1, pids: 256 }),
});

/** A machine's reverse proxy, by its program. */
export const edge = z.discriminatedUnion("proxy", [caddy, caddyNative, traefik]);

/**
 * What the volume with a proxy's keys and certificates is called: each program has its own, in a form and of a user of its own,
 * so that an edge may go from one to another.
 */
export const CERTIFICATES = { caddy: "data", traefik: "acme" } as const;

/** A proxy's program, wherever it runs. */
export type EdgeProgram = "caddy" | "traefik";

/** The program that an entry's `proxy` means. */
export const programOf = (proxy: "caddy" | "caddy-native" | "traefik" | undefined): EdgeProgram =>
  proxy === "traefik" ? "traefik" : "caddy";

interface Common {
  name: string;
  machine: string;
  domain: string;
  port: number;
  bind: "127.0.0.1" | "0.0.0.0";
  email?: string;
  /** With `tls: acme` also a second port of the machine, for challenges and redirects; otherwise undefined. */
  httpPort?: number;
}

interface InContainer {
  /** Name of the container on the machine; of an external proxy, nothing. */
  container: string;
  /** Name on the machine of the volume with keys and certificates, where there are any. */
  volume: string;
}

export interface CaddyEdgeSpec extends Common, InContainer, Pick<z.output<typeof caddy>, "resources"> {
  proxy: "caddy";
  image: ImageUse;
  tls: "off" | "internal" | "acme";
}

/** Caddy as a service of the host. */
export interface CaddyNativeEdgeSpec extends Common {
  proxy: "caddy-native";
  tls: "off" | "internal" | "acme";
}

export interface TraefikEdgeSpec
  extends Common,
    InContainer,
    Pick<z.output<typeof traefik>, "resources" | "network" | "external" | "certResolver"> {
  proxy: "traefik";
  /** Undefined where it is external. */
  image?: ImageUse;
  tls: "off" | "acme";
  entryPoint: string;
  discovery: "labels" | "file";
  socketProxy?: SocketProxySpec;
}

/** What stands between Traefik and the Docker socket. */
export interface SocketProxySpec {
  /** Its entry in labels, statuses and logs: `<edge>-socket`. */
  name: string;
  /** Name of the container on the machine, and of the network that only Traefik is in with it. */
  container: string;
  image: ImageUse;
  /** Path of the Docker socket on the machine. */
  socket: string;
}

/** A machine's reverse proxy, with every default in place. */
export type EdgeSpec = CaddyEdgeSpec | CaddyNativeEdgeSpec | TraefikEdgeSpec;
