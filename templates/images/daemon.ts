import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import Docker from "dockerode";
import { BuildError } from "./errors.js";

/** Says whose unfinished build a container is; its value is the image's tag. */
const BUILD_LABEL = "fleet.image-build";
const BUILDER_LABEL = "fleet.image-builder";
const builder = `${os.hostname()}:${process.getuid?.() ?? 0}`;

/** What an image is run as, unless a container says otherwise. */
export interface ImageConfig {
  tag: string;
  user: string;
  workingDir: string;
  env: string[];
  labels: Record<string, string>;
}

/** The Docker daemon at DOCKER_HOST, or at the socket where this system keeps it. */
export class Daemon {
  private readonly docker = new Docker(process.env.DOCKER_HOST ? undefined : { socketPath: defaultSocket() });

  /** @returns Go's name of the daemon's architecture, and its data folder. @throws BuildError when it does not answer */
  async describe(): Promise<{ arch: string; dataDir: string }> {
    try {
      const [version, info] = await Promise.all([this.docker.version(), this.docker.info()]);
      return { arch: version.Arch, dataDir: info.DockerRootDir };
    } catch (error) {
      const where = process.env.DOCKER_HOST ?? defaultSocket();
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
      Image: base,
      Cmd: ["/bin/bash", "-euc", script],
      User: "0:0",
      WorkingDir: "/",
      Labels: { [BUILD_LABEL]: config.tag, [BUILDER_LABEL]: builder },
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
          // An empty value is what takes the container's own label out of the image: they are merged.
          Labels: { ...config.labels, [BUILD_LABEL]: "", [BUILDER_LABEL]: "" },
          Cmd: ["bash"],
        },
      });
    } finally {
      await container.remove({ force: true, v: true }).catch(() => {});
    }
  }

  /** Removes the containers that unfinished builds of this user left: all, or those of one image. */
  async removeBuilds(tag?: string): Promise<void> {
    const label = [`${BUILDER_LABEL}=${builder}`, ...(tag ? [`${BUILD_LABEL}=${tag}`] : [])];
    for (const { Id } of await this.docker.listContainers({ all: true, filters: { label } })) {
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

function defaultSocket(): string {
  const candidates = [
    "/var/run/docker.sock",
    ...(process.env.XDG_RUNTIME_DIR ? [path.join(process.env.XDG_RUNTIME_DIR, "docker.sock")] : []),
    path.join(os.homedir(), ".docker/run/docker.sock"),
  ];
  return candidates.find((file) => fs.existsSync(file)) ?? candidates[0]!;
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
