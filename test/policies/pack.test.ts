import { describe, expect, it } from "vitest";
import { readFinding } from "../../cli/policy/finding.js";
import { evaluator } from "../../policies/evaluate.js";
import { type Props, UNKNOWN } from "../../policies/rule.js";
import { type EngineResource, findingsInEngine } from "./engine-run.js";
import { sampleUrn } from "./samples.js";

const TYPE = "docker:index/container:Container";
const RULE = "container-no-privileged";
const container = (name: string, privileged: unknown): EngineResource => ({ name, type: TYPE, props: { privileged } });
const exception = (resource: string, expires = "2999-12-31") => ({ resource, reason: "for a test of it", expires });

/** What the pack says of one rule, and of its own settings. */
async function told(resources: EngineResource[], options: { config?: Props; section?: Props } = {}) {
  const findings = await findingsInEngine(resources, options);
  return findings
    .filter(({ policy }) => policy === RULE || policy.startsWith("policy-"))
    .map(readFinding)
    .map(({ policy, name, level, outcome, said }) => ({ policy, name, level, outcome, said }));
}

describe("the pack, in the engine", () => {
  it("tells breaches, what it cannot tell, and what is excepted", async () => {
    const resources = [container("bad", true), container("later", UNKNOWN), container("let-pass", true)];
    const section = { [RULE]: { exceptions: [exception("let-pass"), exception("nobody")] } };
    expect(await told(resources, { section })).toEqual([
      expect.objectContaining({ name: "bad", level: "mandatory", outcome: "failing" }),
      // As advice, though the rule is mandatory.
      expect.objectContaining({ name: "later", level: "advisory", outcome: "could not tell" }),
      expect.objectContaining({ name: "let-pass", level: "advisory", outcome: "excepted" }),
      expect.objectContaining({
        policy: "policy-exceptions",
        level: "advisory",
        said: expect.stringContaining("exception lets nothing pass: container-no-privileged for nobody"),
      }),
    ]);
  });

  it("holds to what an expired exception was for, and to the exception", async () => {
    const section = { [RULE]: { exceptions: [exception("bad", "2020-01-31")] } };
    expect(await told([container("bad", true)], { section })).toEqual([
      expect.objectContaining({ policy: RULE, outcome: "failing", said: expect.stringContaining("2020-01-31") }),
      expect.objectContaining({
        policy: "policy-exceptions",
        outcome: "failing",
        said: expect.stringContaining("exception expired on 2020-01-31"),
      }),
    ]);
  });

  it("fails over a rule that does not exist, and says what was meant", async () => {
    const section = { "container-no-priviledged": { level: "disabled" } };
    expect(await told([container("good", false)], { section })).toEqual([
      expect.objectContaining({
        policy: "policy-settings",
        level: "mandatory",
        said: expect.stringContaining("did you mean container-no-privileged?"),
      }),
    ]);
  });

  it("takes the stack file's level, and over it the pack's config", async () => {
    const section = { [RULE]: { level: "disabled" } };
    expect(await told([container("bad", true)], { section })).toEqual([]);
    const config = { [RULE]: { enforcementLevel: "mandatory", exceptions: [exception("other")] } };
    expect(await told([container("bad", true), container("other", true)], { section, config })).toEqual([
      expect.objectContaining({ name: "bad", outcome: "failing" }),
      expect.objectContaining({ name: "other", outcome: "excepted" }),
    ]);
  });

  it("mends where it is asked to, and not what is excepted", async () => {
    const id = "container-restart-policy";
    const always = (name: string): EngineResource => ({ name, type: TYPE, props: { restart: "always" } });
    const found = async (section: Props) =>
      (await findingsInEngine([always("bad"), always("let-pass")], { section }))
        .filter(({ policy }) => policy === id || policy.startsWith("policy-"))
        .map(readFinding)
        .map(({ name, outcome }) => `${name} ${outcome}`);
    const exceptions = [exception("let-pass")];
    expect(await found({ [id]: { exceptions } })).toEqual(["bad failing", "let-pass excepted"]);
    expect(await found({ [id]: { settings: { remediate: true }, exceptions } })).toEqual(["let-pass excepted"]);
  });
});

describe("the rules without a pack", () => {
  const plain = (name: string, privileged: unknown) => ({
    urn: sampleUrn(TYPE, name),
    type: TYPE,
    name,
    inputs: { privileged },
    outputs: { privileged },
    dependencies: [],
    protect: false,
    retainOnDelete: false,
  });

  it("say what the pack says", async () => {
    const section = { [RULE]: { exceptions: [exception("let-pass")] } };
    const values: [string, unknown][] = [
      ["bad", true],
      ["good", false],
      ["later", UNKNOWN],
      ["let-pass", true],
    ];
    const inEngine = await findingsInEngine(
      values.map(([name, value]) => container(name, value)),
      { section },
    );
    const evaluate = await evaluator();
    const here = evaluate(
      values.map(([name, value]) => plain(name, value === UNKNOWN ? "[unknown]" : value)),
      section,
    );
    const key = ({ policy, urn }: { policy: string; urn: string }) => `${policy} ${urn}`;
    const sort = <T extends { policy: string; urn: string }>(all: T[]) =>
      all.filter(({ policy }) => !policy.startsWith("policy-")).sort((a, b) => (key(a) < key(b) ? -1 : 1));
    expect(sort(here)).toEqual(sort(inEngine));
    expect(here.length).toBeGreaterThan(3);
  });
});
