import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ProviderError } from "../../../provider.js";
import { dockerConfigFolder } from "../../../transport/endpoint.mjs";
import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../../values.js";

/** What the daemon gets in X-Registry-Auth. */
export interface Credentials {
  username?: string;
  password?: string;
  identitytoken?: string;
  serveraddress: string;
}

interface DockerConfig {
  auths?: Record<string, { auth?: string; username?: string; password?: string; identitytoken?: string }>;
  credsStore?: string;
  credHelpers?: Record<string, string>;
}

/** How the client's configuration names Docker Hub. */
const DOCKER_HUB = "https://index.docker.io/v1/";
const HELPER_TIMEOUT_MS = 15_000;

/** Credentials for registries: the provider's `registryAuth`, then the Docker client's configuration and its helpers. */
export class RegistryAuth {
  constructor(private readonly configured: PropertyValue | undefined) {}

  /** Credentials for the registry of an image reference; undefined to pull anonymously. */
  async forImage(reference: string): Promise<Credentials | undefined> {
    const registry = registryOf(reference);
    for (const entry of Array.isArray(this.configured) ? this.configured.filter(isPropertyMap) : []) {
      if (hostOf(String(entry.address)) === registry) return fromEntry(entry, registry);
    }
    return fromConfig(await clientConfig(), registry);
  }

  /** Everything that a build's FROM lines may need, for X-Registry-Config: only what stands in the configuration files. */
  async forBuild(): Promise<Record<string, Credentials>> {
    const found: Record<string, Credentials> = {};
    const config = await clientConfig();
    const registries = new Set(
      [...Object.keys(config.auths ?? {}), ...Object.keys(config.credHelpers ?? {})].map(hostOf),
    );
    for (const registry of registries) {
      const credentials = await fromConfig(config, registry).catch(() => undefined);
      if (credentials) found[credentials.serveraddress] = credentials;
    }
    for (const entry of Array.isArray(this.configured) ? this.configured.filter(isPropertyMap) : []) {
      const credentials = await fromEntry(entry, hostOf(String(entry.address)));
      if (credentials) found[credentials.serveraddress] = credentials;
    }
    return found;
  }
}

/** `docker.io` for `debian:12` and `library/debian`, `ghcr.io` for `ghcr.io/a/b`. */
export function registryOf(reference: string): string {
  const slash = reference.indexOf("/");
  const first = slash < 0 ? "" : reference.slice(0, slash);
  return first.includes(".") || first.includes(":") || first === "localhost" ? hostOf(first) : "docker.io";
}

function hostOf(address: string): string {
  const host = address.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return ["index.docker.io", "registry-1.docker.io", "docker.io"].includes(host) ? "docker.io" : host;
}

async function fromEntry(entry: PropertyMap, registry: string): Promise<Credentials | undefined> {
  if (entry.authDisabled === true) return undefined;
  const serveraddress = serverAddress(registry);
  if (typeof entry.username === "string" && entry.username !== "") {
    return { username: entry.username, password: String(entry.password ?? ""), serveraddress };
  }
  if (typeof entry.configFileContent === "string" && entry.configFileContent !== "") {
    return fromConfig(parse(entry.configFileContent, "registryAuth[].configFileContent"), registry);
  }
  const path = typeof entry.configFile === "string" && entry.configFile !== "" ? entry.configFile : undefined;
  return fromConfig(await clientConfig(path), registry);
}

function serverAddress(registry: string): string {
  return registry === "docker.io" ? DOCKER_HUB : registry;
}

async function clientConfig(path = join(dockerConfigFolder(), "config.json")): Promise<DockerConfig> {
  try {
    return parse(await readFile(path, "utf8"), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

function parse(text: string, source: string): DockerConfig {
  try {
    return JSON.parse(text) as DockerConfig;
  } catch {
    throw new ProviderError(`${source} is no valid JSON`, "mend it, or run `docker login` again");
  }
}

async function fromConfig(config: DockerConfig, registry: string): Promise<Credentials | undefined> {
  const serveraddress = serverAddress(registry);
  const helper = config.credHelpers?.[registry] ?? config.credHelpers?.[serveraddress] ?? config.credsStore;
  if (helper) {
    const found = await askHelper(helper, serveraddress);
    if (found) return found;
  }
  const [, entry] = Object.entries(config.auths ?? {}).find(([address]) => hostOf(address) === registry) ?? [];
  if (!entry) return undefined;
  if (entry.identitytoken) return { identitytoken: entry.identitytoken, serveraddress };
  if (entry.auth) {
    const text = Buffer.from(entry.auth, "base64").toString();
    const colon = text.indexOf(":");
    return { username: text.slice(0, colon), password: text.slice(colon + 1), serveraddress };
  }
  return entry.username ? { username: entry.username, password: entry.password ?? "", serveraddress } : undefined;
}

/** Docker's credential helper protocol: the address on standard input, JSON on standard output. */
function askHelper(name: string, serveraddress: string): Promise<Credentials | undefined> {
  return new Promise((resolve) => {
    const child = spawn(`docker-credential-${name}`, ["get"], { stdio: ["pipe", "pipe", "ignore"] });
    const timer = setTimeout(() => child.kill(), HELPER_TIMEOUT_MS);
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", () => resolve(undefined));
    child.stdin.on("error", () => undefined);
    child.on("close", () => {
      clearTimeout(timer);
      try {
        const { Username, Secret } = JSON.parse(output) as { Username: string; Secret: string };
        // The protocol marks an identity token by this user name.
        if (Username === "<token>") resolve({ identitytoken: Secret, serveraddress });
        else resolve(Username ? { username: Username, password: Secret, serveraddress } : undefined);
      } catch {
        resolve(undefined);
      }
    });
    child.stdin.end(serveraddress);
  });
}
