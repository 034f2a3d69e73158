import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { listStackFiles, openProject } from "../../engine/index.js";
import { project, type Result, toolkit } from "./harness.js";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const PROGRAM = `
import * as docker from "@pulumi/docker";
export default async () => {
  const base = { image: "example.org/box@sha256:${"0".repeat(64)}", privileged: true };
  new docker.Container("acme-ada-container", base);
  new docker.Container("acme-brook-container", base);
};
`;
const STACK = `config:
  fleet:machines:
    here: { on: docker }
  fleet:images:
    box: { from: "example.org/box:1" }
  fleet:agents:
    ada: { machine: here, runtime: container, image: box }
    brook: { machine: here, runtime: container, image: box }
  fleet:policies:
    container-no-privileged:
      exceptions:
        - resource: acme-brook-container
          reason: it is only there for a test
          expires: "2999-12-31"
  fleet:secrets: {}
`;

interface Found {
  policy: string;
  name: string;
  outcome: string;
  reason?: string;
}

const here = project({ "index.ts": PROGRAM, "stacks/Pulumi.acme.yaml": STACK });
const line = (text: string) => STACK.split("\n").findIndex((one) => one.includes(text)) + 1;

describe("policy", () => {
  let json: Result;
  // biome-ignore lint/suspicious/noExplicitAny: checked against the standard's own schema
  let log: any;

  beforeAll(async () => {
    json = await here.fleet(["policy", "acme", "--json", "--sarif", "out/policies.sarif"]);
    log = JSON.parse(here.read("out/policies.sarif"));
  });

  it("tells what fails and what is excepted, and ends with 1", () => {
    expect(json.code, json.stderr).toBe(1);
    const { stacks } = JSON.parse(json.stdout) as { stacks: { stack: string; passed: boolean; findings: Found[] }[] };
    expect(stacks.map(({ stack, passed }) => [stack, passed])).toEqual([["acme", false]]);
    const own = stacks[0]!.findings.filter(({ policy }) => policy === "container-no-privileged");
    expect(own.map(({ name, outcome, reason }) => [name, outcome, reason])).toEqual([
      ["acme-ada-container", "failing", undefined],
      ["acme-brook-container", "excepted", "it is only there for a test"],
    ]);
  });

  it("prints a table for people, with what to do", async () => {
    const { stdout, code } = await here.fleet(["policy", "acme"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Failing\nRULE +SEVERITY +RESOURCE +WHAT\n/);
    expect(stdout).toMatch(/container-no-privileged +critical +acme-ada-container +it runs privileged/);
    expect(stdout).toMatch(/\nExcepted\n[\s\S]*acme-brook-container .*until 2999-12-31: it is only there for a test/);
    expect(stdout).toMatch(/container-no-privileged: fix: \S/);
  });

  it("writes SARIF as the standard has it", () => {
    const file = createRequire(import.meta.url).resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
    // The standard's schema names a draft that the validator no longer knows; nothing in it needs that one.
    const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(file, "utf8"));
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    formats.default(ajv);
    const validate = ajv.compile(schema);
    validate(log);
    expect(validate.errors ?? []).toEqual([]);
    // It is the standard's schema that was asked: it refuses what is none.
    expect(validate({ ...log, runs: [{ results: [{}] }] })).toBe(false);
  });

  it("names places, rules and suppressions in it", () => {
    const [run] = log.runs;
    const rules: { id: string; properties: Record<string, unknown> }[] = run.tool.driver.rules;
    const own = run.results.filter(({ ruleId }: { ruleId: string }) => ruleId === "container-no-privileged");
    expect(own).toHaveLength(2);
    for (const result of own) {
      expect(rules[result.ruleIndex]!.id).toBe("container-no-privileged");
      expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe("stacks/Pulumi.acme.yaml");
    }
    const [ada, brook] = own;
    expect(ada.level).toBe("error");
    expect(ada.suppressions).toBeUndefined();
    expect(ada.locations[0].physicalLocation.region.startLine).toBe(line("ada: {"));
    expect(brook.locations[0].physicalLocation.region.startLine).toBe(line("brook: {"));
    expect(brook.suppressions).toEqual([
      { kind: "external", status: "accepted", justification: "it is only there for a test (until 2999-12-31)" },
    ]);
    const prints = run.results.map((one: { partialFingerprints: object }) => JSON.stringify(one.partialFingerprints));
    expect(new Set(prints).size).toBe(prints.length);
    expect(rules.find(({ id }) => id === "container-no-privileged")!.properties).toMatchObject({
      "security-severity": "9.5",
      tags: expect.arrayContaining(["security", "containers", "CIS Docker 1.6.0 5.5"]),
    });
  });

  it("says why a stack could not be looked at", async () => {
    const broken = project({
      "index.ts": 'export default async () => { throw new Error("no such luck"); };\n',
      "stacks/Pulumi.acme.yaml": STACK,
      "stacks/Pulumi.bad.yaml": STACK.replace("fleet:agents", "fleet:agnets"),
    });
    const { code, stdout } = await broken.fleet(["policy", "--all"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/acme: error: [\s\S]*no such luck/);
    expect(stdout).toMatch(/bad: error: .*did you mean/);
    expect(stdout).toContain("2 not looked at in full");
  });

  it("needs to know which stack", async () => {
    expect((await here.fleet(["policy"])).stderr).toContain("hold which stack to the policies?");
    expect((await here.fleet(["policy", "--all", "acme"])).code).toBe(2);
    expect((await here.fleet(["policy", "acmee"])).stderr).toContain("did you mean acme?");
    expect((await here.fleet(["policy", "acme", "--json", "--sarif", "-"])).code).toBe(2);
  });
});

it("finds nothing that fails in any shipped stack, with every exception needed", async () => {
  const shipped = (await listStackFiles(await openProject(toolkit))).map(({ stack }) => stack);
  const { code, stdout } = await here.fleet(["-C", toolkit, "policy", "--all", "--json"]);
  const { stacks } = JSON.parse(stdout) as { stacks: { stack: string; findings: Found[]; errors: string[] }[] };
  expect(stacks.map(({ stack }) => stack)).toEqual(shipped);
  for (const { stack, findings, errors } of stacks) {
    expect(errors, stack).toEqual([]);
    const told = findings.filter(({ outcome, policy }) => outcome === "failing" || policy.startsWith("policy-"));
    expect(told, stack).toEqual([]);
  }
  expect(code).toBe(0);
  expect(readFileSync(join(toolkit, "stacks/Pulumi.local.yaml"), "utf8")).toContain('{ stop_reason: "end_turn", ');
});
