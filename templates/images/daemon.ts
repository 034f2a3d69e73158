import fs from "node:fs";
import os from "node:os";
import { TransportError } from "../../engine/transport/error.mjs";
import { connect } from "../containers/connect.mjs";
import { BuildError } from "./errors.js";

/**
 * Names the container of a build, so that a later run of the same user of this computer finds what an interrupted one left: the
 * daemon may serve others too. A name and not a label, since labels would become the image's.
 */
const buildName = (tag: string) =>
  ["fleet-image-build", os.hostname(), process.getuid?.() ?? 0, tag].join(".").replace(/[^A-Za-z0-9.]/g, "-");

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
  private readonly docker;
  private readonly endpoint;

  /** Connects with the first call. @throws BuildError for an address that is none */
  constructor() {
    try {
      ({ docker: this.docker, endpoint: this.endpoint } = connect());
    } catch (error) {
      throw error instanceof TransportError ? new BuildError(error.message, error.fix) : error;
    }
  }

  /**
   * Go's name of the daemon's architecture, and its data folder where that is on this computer.
   *
   * @throws BuildError when it does not answer
   */
  async describe(): Promise<{ arch: string; dataDir: string | undefined }> {
    const { url: where, socketPath } = this.endpoint;
    try {
      const [version, info] = await Promise.all([this.docker.version(), this.docker.info()]);
      return { arch: version.Arch, dataDir: socketPath === undefined ? undefined : info.DockerRootDir };
    } catch (error) {
      if (error instanceof TransportError) throw new BuildError(error.message, error.fix);
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
