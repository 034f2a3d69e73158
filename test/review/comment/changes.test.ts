import { expect, it } from "vitest";
import { type PlanLineOptions, stepLines, written } from "../../../review/comment/changes.js";
import type { PlannedStep, PropertyChange } from "../../../review/types.js";
import { change, resource, step, TYPES, urnOf } from "../build.js";

const show = (found: PlannedStep, more: Partial<PlanLineOptions> = {}) =>
  written(stepLines(found, { most: 40, mask: (text) => text, ...more }));
const properties = (...changes: PropertyChange[]) => show(step("a", "update", TYPES.container, "pa", changes)).slice(1);

it.each<[string, PlannedStep, string]>([
  ["creation", step("a", "create", TYPES.volume, "v"), "+ docker:Volume v"],
  ["import", step("a", "import", TYPES.volume, "v"), "+ docker:Volume v  # takes over what exists"],
  ["update", step("a", "update", "gcp:compute/instance:Instance", "v"), "~ gcp:compute:Instance v"],
  ["deletion", step("a", "delete", "no-token", "v"), "- no-token v"],
  ["read", step("a", "read", TYPES.volume, "v"), "  docker:Volume v  # read"],
  [
    "replacement by what is not shown",
    step("a", "replace", TYPES.volume, "v", [], { replaceKeys: ["driver", "name"] }),
    "-/+ docker:Volume v  # forced by driver, name",
  ],
  [
    "move",
    step("a", "update", TYPES.volume, "v", [], {
      formerUrn: urnOf("a", "fleet:agents:Agent$docker:index/volume:Volume", "w"),
    }),
    "~ docker:Volume v  # was w",
  ],
])("names the resource of a %s", (_, found, line) => {
  expect(show(found)).toEqual([line]);
});

it("shows values by what they are", () => {
  expect(
    properties(
      change("memory", { before: 512, after: 1024 }),
      change("image", { before: "a:1", after: "a:2" }),
      change("tty", { after: true }),
      change("hostname", { before: "x" }),
      change("ports", { before: [], after: [{ internal: 80, ip: "[unknown]" }] }),
      change("note", { before: null, after: "" }),
      change("envs[0]", { secret: true, before: "[secret]", after: "[secret]" }),
      change("envs[1]", { secret: true, after: "[secret]" }),
      change("envs[2]", { secret: true, before: "[secret]" }),
      change("envs[3]", { before: "plain", after: "[secret]" }),
    ),
  ).toEqual([
    "-     memory: 512",
    "+     memory: 1024",
    '-     image: "a:1"',
    '+     image: "a:2"',
    "+     tty: true",
    '-     hostname: "x"',
    "-     ports: []",
    '+     ports: [{"internal":80,"ip":[unknown]}]',
    "-     note: null",
    '+     note: ""',
    "~     envs[0]: [secret] (changed)",
    "+     envs[1]: [secret]",
    "-     envs[2]: [secret]",
    '-     envs[3]: "plain"',
    "+     envs[3]: [secret]",
  ]);
});

it("marks what forces a replacement, also where only the step says so", () => {
  const found = step(
    "a",
    "replace",
    TYPES.volume,
    "v",
    [change("driverOpts.type", { before: "a", after: "b" }), change("x", { after: 1 })],
    {
      replaceKeys: ["driverOpts"],
    },
  );
  expect(show(found)).toEqual([
    "-/+ docker:Volume v",
    '-     driverOpts.type: "a"',
    '+     driverOpts.type: "b"  # forces replacement',
    "+     x: 1",
  ]);
});

it("shows files by the lines that differ", () => {
  const file = (...lines: string[]) => `${lines.join("\n")}\n`;
  const before = file("one", "two", "three", "four", "five", "six", "seven", "eight", "nine");
  const after = file("one", "two", "three", "4", "five", "six", "seven", "eight", "nine", "ten ");
  expect(properties(change("content", { before, after }))).toEqual([
    "~     content:",
    "          …",
    "          two",
    "          three",
    "-         four",
    "+         4",
    "          five",
    "          six",
    "          …",
    "          eight",
    "          nine",
    "+         ten·",
  ]);
  expect(properties(change("content", { before: "one\ntwo", after: "one\ntwo\n" }))).toEqual([
    '-     content: "one\\ntwo"',
    '+     content: "one\\ntwo\\n"',
  ]);
});

it("shows JSON in a text as what it is", () => {
  const settings = (port: number) =>
    JSON.stringify({ gateway: { bind: "lan", port }, agents: ["mila"], channels: { a: 1 } });
  expect(properties(change("stdin", { before: settings(1), after: settings(2) }))).toEqual([
    "~     stdin:",
    "          …",
    '            "gateway": {',
    '              "bind": "lan",',
    '-             "port": 1',
    '+             "port": 2',
    "            },",
    '            "agents": [',
    "          …",
  ]);
  // The same JSON, written otherwise.
  const spaced = JSON.stringify(JSON.parse(settings(1)), undefined, 1);
  expect(properties(change("stdin", { before: settings(1), after: spaced }))).toHaveLength(2);
});

it("cuts long lines to what differs, and long files with a count", () => {
  const long = (middle: string) => `${"a".repeat(300)}${middle}${"b".repeat(300)}`;
  const [from, to] = properties(change("key", { before: long("X"), after: long("Y") }));
  expect(from).toBe(`-     key: …${"a".repeat(40)}X${"b".repeat(40)}…`);
  expect(to).toContain("Y");
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index}`).join("\n");
  const shown = properties(change("file", { after: lines }));
  expect(shown).toHaveLength(42);
  expect(shown.at(-1)).toBe("          … 460 more lines");
  expect(
    show(step("a", "update", TYPES.container, "pa", [change("file", { after: lines })]), { most: Infinity }),
  ).toHaveLength(502);
  expect(properties(change("key", { after: "x".repeat(5_000) }))[0]!.length).toBeLessThan(450);
});

it("does not need long for files of which every line differs", () => {
  const file = (word: string) => Array.from({ length: 20_000 }, (_, index) => `${word} ${index}`).join("\n");
  const shown = properties(change("file", { before: file("a"), after: file("b") }));
  expect(shown.at(-1)).toBe("          … 39,960 more lines");
});

it("shows a creation that names no changes by its inputs", () => {
  const found = step("a", "create", TYPES.volume, "v");
  const after = new Map([[found.urn, resource("a", TYPES.volume, "v", { driver: "local", token: "[secret]" })]]);
  expect(show(found, { after })).toEqual(["+ docker:Volume v", '+     driver: "local"', "+     token: [secret]"]);
});
