import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What the engine reads of a package.json. */
export interface Manifest {
  type?: string;
  main?: string;
  exports?: unknown;
  dependencies?: Record<string, string>;
}

/** The package.json of a folder, or of the nearest one above it; undefined if there is none that can be read. */
export function findManifest(start: string): { folder: string; content: Manifest } | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    try {
      return { folder, content: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") return undefined;
    }
    if (dirname(folder) === folder) return undefined;
  }
}
