import { FleetError } from "../errors.js";

/** Reads a stream to its end, but no more than `most` bytes of it: rejects with FleetError for a longer one. */
export async function readLimited(stream: ReadableStream<Uint8Array>, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream as unknown as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > most) throw tooLarge(most);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** What a stranger's job has left cannot be taken. That is told on its pull request: it is no failure of the job that looks at it. */
export class ArtifactFault extends FleetError {
  constructor(message: string, fix: string) {
    super(message, fix, 1);
  }
}

export const tooLarge = (most: number): ArtifactFault =>
  new ArtifactFault(`the artifact is larger than ${most / 1024 / 1024} MiB`, "it is not taken: look at it in its run");
