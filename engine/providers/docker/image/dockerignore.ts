/** True if a path of the context, with `/` between its parts, is left out. */
export type Ignores = (path: string) => boolean;

/**
 * The rules of a .dockerignore: one pattern a line, `#` comments, `!` takes back, `**` spans folders, the last match wins, and what
 * lies under a matched folder is matched too (Docker's reference, ".dockerignore file").
 */
export function parseDockerignore(text: string): Ignores {
  const rules = text
    .split(/\r?\n/)
    .map((line) => (line.startsWith("#") ? "" : line.trim()))
    .filter((line) => line !== "" && line !== "!")
    .map((line) => {
      const keep = line.startsWith("!");
      return { keep, pattern: toRegExp(clean(keep ? line.slice(1).trim() : line)) };
    });
  return (path) => {
    const parents = path.split("/").map((_, i, parts) => parts.slice(0, i + 1).join("/"));
    let ignored = false;
    for (const { keep, pattern } of rules) {
      if (ignored === keep && parents.some((parent) => pattern.test(parent))) ignored = !keep;
    }
    return ignored;
  };
}

/** As Go's filepath.Clean, and relative to the context. */
function clean(pattern: string): string {
  const parts: string[] = [];
  for (const part of pattern.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function toRegExp(pattern: string): RegExp {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === "*" && pattern[i + 1] === "*") {
      i++;
      if (pattern[i + 1] === "/") {
        i++;
        source += "(?:.*/)?";
      } else {
        source += ".*";
      }
    } else if (char === "*") source += "[^/]*";
    else if (char === "?") source += "[^/]";
    else if (char === "[" && pattern.includes("]", i + 2)) {
      const end = pattern.indexOf("]", i + 2);
      source += pattern.slice(i, end + 1);
      i = end;
    } else if (char === "\\" && i + 1 < pattern.length) source += quote(pattern[++i]!);
    else source += quote(char);
  }
  return new RegExp(`^${source}$`);
}

function quote(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
