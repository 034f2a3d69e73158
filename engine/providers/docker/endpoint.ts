import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ProviderError } from "../../provider.js";
import type { PropertyMap } from "../../values.js";

/** Where a Docker daemon is reached. */
export interface Endpoint {
  /** As a user writes it: `unix:///var/run/docker.sock`, `tcp://10.0.0.2:2376`. */
  url: string;
  /** What named it, for messages: `DOCKER_HOST`, `the Docker context "desktop"`. */
  source: string;
  socketPath?: string;
  host?: string;
  port?: number;
  tls?: { ca?: string; cert?: string; key?: string };
}

const DEFAULT_SOCKET = "unix:///var/run/docker.sock";

/** The folder of the Docker client's configuration. */
export function dockerConfigFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.DOCKER_CONFIG ?? join(homedir(), ".docker");
}

/**
 * Finds the daemon as the docker command does: provider config `host` or `context`, DOCKER_HOST, DOCKER_CONTEXT or the current
 * context of the client's configuration, the default socket.
 */
export function resolveEndpoint(config: PropertyMap, env: NodeJS.ProcessEnv = process.env): Endpoint {
  if (typeof config.host === "string" && config.host !== "") {
    return parse(config.host, "the provider's host", config, env);
  }
  if (typeof config.context === "string" && config.context !== "") return contextEndpoint(config.context, config, env);
  if (env.DOCKER_HOST) return parse(env.DOCKER_HOST, "DOCKER_HOST", config, env);
  const context = env.DOCKER_CONTEXT ?? currentContext(env);
  if (context && context !== "default") return contextEndpoint(context, config, env);
  return parse(DEFAULT_SOCKET, "the default socket", config, env);
}

function currentContext(env: NodeJS.ProcessEnv): string | undefined {
  const config = readJson(join(dockerConfigFolder(env), "config.json")) as { currentContext?: string } | undefined;
  return config?.currentContext;
}

function contextEndpoint(name: string, config: PropertyMap, env: NodeJS.ProcessEnv): Endpoint {
  // The Docker client keeps a context's metadata under the digest of its name.
  const digest = createHash("sha256").update(name).digest("hex");
  const meta = readJson(join(dockerConfigFolder(env), "contexts", "meta", digest, "meta.json")) as
    | { Endpoints?: { docker?: { Host?: string } } }
    | undefined;
  const host = meta?.Endpoints?.docker?.Host ?? (name === "default" ? DEFAULT_SOCKET : undefined);
  if (!host) {
    throw new ProviderError(`there is no Docker context "${name}"`, "see `docker context ls`, or set DOCKER_HOST");
  }
  return parse(host, `the Docker context "${name}"`, config, env);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

function parse(text: string, source: string, config: PropertyMap, env: NodeJS.ProcessEnv): Endpoint {
  if (text.startsWith("unix://")) return { url: text, source, socketPath: text.slice("unix://".length) };
  let url: URL | undefined;
  try {
    url = new URL(text.includes("://") ? text : `tcp://${text}`);
  } catch {
    // Told below.
  }
  if (url && ["tcp:", "http:", "https:"].includes(url.protocol)) {
    const tls = tlsMaterial(config, env, url.protocol === "https:");
    return {
      url: text,
      source,
      host: url.hostname,
      port: Number(url.port) || (tls ? 2376 : 2375),
      ...(tls ? { tls } : {}),
    };
  }
  const ssh = url?.protocol === "ssh:";
  throw new ProviderError(
    ssh
      ? `${source} is ${text}: the hermetic engine reaches Docker over a local socket or TCP, not over ssh`
      : `${source} is "${text}", which is no Docker address`,
    ssh
      ? "run this stack with the real engine (`--engine pulumi`)"
      : "write unix:///var/run/docker.sock or tcp://<host>:<port>",
  );
}

function tlsMaterial(config: PropertyMap, env: NodeJS.ProcessEnv, required: boolean): Endpoint["tls"] {
  const given = (key: string) => (typeof config[key] === "string" && config[key] !== "" ? config[key] : undefined);
  const folder =
    given("certPath") ?? (env.DOCKER_TLS_VERIFY ? (env.DOCKER_CERT_PATH ?? dockerConfigFolder(env)) : undefined);
  const file = (name: string) => {
    if (!folder) return undefined;
    try {
      return readFileSync(join(folder, name), "utf8");
    } catch {
      throw new ProviderError(
        `cannot read the Docker client certificate ${join(folder, name)}`,
        "give certPath a folder with ca.pem, cert.pem and key.pem",
      );
    }
  };
  const ca = given("caMaterial") ?? file("ca.pem");
  const cert = given("certMaterial") ?? file("cert.pem");
  const key = given("keyMaterial") ?? file("key.pem");
  if (!ca && !cert && !key) return required ? {} : undefined;
  return { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) };
}
