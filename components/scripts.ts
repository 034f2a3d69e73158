import { relative } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The shell command that runs one of our scripts with Node.js. Relative to the program's folder, where commands run: the
 * absolute path differs between checkouts, and would show as a change in each.
 */
export function nodeScript(path: string): string {
  const script = relative(process.cwd(), fileURLToPath(new URL(`../templates/${path}`, import.meta.url)));
  return `node ${/^[\w./@+-]+$/.test(script) ? script : `'${script.replaceAll("'", `'\\''`)}'`}`;
}
