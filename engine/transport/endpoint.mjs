// Where a Docker daemon is. Plain JavaScript with its types beside it, as all in this folder: the scripts that the engine's commands
// run use it too, and those are started by Node alone.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { TransportError } from "./error.mjs";

const DEFAULT_SOCKET = "unix:///var/run/docker.sock";

/** The folder of the Docker client's configuration. */
export function dockerConfigFolder(env = process.env) {
  return env.DOCKER_CONFIG ?? join(homedir(), ".docker");
}

/**
 * Finds the daemon as the docker command does: `host` or `context` of the configuration, DOCKER_HOST, DOCKER_CONTEXT or the
 * current context of the client's configuration, the default socket.
 */
export function resolveEndpoint(config, env = process.env) {
  if (isText(config.host)) return parse(config.host, "the provider's host", config, env);
  if (isText(config.context)) return contextEndpoint(config.context, config, env);
  if (env.DOCKER_HOST) return parse(env.DOCKER_HOST, "DOCKER_HOST", config, env);
  const context = env.DOCKER_CONTEXT ?? currentContext(env);
  if (context && context !== "default") return contextEndpoint(context, config, env);
  return parse(DEFAULT_SOCKET, "the default socket", config, env);
}

const isText = (value) => typeof value === "string" && value !== "";

const currentContext = (env) => readJson(join(dockerConfigFolder(env), "config.json"))?.currentContext;

function contextEndpoint(name, config, env) {
  // The Docker client keeps a context's metadata under the digest of its name.
  const digest = createHash("sha256").update(name).digest("hex");
  const meta = readJson(join(dockerConfigFolder(env), "contexts", "meta", digest, "meta.json"));
  const host = meta?.Endpoints?.docker?.Host ?? (name === "default" ? DEFAULT_SOCKET : undefined);
  if (!host)
    throw new TransportError(`there is no Docker context "${name}"`, "see `docker context ls`, or set DOCKER_HOST");
  return parse(host, `the Docker context "${name}"`, config, env);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

function parse(text, source, config, env) {
  if (text.startsWith("unix://")) return { url: text, source, socketPath: text.slice("unix://".length) };
  const url = read(text);
  if (url?.protocol === "ssh:") return { url: text, source, ssh: sshTarget(url, text, source, config) };
  if (url && ["tcp:", "http:", "https:"].includes(url.protocol)) {
    const tls = tlsMaterial(config, env, url.protocol === "https:");
    return {
      url: text,
      source,
      // A URL has an IPv6 address in brackets, a socket without.
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port) || (tls ? 2376 : 2375),
      ...(tls ? { tls } : {}),
    };
  }
  throw new TransportError(
    `${source} is "${text}", which is no Docker address`,
    "write unix:///var/run/docker.sock, tcp://<host>:<port> or ssh://<user>@<host>",
  );
}

function read(text) {
  try {
    return new URL(text.includes("://") ? text : `tcp://${text}`);
  } catch {
    return undefined;
  }
}

/** What `ssh` is told. Neither part can be taken for one of its options. */
function sshTarget(url, text, source, { sshOpts }) {
  const host = decodeURIComponent(url.hostname).replace(/^\[|\]$/g, "");
  const user = decodeURIComponent(url.username);
  if (host === "" || host.startsWith("-") || user.startsWith("-") || url.password !== "" || url.search || url.hash) {
    throw new TransportError(
      `${source} is "${redacted(text)}", which is no address for ssh`,
      "write ssh://<user>@<host> or ssh://<user>@<host>:<port>; the key is ssh's own to find, there is no password in it",
    );
  }
  return {
    host,
    ...(user ? { user } : {}),
    ...(url.port ? { port: Number(url.port) } : {}),
    ...(url.pathname.length > 1 ? { socket: decodeURIComponent(url.pathname) } : {}),
    options: Array.isArray(sshOpts) ? sshOpts.map(String) : [],
  };
}

const redacted = (text) => text.replace(/\/\/[^@/]*@/, "//***@");

function tlsMaterial(config, env, required) {
  const given = (key) => (isText(config[key]) ? config[key] : undefined);
  const folder =
    given("certPath") ?? (env.DOCKER_TLS_VERIFY ? (env.DOCKER_CERT_PATH ?? dockerConfigFolder(env)) : undefined);
  const file = (name) => {
    if (!folder) return undefined;
    try {
      return readFileSync(join(folder, name), "utf8");
    } catch {
      throw new TransportError(
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
