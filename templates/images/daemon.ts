import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import Docker from "dockerode";
import { BuildError } from "./errors.js";

/**
 * Names the container of a build, so that a later run of the same user finds what an interrupted one left. A name and not
 * a label, since labels would become the image's.
 */
const buildName = (tag: string) => `fleet-image-build.${process.getuid?.() ?? 0}.${tag.replace(/[^A-Za-z0-9.]/g, "-")}`;

/** What an image is run as, unless a container says otherwise. */
export interface ImageConfig {
  tag: string;
  user: string;
  workingDir: string;
  env: string[];
  labels: Record<string, string>;
}

/** The Docker daemon that the environment names. */
export class Daemon {
  private readonly docker = connect();

  /** @returns Go's name of the daemon's architecture, and its data folder. @throws BuildError when it does not answer */
  async describe(): Promise<{ arch: string; dataDir: string }> {
    try {
      const [version, info] = await Promise.all([this.docker.version(), this.docker.info()]);
      return { arch: version.Arch, dataDir: info.DockerRootDir };
    } catch (error) {
      const where = daemonUrl();
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "EACCES") {
        throw new BuildError(
          `no permission to use Docker at ${where}`,
          "Add your user to the group docker, or run as root",
        );
      }
      throw new BuildError(
        `Docker does not answer at ${where} (${code ?? (error as Error).message})`,
        "Start it, set DOCKER_HOST, or run ./fleet up --setup, which installs and starts it",
      );
    }
  }

  /** The id of the image with this tag. */
  async imageId(tag: string): Promise<string | undefined> {
    try {
      return (await this.docker.getImage(tag).inspect()).Id;
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return undefined;
      throw error;
    }
  }

  /** Makes an image of a root file system. */
  async importRootfs(file: string, tag: string): Promise<void> {
    const [repo, version] = splitTag(tag);
    const options = { repo, tag: version, changes: 'CMD ["bash"]' };
    const stream = await this.docker.importImage(fs.createReadStream(file), options);
    await new Promise<void>((resolve, reject) => {
      this.docker.modem.followProgress(stream, (error, events: { error?: string }[] | null) => {
        const failed = error ?? events?.find((event) => event.error)?.error;
        if (failed) reject(new Error(`Docker could not import the root file system: ${failed}`));
        else resolve();
      });
    });
  }

  /**
   * Makes an image of another one, some files and a shell script, which runs as root and without a network.
   * Nothing of the build stays but the files: no secret could be in the image's history.
   */
  async derive(
    base: string,
    layer: NodeJS.ReadableStream | undefined,
    script: string,
    config: ImageConfig,
  ): Promise<void> {
    const container = await this.docker.createContainer({
      name: `${buildName(config.tag)}.${process.pid}`,
      Image: base,
      Cmd: ["/bin/bash", "-euc", script],
      User: "0:0",
      WorkingDir: "/",
      HostConfig: { NetworkMode: "none" },
    });
    try {
      if (layer) await container.putArchive(layer, { path: "/" });
      await container.start();
      const { StatusCode } = await container.wait();
      if (StatusCode !== 0) {
        const log = await container.logs({ stdout: true, stderr: true, tail: 15 });
        throw new Error(`preparing the image failed with exit code ${StatusCode}:\n${plainLog(log)}`);
      }
      const [repo, tag] = splitTag(config.tag);
      await container.commit({
        _query: { container: container.id, repo, tag },
        _body: {
          User: config.user,
          WorkingDir: config.workingDir,
          Env: config.env,
          Labels: config.labels,
          Cmd: ["bash"],
        },
      });
    } finally {
      await container.remove({ force: true, v: true }).catch(() => {});
    }
  }

  /** Removes the containers that this user's unfinished builds of an image left. The caller holds the image's lock. */
  async removeBuilds(tag: string): Promise<void> {
    const filters = { name: [`^/${buildName(tag)}[.][0-9]+$`] };
    for (const { Id } of await this.docker.listContainers({ all: true, filters })) {
      await this.docker
        .getContainer(Id)
        .remove({ force: true, v: true })
        .catch(() => {});
    }
  }
}

function splitTag(tag: string): [string, string] {
  const at = tag.lastIndexOf(":");
  return [tag.slice(0, at), tag.slice(at + 1)];
}

/** Where the daemon is, as the docker command finds it: DOCKER_HOST, the client's current context, the default socket. */
function daemonUrl(): string {
  return process.env.DOCKER_HOST || contextUrl() || "unix:///var/run/docker.sock";
}

function contextUrl(): string | undefined {
  const folder = process.env.DOCKER_CONFIG || path.join(os.homedir(), ".docker");
  try {
    const { currentContext } = JSON.parse(fs.readFileSync(path.join(folder, "config.json"), "utf8"));
    const name = process.env.DOCKER_CONTEXT || currentContext;
    // The client keeps a context under the digest of its name.
    const digest = createHash("sha256").update(name).digest("hex");
    const meta = JSON.parse(fs.readFileSync(path.join(folder, "contexts/meta", digest, "meta.json"), "utf8"));
    return meta.Endpoints.docker.Host;
  } catch {
    return undefined;
  }
}

function connect(): Docker {
  const url = daemonUrl();
  if (url.startsWith("unix://")) return new Docker({ socketPath: url.slice("unix://".length) });
  if (url.startsWith("ssh://")) {
    throw new BuildError(
      `Docker is at ${url}: an image can be built from packages over a local socket or TCP, not over ssh`,
      "Use an image reference (from: ghcr.io/...) for that machine, or build the image there",
    );
  }
  process.env.DOCKER_HOST = url;
  // It reads DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH.
  return new Docker();
}

/** A container's log without the eight-byte header that Docker puts before each piece. */
function plainLog(log: Buffer): string {
  const parts: string[] = [];
  for (let at = 0; at + 8 <= log.length; ) {
    const length = log.readUInt32BE(at + 4);
    parts.push(log.subarray(at + 8, at + 8 + length).toString("utf8"));
    at += 8 + length;
  }
  return parts.join("").trimEnd();
}
