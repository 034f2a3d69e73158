import { finished } from "node:stream/promises";
import type { Command } from "commander";
import { Duration } from "../../spec/values/duration.js";
import { ask } from "../docker.js";
import { FleetError } from "../errors.js";
import { findContainer } from "../fleet-state.js";
import { action } from "../verb.js";

interface LogOptions {
  follow?: boolean;
  since?: string;
  tail?: string;
  timestamps?: boolean;
}

export function define(command: Command): void {
  command
    .summary("show an agent's log")
    .description("Shows what an agent's or a proxy's container has written.")
    .argument("<stack>")
    .argument("<agent>", "an agent or a proxy")
    .option("-f, --follow", "go on as it writes, until Ctrl-C")
    .option("--since <time>", "only what is newer: 10m, 2h, or a time such as 2026-01-31T08:00:00Z")
    .option("--tail <lines>", "only the last lines")
    .option("-t, --timestamps", "begin each line with its time");
  action(command, logs);
}

async function logs(stack: string, agent: string, options: LogOptions): Promise<undefined> {
  const query = {
    stdout: true,
    stderr: true,
    timestamps: options.timestamps ?? false,
    tail: readTail(options.tail),
    since: readSince(options.since),
  };
  const { daemon, id, tty } = await findContainer(stack, agent);
  await ask(daemon, `reading the log of ${agent}`, async (api) => {
    const container = api.getContainer(id);
    if (!options.follow) {
      const log = (await container.logs({ ...query, follow: false })) as unknown as Buffer;
      if (tty) process.stdout.write(log);
      else for (const { stream, bytes } of frames(log)) process[stream].write(bytes);
      return;
    }
    const stream = await container.logs({ ...query, follow: true });
    if (tty) stream.pipe(process.stdout, { end: false });
    else api.modem.demuxStream(stream, process.stdout, process.stderr);
    const end = () => (stream as unknown as { destroy(): void }).destroy();
    process.once("SIGINT", end);
    process.once("SIGTERM", end);
    // Nobody reads any more: `fleet logs -f … | head`.
    process.stdout.once("error", end);
    await finished(stream as never, { writable: false }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
    });
  });
  return undefined;
}

function readTail(text: string | undefined): number | undefined {
  if (text === undefined || text === "all") return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw new FleetError(`--tail ${text} is not a number of lines`, "write it as --tail 100");
}

/** Seconds since 1970. */
function readSince(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const moment = /^\d{4}-/.test(text)
    ? Date.parse(text)
    : Date.now() - 1000 * (Duration.parse(text)?.seconds ?? Number.NaN);
  if (Number.isFinite(moment)) return Math.floor(moment / 1000);
  throw new FleetError(`--since ${text} is not a time`, "write it as 10m, 2h, 1d, or 2026-01-31T08:00:00Z");
}

/** Docker's frames: a byte that says which stream, three zero bytes, four of length, the bytes. */
function* frames(log: Buffer): Generator<{ stream: "stdout" | "stderr"; bytes: Buffer }> {
  for (let at = 0; at + 8 <= log.length; ) {
    const length = log.readUInt32BE(at + 4);
    yield { stream: log[at] === 2 ? "stderr" : "stdout", bytes: log.subarray(at + 8, at + 8 + length) };
    at += 8 + length;
  }
}
