import { readFile } from "node:fs/promises";
import type { OwnSecret } from "../../spec/index.js";
import { FleetError } from "../errors.js";
import { askHidden, isInteractive, readStdin } from "../prompt.js";
import { suggestion } from "../suggest.js";

/**
 * Values for the secrets that an agent has for itself: from a file of lines `telegram.bot=123:abc` (`-` is standard input), or asked
 * for on a terminal, where an empty answer is none. They are taken from no command line, where every process could read them.
 */
export async function givenSecrets(from: string | undefined, own: OwnSecret[]): Promise<Map<string, string>> {
  const asked = own.filter(({ made }) => made === undefined);
  if (from !== undefined) return parse(from === "-" ? await readStdin() : await read(from), asked, from);
  const values = new Map<string, string>();
  if (!isInteractive()) return values;
  for (const { path, title } of asked) {
    const value = await askHidden(`The ${title} (not shown; empty for none): `);
    if (value !== "") values.set(path.join("."), value);
  }
  return values;
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new FleetError(`--secrets ${path}: ${(error as Error).message}`, "name a file that can be read, or -");
  }
}

/** Messages name lines, never what stands in them. */
function parse(text: string, asked: OwnSecret[], from: string): Map<string, string> {
  const known = asked.map(({ path }) => path.join("."));
  const values = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const equals = line.indexOf("=");
    const key = equals < 0 ? "" : line.slice(0, equals).trim();
    const where = `${from === "-" ? "standard input" : from}, line ${index + 1}`;
    if (key === "") throw new FleetError(`${where}: is no <setting>=<value>`, `write lines such as ${known[0]}=…`);
    if (!known.includes(key)) {
      throw new FleetError(
        `${where}: "${key}" is no secret of its own${suggestion(key, known)}`,
        `what can be given: ${known.join(", ")}`,
      );
    }
    values.set(key, line.slice(equals + 1));
  }
  return values;
}
