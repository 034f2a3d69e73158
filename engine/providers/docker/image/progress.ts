import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** One line of the daemon's build and pull output. */
export interface ProgressLine {
  stream?: string;
  status?: string;
  id?: string;
  error?: string;
  errorDetail?: { code?: number; message?: string };
  aux?: { ID?: string };
}

/** Reads the JSON lines of a build or pull to the end, giving each to `show`. Returns the failure that they tell, if any. */
export async function readProgress(stream: Readable, show: (line: ProgressLine) => void): Promise<string | undefined> {
  const decoder = new StringDecoder();
  let failure: string | undefined;
  let rest = "";
  const take = (text: string) => {
    let line: ProgressLine;
    try {
      line = JSON.parse(text) as ProgressLine;
    } catch {
      return;
    }
    failure ??= line.errorDetail?.message ?? line.error;
    show(line);
  };
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk as Buffer)).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  }
  take(rest);
  return failure;
}

const SHOW_EVERY_MS = 500;

/** Passes on at most two messages a second. */
export function throttled(report: ((message: string) => void) | undefined): (message: string) => void {
  let last = 0;
  return (message) => {
    const now = Date.now();
    if (!report || now - last < SHOW_EVERY_MS) return;
    last = now;
    report(message);
  };
}
