import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Pack, pack } from "tar-stream";

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

interface Blob {
  type: string;
  bytes: Buffer;
}

/** A registry on the loopback address, which Docker trusts without TLS. It has what is {@link add}ed, to pull only. */
export class Registry {
  readonly #server: Server;
  readonly #blobs = new Map<string, Blob>();
  /** `<repository>:<tag>` to a digest. */
  readonly #tags = new Map<string, string>();

  private constructor() {
    this.#server = createServer((request, response) => {
      const found = this.#find(request.url ?? "/");
      if (found === undefined) return void response.writeHead(404, { "content-type": "application/json" }).end("{}");
      response.writeHead(200, {
        "content-type": found.type,
        "content-length": found.bytes.length,
        "docker-content-digest": digestOf(found.bytes),
      });
      response.end(request.method === "HEAD" ? undefined : found.bytes);
    });
  }

  static async start(): Promise<Registry> {
    const registry = new Registry();
    await new Promise<void>((resolve) => registry.#server.listen(0, "127.0.0.1", resolve));
    registry.#server.unref();
    return registry;
  }

  /** `127.0.0.1:<port>`. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Adds an image with one file, `/content`, and labels; gives the reference by which it is pulled. */
  async add(name: string, content: string, labels: Record<string, string>): Promise<string> {
    const archive = pack();
    archive.entry({ name: "content", mode: 0o644 }, content);
    archive.finalize();
    const layer = await bytesOf(archive);
    const config = json({
      architecture: { x64: "amd64" }[process.arch as string] ?? process.arch,
      os: "linux",
      config: { Cmd: ["/none"], Labels: labels },
      rootfs: { type: "layers", diff_ids: [digestOf(layer)] },
    });
    const part = (mediaType: string, bytes: Buffer) => ({ mediaType, size: bytes.length, digest: digestOf(bytes) });
    const manifest = json({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: part("application/vnd.docker.container.image.v1+json", config),
      layers: [part("application/vnd.docker.image.rootfs.diff.tar", layer)],
    });
    for (const bytes of [layer, config]) this.#blobs.set(digestOf(bytes), { type: "application/octet-stream", bytes });
    this.#blobs.set(digestOf(manifest), { type: MANIFEST, bytes: manifest });
    this.#tags.set(name, digestOf(manifest));
    return `${this.host}/${name}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #find(url: string): Blob | undefined {
    if (/^\/v2\/?$/.test(url)) return { type: "application/json", bytes: Buffer.from("{}") };
    const [, repository, , reference = ""] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/?]+)/.exec(url) ?? [];
    return this.#blobs.get(this.#tags.get(`${repository}:${reference}`) ?? reference);
  }
}

const digestOf = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

async function bytesOf(archive: Pack): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
