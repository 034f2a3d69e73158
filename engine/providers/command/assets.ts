import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { Asset } from "../../values.js";

/**
 * Files under a folder that the globs name, by their path in it. Globs are taken in order, one that begins with `!` takes
 * away again. `*` and `?` stop at `/`, `**` does not, `[a-z]` and `{a,b}` as usual. Links to folders are not followed.
 */
export async function globAssets(folder: string, globs: readonly string[]): Promise<Record<string, Asset>> {
  const patterns = globs.map((glob) => ({
    exclude: glob.startsWith("!"),
    expression: globExpression(glob.replace(/^!/, "")),
  }));
  const found: Record<string, Asset> = {};
  for (const path of (await files(folder)).sort()) {
    const last = patterns.filter(({ expression }) => expression.test(path)).at(-1);
    if (last && !last.exclude) {
      const file = join(folder, path);
      found[path] = new Asset({ path: file }, await sha256(file));
    }
  }
  return found;
}

async function files(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** The glob as a regular expression over whole paths. */
export function globExpression(glob: string): RegExp {
  let source = "";
  let braces = 0;
  for (let at = 0; at < glob.length; at++) {
    const letter = glob[at]!;
    if (letter === "*") {
      const deep = glob[at + 1] === "*";
      while (glob[at + 1] === "*") at++;
      source += deep ? ".*" : "[^/]*";
    } else if (letter === "?") {
      source += "[^/]";
    } else if (letter === "[") {
      const end = glob.indexOf("]", at + 2);
      if (end < 0) {
        source += "\\[";
      } else {
        source += `[${glob
          .slice(at + 1, end)
          .replace(/^!/, "^")
          .replace(/[\\[]/g, "\\$&")}]`;
        at = end;
      }
    } else if (letter === "{") {
      braces++;
      source += "(?:";
    } else if (letter === "}" && braces > 0) {
      braces--;
      source += ")";
    } else if (letter === "," && braces > 0) {
      source += "|";
    } else if (letter === "\\" && at + 1 < glob.length) {
      source += escapeLetter(glob[++at]!);
    } else {
      source += escapeLetter(letter);
    }
  }
  return new RegExp(`^${source}${")".repeat(braces)}$`, "s");
}

function escapeLetter(letter: string): string {
  return letter.replace(/[.*+?^${}()|[\]\\/]/, "\\$&");
}
