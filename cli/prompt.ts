import { createInterface } from "node:readline/promises";
import { FleetError } from "./errors.js";

/** True if somebody is there to answer. */
export function isInteractive(): boolean {
  return Boolean(process.stdin.isTTY && process.stderr.isTTY);
}

/** Asks a yes-or-no question; anything but yes is no. Without a terminal: FleetError that names `--yes`. */
export async function confirm(question: string, command: string): Promise<boolean> {
  if (!isInteractive()) {
    throw new FleetError(
      `${command} asks before it changes anything, and there is no terminal to ask on`,
      "run it with --yes",
    );
  }
  return /^y(es)?$/i.test(await ask(`${question} [y/N] `));
}

/** Asks for a line of text, on a terminal; an end of input is an empty answer. */
export async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await new Promise<string>((resolve) => {
      lines.once("close", () => resolve(""));
      lines.question(question).then(resolve, () => resolve(""));
    });
    return answer.trim();
  } finally {
    lines.close();
  }
}

/** Asks for a text that is not shown while it is typed. */
export async function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.resume();
  stdin.setEncoding("utf8");
  let text = "";
  try {
    return await new Promise<string>((resolve, reject) => {
      stdin.on("data", (chunk: string) => {
        for (const character of chunk) {
          if (character === "\r" || character === "\n" || character === "\u0004") return resolve(text);
          if (character === "\u0003") return reject(new FleetError("cancelled; nothing was changed", undefined, 8));
          if (character === "\u007f" || character === "\b") text = text.slice(0, -1);
          else text += character;
        }
      });
    });
  } finally {
    stdin.removeAllListeners("data");
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write("\n");
  }
}

/** Standard input to its end, as text. */
export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
