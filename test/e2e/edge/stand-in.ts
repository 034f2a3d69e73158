import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker, IMAGE } from "../support/daemon.js";

/**
 * An image with a program in Traefik's place: no package registry has Traefik itself. It serves its static configuration on the
 * ports that Traefik is told to open, answers Traefik's health check, and keeps something in the folder for certificates.
 * By default the image runs a small web server on port 8080, as agents do.
 */
export const STAND_IN = "fleet-e2e/traefik-stand-in:1";

const PROGRAM = `#!/bin/sh
if [ "$1" = healthcheck ]; then exec wget -q -O /dev/null http://127.0.0.1:8082/ping; fi
mkdir -p /tmp/www
cp "\${1#--configFile=}" /tmp/www/static.yml || exit 1
echo OK >/tmp/www/ping
if [ -d /data ]; then date >>/data/acme.json || exit 1; fi
echo "starting"
httpd -p 127.0.0.1:8082 -h /tmp/www
httpd -p 8443 -h /tmp/www
exec httpd -f -p 8000 -h /tmp/www
`;

const DOCKERFILE = `FROM ${IMAGE}
COPY traefik /bin/traefik
COPY index.html /www/index.html
RUN ["busybox", "sh", "-c", "cd /bin && for a in httpd mkdir cp date chmod nslookup; do busybox ln -sf busybox $a; done; chmod 755 /bin/traefik"]
CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]
`;

/** Builds the image on the daemon that the tests use. */
export function buildStandIn(): void {
  const folder = mkdtempSync(join(tmpdir(), "fleet-e2e-stand-in-"));
  try {
    writeFileSync(join(folder, "traefik"), PROGRAM);
    writeFileSync(join(folder, "index.html"), "an agent\n");
    writeFileSync(join(folder, "Dockerfile"), DOCKERFILE);
    const { status, stderr } = spawnSync("docker", ["build", "-q", "--network", "none", "-t", STAND_IN, folder], {
      encoding: "utf8",
      env: { ...process.env, DOCKER_BUILDKIT: "0" },
    });
    if (status !== 0) throw new Error(stderr);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Images of a stack file: Caddy as `stacks/Pulumi.local.yaml` builds it, so that it is built once. */
export const images = {
  caddy: { build: { debian: { suite: "bookworm", packages: ["caddy", "ca-certificates"] } } },
};

/** An agent that answers on port 8080 with `an agent`. */
export const webAgent = (more: object = {}) => ({
  machine: "here",
  runtime: "container",
  image: STAND_IN,
  internalPort: 8080,
  resources: { memory: "32MiB", cpus: 0.5, pids: 32 },
  health: { http: "/", interval: "1s", timeout: "3s", retries: 20, startPeriod: "10s" },
  ...more,
});

/** Runs a shell's line in a container; gives its exit code and what it printed. */
export function inContainer(container: string, line: string): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync("docker", ["exec", container, "sh", "-c", line], { encoding: "utf8" });
  return { code: status, output: `${stdout}${stderr}`.trim() };
}

/** Address of a container in a network; this machine is in every network of its daemon. */
export const addressIn = (container: string, network: string) =>
  docker("inspect", "-f", `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`, container);

export interface Answer {
  status: number;
  body: string;
}

/** One HTTP request, its path sent as it is written. */
export function ask(
  host: string,
  port: number,
  path: string,
  options: { method?: string; headers?: http.OutgoingHttpHeaders; body?: string } = {},
): Promise<Answer> {
  const { method = "GET", headers, body } = options;
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, path, method, headers, agent: false });
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    request.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, body: "" });
    });
    request.on("error", reject).end(body);
  });
}
