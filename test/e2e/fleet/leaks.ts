import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** A file that is larger is no file of ours. */
const LARGEST = 64 * 1024 * 1024;

/** Looks for secret values in texts: plain, in base64, and as JSON writes them. */
export class Leaks {
  readonly #forms: { name: string; form: string; text: string }[];

  /** Values by the names under which a leak is told: never the value itself. */
  constructor(secrets: Record<string, string>) {
    this.#forms = Object.entries(secrets).flatMap(([name, value]) =>
      Object.entries(formsOf(value)).map(([form, text]) => ({ name, form, text })),
    );
    for (const { name, form, text } of this.#forms) {
      // A form that is a few characters long would be found anywhere.
      if (text.length < 12) throw new Error(`${name} is too short to look for (${form})`);
    }
  }

  /** Which secrets a text has in it, `modelKey (base64)`. */
  in(text: string): string[] {
    return this.#forms.filter((form) => text.includes(form.text)).map(({ name, form }) => `${name} (${form})`);
  }

  /** Leaks in a file, `<path>: modelKey (plain)`. */
  inFile(path: string): string[] {
    try {
      if (statSync(path).size > LARGEST) return [];
      return this.in(readFileSync(path, "utf8")).map((leak) => `${path}: ${leak}`);
    } catch (error) {
      // A file that went meanwhile, a socket, a device.
      if (["ENOENT", "ENXIO", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
      throw error;
    }
  }
}

/** Ways in which a value may stand in a text. */
function formsOf(value: string): Record<string, string> {
  const json = JSON.stringify(value).slice(1, -1);
  const forms: Record<string, string> = {
    plain: value,
    "JSON-escaped": json,
    "JSON-escaped twice": JSON.stringify(json).slice(1, -1),
    // As Go and Python write it.
    "JSON-escaped, ASCII": json.replace(
      /[<>&\u007f-\uffff]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
    "URL-encoded": encodeURIComponent(value),
    hex: Buffer.from(value).toString("hex"),
  };
  // In a longer text that is encoded as a whole, the value begins at any of three places of a group of four characters.
  for (const offset of [0, 1, 2]) {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
    const start = offset === 0 ? 0 : 4;
    const end = Math.floor(bytes.length / 3) * 4;
    forms[`base64 +${offset}`] = bytes.toString("base64").slice(start, end);
    forms[`base64url +${offset}`] = bytes.toString("base64url").slice(start, end);
  }
  return forms;
}

/** Every file in a folder, deeply. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Files in folders, on the same file system, that everybody may read and that changed since the file `marker` was made. */
export function readableByAll(folders: string[], marker: string): string[] {
  const { stdout } = spawnSync(
    "find",
    [...folders, "-xdev", "-type", "f", "-perm", "-o=r", "-newer", marker, "-print0"],
    {
      encoding: "utf8",
      maxBuffer: LARGEST,
    },
  );
  return stdout.split("\0").filter(Boolean);
}
