import { describe, expect, it } from "vitest";
import { renderPlan } from "../../../engine/display/plan.js";
import type { StepInfo } from "../../../engine/events.js";
import { type PropertyMap, Secret, UNKNOWN } from "../../../engine/values.js";
import { state, step } from "./events.js";

const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";
const plain = (steps: StepInfo[], more = {}): string => renderPlan(steps, { color: false, ...more });
const stack = step("same", state("pulumi:pulumi:Stack", "fleet-dev"), state("pulumi:pulumi:Stack", "fleet-dev"));

/** The detail lines of an update from one map of inputs to another. */
function changes(olds: PropertyMap, news: PropertyMap, more: Partial<StepInfo> = {}): string[] {
  const diffs = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  const text = plain([step("update", state(CONTAINER, "c", olds), state(CONTAINER, "c", news), { diffs, ...more })]);
  return text
    .split("\n")
    .slice(1, -1)
    .map((line) => line.slice(10));
}

describe("a plan", () => {
  it("is a tree of what changes under its unchanged parents, with the cause and order of replacements", () => {
    const alice = state("fleet:agents:Agent", "alice");
    const unchanged = state("fleet:agents:Agent", "idle");
    const provider = state("pulumi:providers:docker", "default_5_0_0", { version: "5.0.0" });
    const volume = state(VOLUME, "alice-data", { labels: [{ label: "fleet", value: "a" }] }, { parent: alice.urn });
    const relabelled = { ...volume, inputs: { labels: [{ label: "fleet", value: "b" }] } };
    const agent = state(CONTAINER, "alice-agent", {}, { parent: alice.urn, dependencies: [volume.urn] });
    const network = state("docker:index/network:Network", "old-net", {}, { retainOnDelete: true });
    const text = plain([
      stack,
      step("create", undefined, provider),
      step("same", unchanged, unchanged),
      step("same", alice, alice),
      step("delete-replaced", agent, undefined),
      step("delete-replaced", volume, undefined),
      step("replace", volume, relabelled, {
        diffs: ["labels"],
        replaceKeys: ["labels"],
        detailedDiff: { "labels[0].value": { kind: "update-replace", inputDiff: false } },
      }),
      step("create-replacement", volume, relabelled),
      step("replace", agent, agent),
      step("create-replacement", agent, agent),
      step("create", undefined, state("random:index/randomPet:RandomPet", "pet", { length: 2 })),
      step("delete", network, undefined, { retained: true }),
    ]);
    expect(text).toBe(
      `
     ├─ alice  fleet:agents:Agent
  +- │  ├─ alice-agent  docker:Container  replace (the old one is deleted first; it depends on alice-data)
  +- │  └─ alice-data  docker:Volume  replace (the old one is deleted first)
     │       ~ labels[0].value (fleet): "a" => "b"  # forces replacement
  +  ├─ pet  random:RandomPet  create
  -  └─ old-net  docker:Network  delete (retained: the object itself stays)
`.slice(1),
    );
  });

  it("shows nothing if nothing changes, and the unchanged on request", () => {
    const same = state(CONTAINER, "c");
    expect(plain([stack, step("same", same, same)])).toBe("");
    expect(plain([stack, step("same", same, same)], { showSames: true })).toBe(
      "     └─ c  docker:Container  unchanged\n",
    );
  });

  it("puts what is created later last, old objects included", () => {
    const old = state(CONTAINER, "c", {}, { delete: true, id: "1" });
    const text = plain([step("update", state(CONTAINER, "c"), state(CONTAINER, "c")), step("delete", old, undefined)]);
    expect(text.split("\n").map((line) => line.slice(2, 4))).toEqual(["~ ", "- ", ""]);
  });

  it("lists every input of what is created when asked, computed ones and files of several lines as such", () => {
    const inputs = {
      name: "x",
      token: new Secret("hush-hush"),
      url: UNKNOWN,
      script: "a\nb\n",
      list: ["y".repeat(90), 1],
      __defaults: [],
    };
    const text = plain([step("create", undefined, state(CONTAINER, "c", inputs))], { full: true });
    expect(
      text
        .split("\n")
        .slice(1, -1)
        .map((line) => line.slice(10)),
    ).toEqual([
      '+ name: "x"',
      "+ token: [secret]",
      "+ url: <computed>",
      "+ script: (text, 2 lines)",
      "    a",
      "    b",
      "+ list: [",
      `    "${"y".repeat(90)}"`,
      "    1",
      "  ]",
    ]);
  });

  it("says why something is replaced when no property does", () => {
    const old = state(CONTAINER, "c");
    const because = (more: Partial<StepInfo>, olds = old): string =>
      plain([step("replace", olds, old, more)]).split("replace ")[1] ?? "";
    expect(because({ replaceKeys: ["provider"] })).toContain("its provider changed");
    expect(because({ replaceKeys: ["replacementTrigger"] })).toContain("its replacement trigger changed");
    expect(because({}, { ...old, taint: true })).toContain("its creation had failed");
    expect(because({}, { ...old, pendingReplacement: true })).toContain("its replacement was interrupted");
    expect(because({}, { ...old, protect: true })).toContain("protected");
  });
});

describe("changed properties", () => {
  it("are told one by one, old and new", () => {
    expect(
      changes({ memory: 512, restart: "no", gone: true }, { memory: 1024, restart: "always", fresh: [1] }),
    ).toEqual(["+ fresh: [1]", "- gone: true", "~ memory: 512 => 1024", '~ restart: "no" => "always"']);
  });

  it("are told by path, and a provider's own view of them wins over ours", () => {
    const olds = {
      ports: [{ internal: 1, external: 80 }],
      labels: [
        { label: "a", value: "1" },
        { label: "b", value: "2" },
      ],
    };
    const news = {
      ports: [{ internal: 1, external: 81 }],
      labels: [
        { label: "b", value: "3" },
        { label: "a", value: "1" },
      ],
    };
    const detailedDiff = {
      "ports[0].external": { kind: "update-replace" as const, inputDiff: true },
      "labels[1].value": { kind: "update" as const, inputDiff: true },
    };
    expect(changes(olds, news, { diffs: ["ports", "labels"], replaceKeys: ["ports"], detailedDiff })).toEqual([
      '~ labels[1].value (a): "2" => "1"',
      "~ ports[0].external (1): 80 => 81  # forces replacement",
    ]);
  });

  it("show what moved within a list by its elements, not by every index", () => {
    const olds = { envs: ["B=2", "C=3", "D=4"] };
    const news = { envs: ["A=1", "B=2", "C=3", "D=4"] };
    const shifted = Object.fromEntries(
      [0, 1, 2].map((index) => [`envs[${index}]`, { kind: "update" as const, inputDiff: true }]),
    );
    expect(changes(olds, news, { detailedDiff: { ...shifted, "envs[3]": { kind: "add", inputDiff: true } } })).toEqual([
      '+ envs[0]: "A=1"',
    ]);
    expect(changes({ l: [1, 2, 3] }, { l: [1, 5, 3] })).toEqual(["~ l[1]: 2 => 5"]);
    expect(changes({ l: [1, 2, 3] }, { l: [3] })).toEqual(["- l[0]: 1", "- l[1]: 2"]);
  });

  it("compare texts of several lines by line, and JSON by its structure", () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const edited = lines.with(10, "LINE 10");
    expect(changes({ t: `${lines.join("\n")}\n` }, { t: `${edited.join("\n")}\n` })).toEqual([
      "~ t: (text)",
      "      …",
      "      line 8",
      "      line 9",
      "    - line 10",
      "    + LINE 10",
      "      line 11",
      "      line 12",
      "      …",
    ]);
    const json = (port: number, extra = {}): string =>
      JSON.stringify({ gateway: { port, bind: "lan" }, agents: [{ id: "a" }], ...extra });
    expect(changes({ c: json(1) }, { c: json(2, { "x y": null }) })).toEqual([
      "~ c: (JSON)",
      "    ~ gateway.port: 1 => 2",
    ]);
    expect(changes({ c: '{"a":1}' }, { c: "no longer json" })).toEqual(['~ c: "{\\"a\\":1}" => "no longer json"']);
    expect(changes({ c: '{"a":1}' }, { c: '{ "a": 1 }' })).toEqual(['~ c: "{\\"a\\":1}" => "{ \\"a\\": 1 }"']);
  });

  it("cut long texts around the difference", () => {
    const [line] = changes({ s: `${"a".repeat(300)}1` }, { s: `${"a".repeat(300)}2` });
    expect(line).toMatch(/~ s: …"a+1" => …"a+2"$/);
    expect(line!.length).toBeLessThan(120);
  });

  it("never show a secret, nor a part of one, wherever it stands", () => {
    const token = "t0ps3cr3t-value";
    const olds = {
      plain: new Secret(token),
      list: new Secret(["A=1"]),
      url: `https://u:${token}@h/`,
      text: `a\n${token}\nb`,
    };
    const news = {
      plain: new Secret("0ther-secret!"),
      list: new Secret(["A=2"]),
      url: "https://u:0ther-secret!@h/",
      text: "a\n0ther-secret!\nb",
      long: `${"x".repeat(64)}${token}${"y".repeat(200)}`,
      encoded: Buffer.from(`user:${token}`).toString("base64"),
    };
    const detailedDiff = { "list[0]": { kind: "update" as const, inputDiff: true } };
    const keyed = { map: { [token]: 1 }, later: "later" };
    const lines = [
      ...changes(olds, news, { detailedDiff }),
      ...changes(olds, { ...olds, ...keyed, word: new Secret("deleted") }),
    ];
    expect(lines).toContain("+ map: { [secret]: 1 }");
    expect(lines.join("\n")).not.toMatch(/t0ps|0ther|A=/);
    expect(lines).toContain("~ plain: [secret] => [secret]");
    expect(lines).toContain("~ list[0]: [secret] => [secret]");
    expect(lines).toContain("~ text: (text; only [secret] parts differ)");
  });

  it("stand among our own words, which no secret takes anything out of", () => {
    const old = state(CONTAINER, "c", { word: new Secret("deleted") });
    const text = plain([step("replace", old, old), step("create-replacement", old, old)]);
    expect(text).toContain("the old one is deleted at the end");
  });

  it("leave out what providers keep for themselves", () => {
    const olds = { __defaults: ["a"], labels: [{ __defaults: [], value: "1" }], __meta: "1" };
    const news = { __defaults: ["b"], labels: [{ value: "1" }], __meta: "2" };
    expect(changes(olds, news)).toEqual([]);
  });

  it("take the outputs where the inputs are the same: that is drift", () => {
    const old = state(CONTAINER, "c", { memory: 64 }, { outputs: { memory: 32, id: "x" } });
    const text = plain([step("update", old, state(CONTAINER, "c", { memory: 64 }), { diffs: ["memory"] })]);
    expect(text).toContain("~ memory: 32 => 64");
    const read = { ...old, outputs: { memory: 16, id: "x" } };
    const seen = plain([
      step("refresh", old, read, { diffs: ["memory"], detailedDiff: { memory: { kind: "update", inputDiff: false } } }),
    ]);
    expect(seen).toMatch(/changed outside\n.*~ memory: 32 => 16/);
    expect(plain([step("refresh", old, undefined)])).toContain("gone");
    expect(plain([step("refresh", old, old)])).toBe("");
  });

  it("stay whole when a name tries to steer the terminal", () => {
    const [line] = changes({ s: "a" }, { s: "\u001b[2Jb\u0007" });
    expect(line).toBe('~ s: "a" => "\\u001b[2Jb\\u0007"');
  });
});
