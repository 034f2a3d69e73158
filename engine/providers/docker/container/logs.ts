import type { PropertyMap } from "../../../values.js";
import type { DockerClient } from "../client.js";
import { texts } from "./create-body.js";
import type { Inspected } from "./inspected.js";

/** How many lines of a failed container's log go into the error. */
export const LOG_LINES = 20;
const LOG_TIMEOUT_MS = 10_000;
/** Shorter values, `1` or `dev`, hide more than they protect. */
const SHORTEST_SECRET = 4;

/** The end of a container's log, or a line that says why there is none. Environment values are blanked out: they may be secret. */
export async function lastLogs(
  client: DockerClient,
  live: Inspected,
  inputs: PropertyMap,
  lines = LOG_LINES,
): Promise<string[]> {
  try {
    const text = await readLogs(client, live, String(lines));
    const found = text.trimEnd().split("\n").slice(-lines);
    return found.length === 1 && found[0] === "" ? ["(it wrote nothing)"] : found.map((line) => redact(line, inputs));
  } catch {
    return ["(its log cannot be read)"];
  }
}

/** Standard output and error of a container, `tail` lines or "all". */
export async function readLogs(client: DockerClient, live: Inspected, tail: string): Promise<string> {
  const stream = await client.stream("GET", `/containers/${live.Id}/logs`, {
    doing: `reading the log of container "${live.Name.slice(1)}"`,
    query: { stdout: true, stderr: true, tail },
    timeout: LOG_TIMEOUT_MS,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const content = Buffer.concat(chunks);
  return live.Config.Tty ? content.toString() : demultiplex(content);
}

/** Takes the eight-byte frame headers out of a log: stream type, three zeros, length (Docker Engine API, "attach"). */
function demultiplex(content: Buffer): string {
  const parts: Buffer[] = [];
  for (let offset = 0; offset + 8 <= content.length; ) {
    const length = content.readUInt32BE(offset + 4);
    parts.push(content.subarray(offset + 8, offset + 8 + length));
    offset += 8 + length;
  }
  return Buffer.concat(parts).toString();
}

/** Blanks out the values of the environment. */
export function redact(text: string, inputs: PropertyMap): string {
  const values = texts(inputs.envs)
    .map((env) => env.slice(env.indexOf("=") + 1))
    .filter((value) => value.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length);
  return values.reduce((line, value) => line.split(value).join("[secret]"), text);
}
