import { describe, expect, it } from "vitest";
import { checkStackText, readStackText } from "../../spec/index.js";
import { BASE, edited, messages } from "./base.js";

describe("a file that is no YAML", () => {
  it.each([
    ["a brace left open", "here: { on: docker }", "here: { on: docker"],
    ["a quote left open", "image: mine", 'image: "mine'],
    ["a tab", "      machine: there", "\tmachine: there"],
    ["a line out of line", "      machine: there", "   machine: there"],
    ["a colon left out", "machine: there", "machine there"],
    ["an alias to nowhere", "machine: there", "machine: *nowhere"],
    ["a second document", "  fleet:edge:", "---\n  fleet:edge:"],
    ["a conflict of a merge", "    box:\n", "<<<<<<< ours\n    box:\n=======\n    tub:\n>>>>>>> theirs\n"],
    ["an unknown tag", "machine: there", "machine: !vault there"],
  ])("with %s gets messages with a place, and no more than that", (_about, from, to) => {
    const faults = checkStackText("test", edited(from, to), "fleet");
    expect(faults.length).toBeGreaterThan(0);
    const first = BASE.slice(0, BASE.indexOf(from)).split("\n").length;
    for (const fault of faults) {
      expect(fault).toMatchObject({ severity: "error" });
      expect(fault.message).toMatch(/^not valid YAML: |^must be|^has no|^unknown/);
      expect(fault.line).toBeGreaterThanOrEqual(first);
    }
  });

  it("says what to do", () => {
    expect(messages("config:\n\tfleet:agents:\n")).toEqual([
      "f:2:1: not valid YAML: tabs are not allowed as indentation (tabs cannot indent: use spaces)",
    ]);
    expect(messages("config:\n  fleet:machines:\n    here: { on: docker\n  fleet:agents:\n")[0]).toContain(
      "(a { or [ above is not closed)",
    );
  });

  it("that would fill the memory, or contains itself, is refused", () => {
    const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]"];
    for (let level = 1; level < 12; level++) {
      const before = String.fromCharCode(96 + level);
      bomb.push(
        `${String.fromCharCode(97 + level)}: &${String.fromCharCode(97 + level)} [${Array(9).fill(`*${before}`).join(",")}]`,
      );
    }
    expect(messages(bomb.join("\n"))[0]).toContain("not valid YAML");
    expect(messages("config: &all\n  fleet:agents: *all\n")).toEqual([
      "f:1:1: not valid YAML: an anchor contains itself",
    ]);
  });

  it.each(["", "\n", "# nothing\n", "config:\n", "config: {}\n", "config:\n  fleet:agents:\n"])(
    "%j is an empty fleet",
    (text) => {
      expect(messages(text)).toEqual([]);
      expect(readStackText("test", text, "fleet").spec?.agents).toEqual({});
    },
  );

  it.each([
    ["just text", 'f:1:1: a stack file must be a block of keys with config: in it, not "just text"'],
    ["- a\n", 'f:1:1: a stack file must be a block of keys with config: in it, not ["a"]'],
    ["config: 5\n", "f:1:9: config: must be a block of keys, not 5"],
  ])("%j says what a stack file is", (text, expected) => {
    expect(messages(text)).toEqual([expected]);
  });
});

describe("a message", () => {
  it("is one line that a terminal can be given, whatever the file has in it", () => {
    expect(messages('config:\n  fleet:machines:\n    "a\\e[31m\\nb": { on: docker }\n')[0]).toMatch(
      /^f:3:5: fleet:machines\.a\\x1b\[31m\\x0ab: a name must be /,
    );
  });
});

describe("keys that stand twice", () => {
  it("are located at both places, at any depth", () => {
    expect(messages(edited("      machine: there", "      machine: there\n      machine: here"))).toEqual([
      "f:30:7: fleet:agents.bob.machine: machine stands here twice: again at 31:7",
      "f:31:7: fleet:agents.bob.machine: machine stands here twice: first at 30:7",
    ]);
  });

  it("are found whatever way the section's key is written", () => {
    expect(messages(`${BASE}  edge: {}\n`)).toEqual(["f:47:3: edge: is the same key as fleet:edge: keep one"]);
    expect(messages(`${BASE}  fleet:config:edge: {}\n`)).toEqual([
      "f:47:3: fleet:config:edge: is the same key as fleet:edge: keep one",
    ]);
  });
});

describe("namespaces", () => {
  it("a bare key is the project's, and faults name it as it is written", () => {
    expect(messages(BASE.replaceAll("fleet:", ""))).toEqual([]);
    expect(messages(BASE.replaceAll("fleet:", "").replace("machine: there", "machine: ther"))).toEqual([
      'f:30:16: agents.bob.machine: machines has no entry "ther" (did you mean there?)',
    ]);
  });

  it("another one than the project's is a fault where one of our sections is meant", () => {
    expect(messages("config:\n  flet:agents: {}\n  other:machines: {}\n")).toEqual([
      "f:2:3: flet:agents: namespace flet is not this project's, which is fleet (did you mean fleet:agents?)",
      "f:3:3: other:machines: namespace other is not this project's, which is fleet (did you mean fleet:machines?)",
    ]);
  });

  it("providers' own settings are left alone", () => {
    expect(messages("config:\n  docker:host: unix:///x\n  pulumi:disable-default-providers: ['*']\n")).toEqual([]);
  });

  it("follow the project's name", () => {
    expect(checkStackText("test", BASE.replaceAll("fleet:", "crew:"), "crew")).toEqual([]);
  });

  it("sections beside config are told where they belong", () => {
    expect(messages("fleet:agents: {}\nencryptionsalt: v1:x\nconfg: {}\n")).toEqual([
      "f:1:1: fleet:agents: unknown key (write fleet:agents below config:)",
      "f:3:1: confg: unknown key (did you mean config?)",
    ]);
  });
});

describe("warnings", () => {
  it("name what nothing uses, and leave the spec alone", () => {
    const text = edited("    mine:", "    spare: { from: example.org/spare:1 }\n    mine:").replace(
      "    modelKey:",
      "    old: { secure: v1:x }\n    modelKey:",
    );
    expect(messages(text)).toEqual([
      "f:12:5: warning: fleet:images.spare: nothing uses this image",
      "f:47:5: warning: fleet:secrets.old: nothing uses this secret",
    ]);
    expect(readStackText("test", text, "fleet").spec?.images.spare).toBeDefined();
  });
});

describe("merged blocks and aliases", () => {
  const shared = edited("    bob:\n", "    bob: &shared\n").replace(
    "    box:\n",
    "    tub:\n      <<: *shared\n      port: 1234\n    box:\n",
  );

  it("are read", () => {
    expect(messages(shared)).toEqual([]);
    expect(readStackText("test", shared, "fleet").spec?.agents.tub).toMatchObject({ machine: "there", port: 1234 });
  });

  it("have their faults where they are written", () => {
    expect(messages(shared.replace("machine: there", "machine: ther"))).toEqual([
      'f:30:16: fleet:agents.bob.machine: machines has no entry "ther" (did you mean there?)',
      'f:30:16: fleet:agents.tub.machine: machines has no entry "ther" (did you mean there?)',
    ]);
  });
});
