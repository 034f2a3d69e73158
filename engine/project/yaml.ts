import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { type Document, LineCounter, type Node, parseDocument, type ScalarTag } from "yaml";
import { EngineError } from "../errors.js";

/** A parsed YAML (or JSON, its subset) file that can name the place of any of its nodes. */
export class YamlFile {
  constructor(
    readonly path: string,
    readonly document: Document.Parsed,
    private readonly lines: LineCounter,
  ) {}

  /** `stacks/Pulumi.dev.yaml:3:5`, relative to the working directory where that is shorter. */
  place(node?: Node | null | undefined): string {
    const offset = node?.range?.[0];
    if (offset === undefined) return displayPath(this.path);
    const { line, col } = this.lines.linePos(offset);
    return `${displayPath(this.path)}:${line}:${col}`;
  }
}

/** A path as messages show it. */
export function displayPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short !== "" && !short.startsWith("..") ? short : path;
}

// yaml.v3, which Pulumi reads with, still takes `0777` as octal and `1_000` as a number.
const oldOctal: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^[-+]?0[0-7_]+$/,
  resolve: (text) => {
    const digits = text.replace(/[-+_]/g, "");
    return (text.startsWith("-") ? -1 : 1) * Number.parseInt(digits, 8);
  },
};
const underscored: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^[-+]?[1-9][0-9]*_[0-9_]*$/,
  resolve: (text) => BigInt(text.replaceAll("_", "").replace(/^\+/, "")),
};

const binary: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^[-+]?0b[01_]+$/,
  resolve: (text) => {
    const digits = BigInt(text.replace(/[-+_]/g, ""));
    return text.startsWith("-") ? -digits : digits;
  },
};
/** A date without quotes is a point in time, and read as the text that Go makes of that. */
const timestamp: ScalarTag = {
  tag: "tag:yaml.org,2002:timestamp",
  default: true,
  test: /^\d{4}-\d\d?-\d\d?(?:(?:[Tt]|[ \t]+)\d\d?:\d\d?:\d\d?(?:\.\d*)?(?:Z|[ \t]*[-+]\d\d?(?::?\d\d)?)?)?$/,
  resolve: (text) => goTime(text),
};

function goTime(text: string): string {
  const [, year = "", month = "", day = "", clock = "", fraction = "", zone = ""] =
    /^(\d+)-(\d+)-(\d+)(?:[Tt \t]+(\d+:\d+:\d+)(?:\.(\d*))?[ \t]*(Z|[-+].*)?)?$/.exec(text) ?? [];
  const two = (digits: string) => digits.padStart(2, "0");
  const time = clock === "" ? "00:00:00" : clock.split(":").map(two).join(":");
  const rest = fraction.replace(/0+$/, "");
  const [, sign = "+", hours = "0", minutes = "0"] = /^([-+])(\d\d?):?(\d\d)?$/.exec(zone) ?? [];
  const offset = `${sign}${two(hours)}${two(minutes)}`;
  const name = offset === "+0000" || offset === "-0000" ? "+0000 UTC" : `${offset} ${offset}`;
  return `${year}-${two(month)}-${two(day)} ${time}${rest && `.${rest}`} ${name}`;
}

/** Reads a file; undefined if it does not exist. Throws EngineError for what cannot be read or parsed, with line and column. */
export async function readYamlFile(path: string): Promise<YamlFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new EngineError(
      `cannot read ${displayPath(path)}: ${(error as Error).message}`,
      "check the file's permissions",
    );
  }
  return parseYaml(text, path);
}

/** Throws EngineError `<file>:<line>:<column>: <what>` on the first fault. */
export function parseYaml(text: string, path: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    intAsBigInt: true,
    merge: true,
    customTags: (tags) => [oldOctal, underscored, binary, timestamp, ...tags],
  });
  const [fault] = document.errors;
  if (fault) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw new EngineError(
      `${displayPath(path)}:${line}:${col}: ${fault.message}`,
      "mend the YAML there; nothing was changed",
    );
  }
  return new YamlFile(path, document, lines);
}
