import { describe, expect, it } from "vitest";
import { readStackText } from "../../spec/check/stack-file.js";
import { parseFleet, readReason } from "../../spec/index.js";
import { readDate } from "../../spec/values/date.js";
import { messages } from "./base.js";

const URN = "urn:pulumi:test::fleet::fleet:agents:OpenClaw$docker:index/volume:Volume::ada data";

describe("reasons", () => {
  it.each(["moved to the volume ada-state", "  asked for by ops in #42 ", "数据已经迁移到新的数据库了"])(
    "%j is one",
    (text) => {
      expect(readReason(text)).toBe(text.trim());
    },
  );

  it.each([
    "",
    "why",
    "todo",
    "short one",
    "todo todo todo",
    "reason: TBD",
    "xxxxxxxxxxxx",
    "..........",
    "1234567890",
  ])("%j is none", (text) => {
    expect(readReason(text)).toBeUndefined();
  });

  it("are not what `up` prints for somebody to fill in", () => {
    expect(readReason("<why its data may go>")).toBeUndefined();
  });
});

describe("dates", () => {
  it.each([
    ["2027-03-31", "2027-03-31"],
    ["2028-02-29", "2028-02-29"],
    // As Pulumi hands on what stands without quotes.
    ["2027-03-31 00:00:00 +0000 UTC", "2027-03-31"],
  ])("%j is one", (text, date) => {
    expect(readDate(text)).toBe(date);
  });

  it.each(["2027-02-29", "2027-13-01", "2027-3-1", "31.3.2027", "2027-03-31T00:00:00Z", "tomorrow", ""])(
    "%j is none",
    (text) => {
      expect(readDate(text)).toBeUndefined();
    },
  );
});

describe("fleet:acknowledged", () => {
  it("is URNs with reasons", () => {
    const { spec } = readStackText(
      "test",
      `config:\n  fleet:acknowledged:\n    ${URN}: "copied to db-1 first "\n`,
      "fleet",
    );
    expect(spec?.acknowledged).toEqual({ [URN]: "copied to db-1 first" });
  });

  it.each<[string, string, string]>([
    [
      "no URN",
      "ada-data: copied to db-1 first",
      "f:3:5: fleet:acknowledged.ada-data: must be the URN of what holds the data: ./fleet state list test shows them",
    ],
    [
      "another stack",
      `${URN.replace(":test:", ":prod:")}: copied to db-1 first`,
      `f:3:5: fleet:acknowledged.${URN.replace(":test:", ":prod:")}: is of the stack prod, and this is test`,
    ],
    [
      "nothing behind it",
      `${URN}:`,
      `f:3:5: fleet:acknowledged.${URN}: must be a reason of 10 characters or more, in words that tell a reviewer why, not ""`,
    ],
    [
      "a placeholder",
      `${URN}: to do, to do`,
      `f:3:89: fleet:acknowledged.${URN}: must be a reason of 10 characters or more, in words that tell a reviewer why, not "to do, to do"`,
    ],
    [
      "a number",
      `${URN}: 12345678901`,
      `f:3:89: fleet:acknowledged.${URN}: must be a reason of 10 characters or more, in words that tell a reviewer why, not 12345678901`,
    ],
    [
      "a secret",
      `${URN}: { secure: v1:abc }`,
      `f:3:89: fleet:acknowledged.${URN}: secure: values stand only in fleet:secrets: move it there and refer to it by { secret: <name> }`,
    ],
  ])("refuses %s", (_about, line, message) => {
    expect(messages(`config:\n  fleet:acknowledged:\n    ${line}\n`)).toEqual([message]);
  });

  it("refuses what is no block", () => {
    expect(messages("config:\n  fleet:acknowledged: all of it\n")).toEqual([
      'f:2:23: fleet:acknowledged: must be a block of named entries, not "all of it"',
    ]);
  });
});

describe("fleet:policies", () => {
  const policies = (entry: string) => `config:\n  fleet:policies:\n    container-no-privileged: ${entry}\n`;
  const RIGHT = "resource: '**::ada', reason: needs the host's devices, expires: 2027-03-31";

  it("is rules by their ids, each with its level, settings and exceptions", () => {
    const { spec } = readStackText(
      "test",
      policies(`{ level: advisory, settings: { allowed: [a] }, exceptions: [{ ${RIGHT} }] }`),
      "fleet",
    );
    expect(spec?.policies).toEqual({
      "container-no-privileged": {
        name: "container-no-privileged",
        level: "advisory",
        settings: { allowed: ["a"] },
        exceptions: [{ resource: "**::ada", reason: "needs the host's devices", expires: "2027-03-31" }],
      },
    });
    expect(parseFleet("test", { policies: { a1: {} } }).spec?.policies).toEqual({ a1: { name: "a1", exceptions: [] } });
  });

  it.each<[string, string, string]>([
    [
      "a level",
      "{ level: mandatry }",
      'f:3:39: fleet:policies.container-no-privileged.level: must be one of advisory, mandatory, disabled, not "mandatry" (did you mean mandatory?)',
    ],
    [
      "a key",
      "{ exception: [] }",
      "f:3:32: fleet:policies.container-no-privileged.exception: unknown key (did you mean exceptions?)",
    ],
    [
      "a date",
      `{ exceptions: [{ ${RIGHT.replace("03-31", "3-31")} }] }`,
      'f:3:111: fleet:policies.container-no-privileged.exceptions.0.expires: must be a date, such as 2027-03-31, not "2027-3-31"',
    ],
    [
      "a missing date",
      `{ exceptions: [{ ${RIGHT.replace(/, expires.*/, "")} }] }`,
      "f:3:45: fleet:policies.container-no-privileged.exceptions.0.expires: is missing",
    ],
    [
      "a reason",
      `{ exceptions: [{ ${RIGHT.replace("needs the host's devices", "because")} }] }`,
      'f:3:76: fleet:policies.container-no-privileged.exceptions.0.reason: must be a reason of 10 characters or more, in words that tell a reviewer why, not "because"',
    ],
  ])("refuses %s", (_about, entry, message) => {
    expect(messages(policies(entry))).toEqual([message]);
  });

  it.each(["Container", "container_no", "-a", "a--b"])("refuses the id %s", (id) => {
    expect(messages(policies("{}").replace("container-no-privileged", id))).toEqual([
      `f:3:5: fleet:policies.${id}: must be a rule's id: lower-case words and numbers, joined by hyphens, such as container-no-privileged`,
    ]);
  });
});
