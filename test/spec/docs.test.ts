import { readdirSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { checkStackText, jsonSchema, referencePage } from "../../spec/index.js";
import { BASE, edited } from "./base.js";

// Both are made anew by: npx vitest run test/spec/docs.test.ts -u

describe("the reference page", () => {
  it("is committed as the schema has it", async () => {
    await expect(referencePage()).toMatchFileSnapshot("../../docs/stack-config.md");
  });

  it("describes every key", () => {
    const rows = referencePage()
      .split("\n")
      .filter((line) => line.startsWith("| `"));
    expect(rows.length).toBeGreaterThan(80);
    for (const row of rows) expect(row).not.toMatch(/\| +\|$|undefined/);
  });
});

describe("the JSON Schema", () => {
  const validate = new Ajv({ allErrors: true, formats: { email: true } }).compile(jsonSchema());

  it("is committed as the schema has it", async () => {
    await expect(`${JSON.stringify(jsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
      "../../docs/schema/stack-config.json",
    );
  });

  it.each(readdirSync("stacks").filter((file) => file.startsWith("Pulumi.")))(
    "accepts stacks/%s, as the checks do",
    (file) => {
      const text = readFileSync(`stacks/${file}`, "utf8");
      validate(parse(text));
      expect(validate.errors ?? []).toEqual([]);
      expect(checkStackText(file.split(".")[1]!, text, "fleet").filter((fault) => fault.severity === "error")).toEqual(
        [],
      );
    },
  );

  it("accepts every spelling of a section's key, and other namespaces", () => {
    validate({ ...parse(BASE.replaceAll("fleet:", "")), encryptionsalt: "v1:x" });
    expect(validate.errors ?? []).toEqual([]);
    expect(validate({ config: { "docker:host": "unix:///x" } })).toBe(true);
  });

  it.each([
    ["port: 18800", "prot: 18800"],
    ["runtime: container", "runtime: containr"],
    ["memory: 2GiB", "memory: 2 gigs"],
    ["interval: 5s", "interval: 5"],
    ["port: 18789", "port: 99999"],
    ["node: 24.16.0", "node: 24"],
    ["suite: bookworm", "suite: bokworm"],
    ["fleet:edge:", "fleet:edges:"],
    ["{ secure: v1:abc:def }", "hunter2"],
  ])("refuses what the checks refuse: %s -> %s", (from, to) => {
    expect(validate(parse(edited(from, to)))).toBe(false);
  });
});
