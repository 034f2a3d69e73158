import { describe, expect, it } from "vitest";
import { judge } from "../../../../policies/judge.js";
import type { Subject } from "../../../../policies/rule.js";
import { rule } from "../../../../policies/rules/data/data-kept.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./data-kept.samples.js";

ruleTest(rule, samples);

const volume = (chain: string, options: Subject["options"] = {}): Subject => ({
  urn: `urn:pulumi:dev::fleet::${chain}docker:index/volume:Volume::data`,
  type: "docker:index/volume:Volume",
  name: "data",
  props: {},
  options,
});

describe("data-kept, by what Pulumi does not tell policies", () => {
  it("takes the engine's word for it where there is one", () => {
    expect(judge(rule, volume("", { retainOnDelete: true }))).toEqual([]);
    expect(judge(rule, volume("", { retainOnDelete: false }))).toEqual([{ breach: "it is deleted with its resource" }]);
  });

  it("takes the components' word for it otherwise", () => {
    expect(judge(rule, volume("fleet:index:Fleet$fleet:data:DataVolume$"))).toEqual([]);
    expect(judge(rule, volume("my:own:Component$"))).toMatchObject([{ unknown: expect.stringContaining("not told") }]);
    expect(judge(rule, volume("my:own:Component$"), { retaining: ["my:own:Component"] })).toEqual([]);
  });

  it("finds data that is to be deleted on purpose, in any component", () => {
    const verdicts = judge(rule, volume("fleet:index:Fleet$fleet:data:DataVolume$", { retainOnDelete: false }));
    expect(verdicts).toEqual([{ breach: "it is deleted with its resource" }]);
  });

  it("lets go what is filled whenever it is made", () => {
    const files = volume("fleet:index:Fleet$fleet:files:ConfigFiles$", { retainOnDelete: false });
    expect(judge(rule, files)).toEqual([]);
  });
});
