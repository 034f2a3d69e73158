import { readFile } from "node:fs/promises";
import { pack } from "tar-stream";
import { ProviderError } from "../../../provider.js";
import type { PropertyMap } from "../../../values.js";
import type { DockerClient } from "../client.js";
import { objects } from "./create-body.js";

/** Writes the uploads into a created container, as one tar unpacked at its root. */
export async function upload(
  client: DockerClient,
  id: string,
  inputs: PropertyMap,
  signal: AbortSignal | undefined,
): Promise<void> {
  const uploads = objects(inputs.uploads);
  if (uploads.length === 0) return;
  const tar = pack();
  for (const file of uploads) {
    tar.entry({ name: String(file.file).replace(/^\/+/, ""), mode: mode(file), uid: 0, gid: 0 }, await content(file));
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  await client.put(`/containers/${id}/archive`, {
    doing: `uploading ${uploads.map((file) => file.file).join(", ")} into container "${inputs.name}"`,
    query: { path: "/" },
    file: Buffer.concat(chunks),
    signal,
  });
}

function mode(file: PropertyMap): number {
  if (typeof file.permissions === "string" && file.permissions !== "") return Number.parseInt(file.permissions, 8);
  return file.executable === true ? 0o744 : 0o644;
}

async function content(file: PropertyMap): Promise<Buffer> {
  if (typeof file.content === "string" && file.content !== "") return Buffer.from(file.content);
  if (typeof file.contentBase64 === "string" && file.contentBase64 !== "")
    return Buffer.from(file.contentBase64, "base64");
  if (typeof file.source !== "string" || file.source === "") return Buffer.alloc(0);
  try {
    return await readFile(file.source);
  } catch (error) {
    throw new ProviderError(
      `cannot read ${file.source}, the source of upload ${file.file}: ${(error as NodeJS.ErrnoException).code}`,
      "correct uploads[].source; it is a path on the machine that runs the deployment",
    );
  }
}
