import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isMap, isScalar, parseDocument } from "yaml";
import { BlockText, blockOf, type KeyPath, removeValue, setValue } from "../../cli/yaml-edit.js";

const FILE = `# the fleet
config:
  fleet:agents:   # who works here
    ada:
      machine: here    # this computer
      image: 'openclaw'
      resources: { memory: 2GiB,  cpus: 2 } # enough
      port: 18789
      note: |
        two
        lines

    # brook is brief
    brook:
      machine: here
      reaches: [ada,   cleo]
      list:
        - one
        - { two: 2 }

  fleet:edge: {}
  fleet:secrets:
`;

/** What differs, as [lines taken out, lines put in]. */
function change(before: string, after: string): [string[], string[]] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  while (old.length > 0 && now.length > 0 && old[0] === now[0]) {
    old.shift();
    now.shift();
  }
  while (old.length > 0 && now.length > 0 && old.at(-1) === now.at(-1)) {
    old.pop();
    now.pop();
  }
  return [old, now];
}

const agent = (name: string, ...path: KeyPath): KeyPath => ["config", "fleet:agents", name, ...path];

describe("setValue touches nothing but the value", () => {
  const cases: [string, KeyPath, unknown, [string[], string[]]][] = [
    [
      "a plain value with a comment behind it",
      agent("ada", "machine"),
      "there",
      [["      machine: here    # this computer"], ["      machine: there    # this computer"]],
    ],
    [
      "a quoted value keeps its quotes",
      agent("ada", "image"),
      "x",
      [["      image: 'openclaw'"], ["      image: 'x'"]],
    ],
    [
      "a value in a flow map",
      agent("ada", "resources", "memory"),
      "3GiB",
      [
        ["      resources: { memory: 2GiB,  cpus: 2 } # enough"],
        ["      resources: { memory: 3GiB,  cpus: 2 } # enough"],
      ],
    ],
    [
      "a new key in a flow map",
      agent("ada", "resources", "pids"),
      64,
      [
        ["      resources: { memory: 2GiB,  cpus: 2 } # enough"],
        ["      resources: { memory: 2GiB,  cpus: 2, pids: 64 } # enough"],
      ],
    ],
    ["a new block in an agent", agent("brook", "token", "rotation"), 2, [[], ["      token: { rotation: 2 }"]]],
    ["a new key behind a block text", agent("ada", "host"), "a.example.org", [[], ["      host: a.example.org"]]],
    ["an item of a list", agent("brook", "list", 0), "eins", [["        - one"], ["        - eins"]]],
    [
      "within an item of a list",
      agent("brook", "list", 1, "two"),
      3,
      [["        - { two: 2 }"], ["        - { two: 3 }"]],
    ],
    ["a flow list", agent("brook", "reaches"), ["ada"], [["      reaches: [ada,   cleo]"], ["      reaches: [ada]"]]],
    [
      "an empty flow map",
      ["config", "fleet:edge", "front"],
      { port: 1 },
      [["  fleet:edge: {}"], ["  fleet:edge:", "    front: { port: 1 }"]],
    ],
    [
      "an empty section",
      ["config", "fleet:secrets", "key"],
      { secure: "v1:a:b==" },
      [[], ["    key: { secure: v1:a:b== }"]],
    ],
    [
      "a text of several lines",
      agent("ada", "note"),
      "three\nmore\nfoo\n",
      [
        ["        two", "        lines"],
        ["        three", "        more", "        foo"],
      ],
    ],
    [
      "a section that is not there",
      ["config", "fleet:images", "a"],
      { from: "b" },
      [[], ["  fleet:images:", "    a: { from: b }"]],
    ],
    ["a key at the top", ["encryptionsalt"], "v1:s:v1:n:c", [[], ["encryptionsalt: v1:s:v1:n:c"]]],
    [
      "what YAML 1.1 takes for a number is quoted",
      agent("ada", "machine"),
      "1_000",
      [["      machine: here    # this computer"], ['      machine: "1_000"    # this computer']],
    ],
  ];
  it.each(cases)("%s", (_, path, value, expected) => {
    expect(change(FILE, setValue(FILE, path, value))).toEqual(expected);
  });

  const flow =
    '{ "config": { "fleet:agents": {}, "fleet:secrets": { "a": "x", b: }, empty: }, "list": [{ "c": 1 }] }\n';
  it.each<[KeyPath, unknown, string, string]>([
    [
      ["config", "fleet:agents", "ada"],
      { port: 1, files: { a: "x, y" } },
      '"fleet:agents": {}',
      '"fleet:agents": { ada: { port: 1, files: { a: "x, y" } } }',
    ],
    [
      ["config", "fleet:agents", "ada"],
      new BlockText("# why\nport: 1\nhost: a\n"),
      '"fleet:agents": {}',
      '"fleet:agents": { ada: { port: 1, host: a } }',
    ],
    [["config", "fleet:secrets", "a"], { secure: "v1:b" }, '"a": "x"', '"a": { secure: v1:b }'],
    [["config", "fleet:secrets", "a"], "y, z", '"a": "x"', '"a": "y, z"'],
    [["config", "fleet:secrets", "b"], { c: { d: 1 } }, "b: }", "b: { c: { d: 1 } } }"],
    [["config", "empty", "deep", "er"], 1, "empty: }", "empty: { deep: { er: 1 } } }"],
    [["list", 0, "c"], { d: { e: 1 } }, '"c": 1', '"c": { d: { e: 1 } }'],
  ])("within braces, as in a file that is JSON: %j", (path, value, before, after) => {
    expect(setValue(flow, path, value)).toBe(flow.replace(before, after));
  });

  it("keeps Windows line ends", () => {
    const text = setValue(FILE.replaceAll("\n", "\r\n"), agent("brook", "port"), 1);
    expect(text.replaceAll("\r\n", "")).not.toContain("\n");
    expect(text).toContain("      port: 1\r\n");
  });

  it("writes into an empty file and one of comments", () => {
    expect(setValue("", ["a", "b"], 1)).toBe("a: { b: 1 }\n");
    expect(setValue("# nothing yet", ["a"], 1)).toBe("# nothing yet\na: 1\n");
  });

  it("refuses what is no map on the way, and what an alias would change too", () => {
    expect(() => setValue(FILE, agent("ada", "port", "x"), 1)).toThrow(/fleet:agents.ada.port is not a block of keys/);
    const aliased = "a: &x { m: 1 }\nb: *x\n";
    expect(() => setValue(aliased, ["a", "m"], 2)).toThrow(/nothing|cannot be changed/);
    expect(() => setValue("a: [", ["a"], 1)).toThrow(/not valid YAML/);
  });
});

describe("removeValue", () => {
  it("takes an entry out with the comment above it and one empty line", () => {
    const [gone, put] = change(FILE, removeValue(FILE, agent("brook")));
    expect(put).toEqual([]);
    expect(gone.filter((line) => line !== "")).toEqual([
      "    # brook is brief",
      "    brook:",
      "      machine: here",
      "      reaches: [ada,   cleo]",
      "      list:",
      "        - one",
      "        - { two: 2 }",
    ]);
    expect(removeValue(FILE, agent("brook"))).not.toMatch(/\n\n\n/);
  });

  it("leaves an empty section behind the last entry", () => {
    const text = removeValue(removeValue(FILE, agent("brook")), agent("ada"));
    expect(text).toContain("  fleet:agents: {}");
    expect(parseDocument(text).toJS().config["fleet:agents"]).toEqual({});
  });

  it("takes keys out of flow maps", () => {
    expect(removeValue("a: { b: 1, c: 2, d: 3 }\n", ["a", "b"])).toBe("a: { c: 2, d: 3 }\n");
    expect(removeValue("a: { b: 1, c: 2, d: 3 }\n", ["a", "d"])).toBe("a: { b: 1, c: 2 }\n");
    expect(removeValue("a: { b: 1 } # why\n", ["a", "b"])).toBe("a: {} # why\n");
  });
});

/** Paths of every key in a document. */
function pathsOf(text: string): KeyPath[] {
  const found: KeyPath[] = [];
  const visit = (node: unknown, path: KeyPath): void => {
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const inner = [...path, String(isScalar(key) ? key.value : key)];
        found.push(inner);
        visit(value, inner);
      }
    } else if (typeof node === "object" && node !== null && "items" in node) {
      (node.items as unknown[]).forEach((item, index) => {
        visit(item, [...path, index]);
      });
    }
  };
  visit(parseDocument(text).contents, []);
  return found;
}

describe.each([
  ["the local stack", readFileSync(new URL("../../stacks/Pulumi.local.yaml", import.meta.url), "utf8")],
  ["a file of every style", FILE],
])("every key of %s", (_, text) => {
  it("can be set, removed and put back without losing a comment", () => {
    const comments = (yaml: string) => yaml.match(/(^|\s)# .*/g)?.length ?? 0;
    for (const path of pathsOf(text)) {
      const set = setValue(text, path, "changed: really");
      expect(parseDocument(set).getIn(path), path.join(".")).toBe("changed: really");
      const removed = removeValue(text, path);
      expect(parseDocument(removed).hasIn(path), path.join(".")).toBe(false);
      const restored = setValue(removed, path, parseDocument(text).toJS() && valueAt(text, path));
      expect(valueAt(restored, path)).toEqual(valueAt(text, path));
      if (path.length > 2)
        expect(comments(text) - comments(set)).toBeLessThanOrEqual(
          comments(blockOf(text, path)?.text ?? "") + comments(String(valueAt(text, path))),
        );
    }
  });
});

const valueAt = (text: string, path: KeyPath): unknown =>
  path.reduce<unknown>((node, key) => (node as Record<string | number, unknown>)[key], parseDocument(text).toJS());
