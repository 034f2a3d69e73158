import { checkStackText, formatFault } from "../check/stack-file.js";

import { NAME_RULE } from "../schema/fields.js";
import { SECTIONS } from "../sections.js";
import { BAD_INPUT } from "./bad-input.js";
import { entrySchema, type JsonSchema, SECTION_TEXT } from "./json-schema.js";

/** The reference page of the stack config, in Markdown. Made from the same schema that checks it: docs/stack-config.md is this. */
export function referencePage(): string {
  return [
    "# The stack config",
    "",
    "One file a stack: `stacks/Pulumi.<stack>.yaml`. `./fleet check <stack>` finds everything that is wrong in it, with line and",
    "column, before anything is touched; `./fleet schema` prints its JSON Schema for editors. This page is made from the schema.",
    "",
    "Each section is a key below `config:`, and holds entries by name:",
    "",
    "```yaml",
    EXAMPLE.trim(),
    "```",
    "",
    `The name of an entry is ${NAME_RULE}. Containers and networks are called \`<stack>-<name>\`, volumes`,
    "`<stack>-<agent>-<volume>`; of a claw, the container is `claw-<agent>` and the volumes are `claw-<volume>-<agent>`. Keys of other namespaces (`docker:host`) are left to Pulumi's providers.",
    "",
    "## Units",
    "",
    ...markdownTable(UNITS),
    "",
    ...SECTIONS.flatMap(sectionPage),
    "## What bad input gets",
    "",
    "All faults are reported together, each as `file:line:column: key: what is wrong (what was probably meant)`, and the exit code",
    "is 2. Unknown keys are faults at every level. Some of each kind:",
    "",
    ...BAD_INPUT.flatMap(badInput),
  ].join("\n");
}

const EXAMPLE = `
config:
  fleet:machines:
    here: { on: docker }
  fleet:images:
    openclaw:
      build:
        debian: { suite: bookworm, packages: [ca-certificates, git] }
        node: 24.16.0
        npm: { openclaw: 2026.9.6 }
  fleet:agents:
    ada:
      machine: here
      runtime: openclaw
      image: openclaw
      port: 18789
      model: { primary: anthropic/claude-sonnet-4-5 }
      env: { ANTHROPIC_API_KEY: { secret: modelKey } }
  fleet:secrets:
    modelKey: { secure: v1:… }
`;

function sectionPage(section: (typeof SECTIONS)[number]): string[] {
  const head = [`## fleet:${section}`, "", SECTION_TEXT[section], ""];
  if (section === "secrets") {
    return [
      ...head,
      "`./fleet secret set <stack> <name>` writes a value here as `<name>: { secure: … }`. It is the only place where `secure:` may stand,",
      "because one encrypted value inside another section would make that whole section secret to the program. A name with nothing behind",
      "it is declared and has no value yet: plans and simulations do without, `up` names what is to be set.",
      "",
    ];
  }
  if (section === "acknowledged") {
    return [
      ...head,
      "`<URN>: <reason>`, the reason in plain text, 10 characters or more, and no placeholder. `./fleet up` prints the line that is wanted",
      "when it refuses a plan; see [the loss gate](loss-gate.md). Take the line out when the data is gone: `up` warns of what is left over.",
      "",
    ];
  }
  const entry = entrySchema(section);
  const options = entry.oneOf ?? [entry];
  if (options.length === 1) return [...head, ...table(rowsOf(options[0]!)), ""];
  const all = options.map((option) => rowsOf(option));
  const shared = all[0]!.filter((row) => all.every((rows) => rows.some((other) => sameRow(row, other))));
  return [
    ...head,
    ...(shared.length > 0 ? ["Keys that are the same for all:", "", ...table(shared), ""] : []),
    ...options.flatMap((option, index) => {
      const [key, word] = discriminator(option);
      const own = all[index]!.filter((row) => !shared.some((other) => sameRow(row, other)));
      return [`### ${key}: ${word}`, "", ...table(own), ""];
    }),
  ];
}

/** The key that an option is told by, with its word: `["runtime", "openclaw"]`. */
function discriminator(option: JsonSchema): [string, string] {
  const found = Object.entries(option.properties ?? {}).find(([, field]) => field.const !== undefined);
  return [found?.[0] ?? "", String(found?.[1].const ?? "")];
}

interface Row {
  key: string;
  type: string;
  preset: string;
  text: string;
}

const sameRow = (one: Row, other: Row) =>
  one.key === other.key && one.type === other.type && one.preset === other.preset && one.text === other.text;

/** A row for each key at each level; `<name>` stands for any name, `[]` for each item of a list. */
function rowsOf(schema: JsonSchema, prefix = ""): Row[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const path = `${prefix}${key}`;
    const preset = required.has(key) ? "required" : field.default === undefined ? "" : code(presetText(field.default));
    return [
      { key: path, type: typeName(field), preset: preset === "`{}`" ? "" : preset, text: field.description ?? "" },
      ...nested(field, path),
    ];
  });
}

const presetText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

function nested(field: JsonSchema, path: string): Row[] {
  if (isSecret(field)) return [];
  if (field.properties) return rowsOf(field, `${path}.`);
  if (field.items?.properties) return rowsOf(field.items, `${path}[].`);
  const each = field.additionalProperties;
  return typeof each === "object" && each.properties ? rowsOf(each, `${path}.<name>.`) : [];
}

function typeName(field: JsonSchema): string {
  if (field.title) return field.title;
  if (field.const !== undefined) return code(String(field.const));
  if (field.enum) return field.enum.map((word) => code(String(word))).join(", ");
  const options = field.anyOf ?? field.oneOf;
  if (options)
    return [...new Set(options.map(typeName))]
      .filter((name) => name !== "`false`" || !options.some((option) => option.enum))
      .join(" or ");
  if (field.properties) return isSecret(field) ? code("{ secret: name }") : "block";
  if (field.type === "array") return `list of ${field.items ? typeName(field.items) : "anything"}`;
  if (field.type === "object") {
    const each = field.additionalProperties;
    return typeof each === "object" && Object.keys(each).length > 0 ? `by name: ${typeName(each)}` : "free block";
  }
  if (field.type === "integer" || field.type === "number") return numberName(field);
  return field.type === "string" ? "text" : field.type === "boolean" ? "`true`, `false`" : "anything";
}

const isSecret = (field: JsonSchema) => Object.keys(field.properties ?? {}).join() === "secret";

function numberName({ type, minimum, maximum }: JsonSchema): string {
  const name = type === "integer" ? "whole number" : "number";
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? ` to ${maximum}` : "";
  return minimum === undefined ? name : `${name} from ${minimum}${most || " on"}`;
}

const code = (text: string) => `\`${text}\``;
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** A Markdown table with its columns in line, as the formatter wants it. */
function markdownTable(lines: string[][]): string[] {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const rule = widths.map((width) => "-".repeat(width));
  const [head, ...rest] = lines;
  return [head!, rule, ...rest].map(
    (line) => `| ${line.map((text, column) => text.padEnd(widths[column]!)).join(" | ")} |`,
  );
}

const table = (rows: Row[]) =>
  markdownTable([
    ["Key", "Type", "Default", "Meaning"],
    ...rows.map(({ key, type, preset, text }) => [code(key), cell(type), cell(preset), cell(text)]),
  ]);

const UNITS = [
  ["Type", "Written as", "Not"],
  [
    "size",
    "`2GiB`, `512MiB`, `1.5GiB`; binary `KiB MiB GiB TiB` (powers of 1024), decimal `KB MB GB TB` (of 1000), `B`",
    "`2`, `2g`, `2 gigs`",
  ],
  ["duration", "`500ms`, `5s`, `10m`, `1h30m`, `7d`, `2w`", "`5`, `5 seconds`"],
  ["version", "`24.16.0`: three numbers, exact", "`24`, `^24.16.0`, `latest`"],
  ["text", 'quoted where YAML would read a number or a truth value: `"8080"`, `"true"`', "`8080`, `true`"],
];

/** An example of bad input, with the messages that it really gets. */
function badInput({ about, yaml }: { about: string; yaml: string }): string[] {
  const faults = checkStackText("example", yaml, "fleet").filter((fault) => fault.severity === "error");
  return [
    `### ${about}`,
    "",
    "```yaml",
    yaml.trimEnd(),
    "```",
    "",
    "```text",
    ...faults.map((fault) => formatFault("Pulumi.example.yaml", fault)),
    "```",
    "",
  ];
}
