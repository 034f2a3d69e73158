import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import { type Endpoint, resolveEndpoint } from "../../engine/transport/endpoint.mjs";
import { TransportError } from "../../engine/transport/error.mjs";
import { SshAgent } from "../../engine/transport/ssh-agent.mjs";
import { findProgram, isDebian } from "./host.js";

/**
 * - ready: it answers.
 * - not-installed: there is no Docker on this machine.
 * - not-running: Docker is installed, and its daemon is not there.
 * - no-permission: the daemon is there, and this user may not use it.
 * - unreachable: a daemon elsewhere, or one that does not answer in time.
 */
export type DockerState = "ready" | "not-installed" | "not-running" | "no-permission" | "unreachable";

export interface DockerStatus {
  state: DockerState;
  /** One sentence: what was found, and where. */
  detail: string;
  /** What to do about it; empty when it is ready. */
  fix: string;
}

/** A local daemon answers a ping in a few milliseconds. */
const LOCAL_TIMEOUT_MS = 2_000;
const REMOTE_TIMEOUT_MS = 10_000;
/** The connection has limits of its own, and says more when one of them is passed. */
const SSH_TIMEOUT_MS = 60_000;

/** Whether the Docker can be used that the docker command would use. Changes nothing, and takes a few milliseconds with a daemon on this machine. */
export async function dockerStatus(): Promise<DockerStatus> {
  try {
    return await statusOf(resolveEndpoint({}));
  } catch (error) {
    if (error instanceof TransportError) return { state: "unreachable", detail: error.message, fix: error.fix };
    throw error;
  }
}

/** Whether the daemon at an endpoint can be used. `folder`: where ssh runs, for one that is reached by it. */
export async function statusOf(endpoint: Endpoint, folder = process.cwd()): Promise<DockerStatus> {
  try {
    const version = await ping(endpoint, folder);
    return { state: "ready", detail: `Docker ${version} answers at ${endpoint.url}`, fix: "" };
  } catch (error) {
    if (error instanceof TransportError)
      return { state: "unreachable", detail: `${endpoint.source}: ${error.message}`, fix: error.fix };
    return endpoint.socketPath
      ? localFailure(endpoint as Endpoint & { socketPath: string }, error as NodeJS.ErrnoException)
      : remoteFailure(endpoint, error as NodeJS.ErrnoException);
  }
}

function localFailure(endpoint: Endpoint & { socketPath: string }, error: NodeJS.ErrnoException): DockerStatus {
  const isDefault = endpoint.source === "the default socket";
  const where = `${endpoint.socketPath}${isDefault ? "" : ` (from ${endpoint.source})`}`;
  if (error.code === "EACCES" || error.code === "EPERM") {
    return {
      state: "no-permission",
      detail: `this user may not use Docker at ${where}`,
      fix: "add your user to the group docker (sudo usermod -aG docker $USER, then log in again), or run this as root",
    };
  }
  if (error.code === "ETIMEDOUT") {
    return {
      state: "unreachable",
      detail: `Docker at ${where} takes the connection and does not answer`,
      fix: "look at its log (journalctl -u docker), and restart it",
    };
  }
  if (!isDefault) {
    return {
      state: "unreachable",
      detail: `no Docker daemon answers at ${where}`,
      fix: `start the daemon that listens there, or mend ${endpoint.source}`,
    };
  }
  if (findProgram("dockerd") || (process.platform === "darwin" && fs.existsSync("/Applications/Docker.app"))) {
    return {
      state: "not-running",
      detail: `Docker is installed, and no daemon answers at ${where}`,
      fix: startAdvice(),
    };
  }
  if (process.platform === "linux" && !findProgram("docker")) {
    return { state: "not-installed", detail: "Docker is not installed", fix: installAdvice() };
  }
  return findProgram("docker")
    ? { state: "not-running", detail: `no Docker daemon answers at ${where}`, fix: startAdvice() }
    : { state: "not-installed", detail: "Docker is not installed", fix: installAdvice() };
}

function remoteFailure(endpoint: Endpoint, error: NodeJS.ErrnoException): DockerStatus {
  return {
    state: "unreachable",
    detail: `no Docker daemon answers at ${endpoint.url} (from ${endpoint.source}): ${error.code ?? error.message}`,
    fix: `check that address and the network, or mend ${endpoint.source}`,
  };
}

export function installAdvice(): string {
  if (process.platform === "darwin") return "install Docker Desktop, OrbStack or Colima, and start it";
  return isDebian()
    ? "install it: apt-get install docker.io"
    : "install Docker as https://docs.docker.com/engine/install/ says for your system, and start it";
}

export function startAdvice(): string {
  if (process.platform === "darwin") return "start Docker Desktop, OrbStack or Colima";
  if (fs.existsSync("/run/systemd/system")) return "start it: sudo systemctl start docker";
  return "start it: sudo service docker start, or sudo dockerd";
}

/** @returns the daemon's version */
function ping(endpoint: Endpoint, folder: string): Promise<string> {
  const { socketPath, host, port, tls, ssh } = endpoint;
  const agent = ssh && new SshAgent(ssh, folder);
  return new Promise<string>((resolve, reject) => {
    const timeout = socketPath ? LOCAL_TIMEOUT_MS : ssh ? SSH_TIMEOUT_MS : REMOTE_TIMEOUT_MS;
    const request = (tls ? https : http).get(
      {
        path: "/version",
        agent: agent ?? false,
        ...(socketPath ? { socketPath } : ssh ? { host: "docker" } : { host, port, ...tls }),
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text: string) => {
          body += text;
        });
        response.on("error", reject).on("end", () => {
          try {
            resolve(JSON.parse(body).Version ?? "of an unknown version");
          } catch {
            reject(new Error(`it is no Docker daemon: it answers ${response.statusCode}`));
          }
        });
      },
    );
    request.on("error", reject);
    request.setTimeout(timeout, () => request.destroy(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })));
  }).finally(() => agent?.destroy());
}
