import { describe, expect, it } from "vitest";
import {
  type Acknowledgement,
  acknowledge,
  staleAcknowledgements,
  unacknowledged,
} from "../../../review/loss/acknowledge.js";
import { lossesOf } from "../../../review/loss/losses.js";
import type { PlannedStep, ReviewedOp, ReviewedResource } from "../../../review/types.js";

const VOLUME = "docker:index/volume:Volume";
const DROPLET = "digitalocean:index/droplet:Droplet";
const urnOf = (name: string, type = VOLUME) => `urn:pulumi:dev::fleet::${type}::${name}`;

function step(op: ReviewedOp, name: string, more: Partial<PlannedStep> = {}): PlannedStep {
  const { type = VOLUME } = more;
  return {
    op,
    urn: urnOf(name, type),
    type,
    name,
    custom: true,
    replaceKeys: op === "replace" ? ["driver"] : [],
    changes: [],
    retained: false,
    ...more,
  };
}

describe("what a plan loses", () => {
  it("is what holds data and is deleted or replaced, with the properties that force it", () => {
    const { losses, kept } = lossesOf([
      step("delete", "old"),
      step("replace", "changed", { replaceKeys: ["driver", "name"] }),
      step("delete", "net", { type: "docker:index/network:Network" }),
      step("delete", "group", { type: "fleet:data:DataVolume", custom: false }),
    ]);
    expect(kept).toEqual([]);
    expect(losses).toEqual([
      { urn: urnOf("old"), type: VOLUME, name: "old", op: "delete", what: "volume", keys: [] },
      { urn: urnOf("changed"), type: VOLUME, name: "changed", op: "replace", what: "volume", keys: ["driver", "name"] },
    ]);
  });

  it.each<ReviewedOp>(["create", "update", "import", "read", "discard", "refresh"])("is nothing of: %s", (op) => {
    expect(lossesOf([step(op, "data")])).toEqual({ losses: [], kept: [] });
  });

  it("leaves out what is deleted and retained; that is told as kept", () => {
    const { losses, kept } = lossesOf([step("delete", "data", { retained: true })]);
    expect(losses).toEqual([]);
    expect(kept).toEqual([{ urn: urnOf("data"), type: VOLUME, name: "data", op: "delete", what: "volume", keys: [] }]);
  });

  it("has what is replaced and retained: the fleet goes on with an empty one", () => {
    const { losses, kept } = lossesOf([step("replace", "data", { retained: true })]);
    expect(kept).toEqual([]);
    expect(losses).toMatchObject([{ name: "data", op: "replace", keys: ["driver"], staysBehind: true }]);
  });

  it.each([true, false])("has what lives on something that goes, retained: %s", (retained) => {
    const host = step("replace", "web", { type: DROPLET, replaceKeys: ["region"] });
    const on = { retained, deletedWith: host.urn };
    const { losses, kept } = lossesOf([step("delete", "gone", on), step("replace", "again", on), host]);
    expect(kept).toEqual([]);
    expect(losses.map(({ name, goesWith, staysBehind }) => [name, goesWith, staysBehind])).toEqual([
      ["gone", host.urn, undefined],
      ["again", host.urn, undefined],
      ["web", undefined, undefined],
    ]);
  });

  it("keeps what lives on something that is kept itself, or stays", () => {
    const host = step("delete", "web", { type: DROPLET, retained: true });
    const on = { retained: true, deletedWith: host.urn };
    expect(lossesOf([step("delete", "data", on), host]).kept.map(({ name }) => name)).toEqual(["data", "web"]);
    expect(lossesOf([step("delete", "data", on)]).kept).toHaveLength(1);
  });

  it("looks at what is known of a resource, also under the URN that it had", () => {
    const type = "libvirt:index/domain:Domain";
    const asItWas = (urn: string): ReviewedResource => ({
      urn,
      type,
      name: "vm",
      custom: true,
      inputs: {},
      outputs: {},
      dependencies: [],
      protect: false,
      retainOnDelete: false,
    });
    const vm = step("replace", "vm", { type });
    expect(lossesOf([vm]).losses).toHaveLength(1);
    expect(lossesOf([vm], [asItWas(vm.urn)]).losses).toEqual([]);
    const moved = { ...vm, formerUrn: urnOf("former", type) };
    expect(lossesOf([moved], [asItWas(moved.formerUrn)]).losses).toEqual([]);
    expect(lossesOf([moved], [asItWas(urnOf("other", type))]).losses).toHaveLength(1);
  });
});

describe("acknowledgements", () => {
  const { losses } = lossesOf([step("delete", "one"), step("delete", "two")]);
  const of = (name: string, reason = "it was copied to db-1", by: Acknowledgement["by"] = "stack file") => ({
    urn: urnOf(name),
    reason,
    by,
  });

  it("are for exactly one URN, the first for it counts, and the losses themselves stay as they were", () => {
    const found = acknowledge(losses, [of("one", "asked for by ops", "command line"), of("one"), of("tw")]);
    expect(found.map(({ acknowledged }) => acknowledged)).toEqual([
      { reason: "asked for by ops", by: "command line" },
      undefined,
    ]);
    expect(unacknowledged(found).map(({ name }) => name)).toEqual(["two"]);
    expect(unacknowledged(losses)).toHaveLength(2);
  });

  it.each(["", "  \n"])("without a reason count for nothing: %j", (reason) => {
    expect(unacknowledged(acknowledge(losses, [of("one", reason)]))).toHaveLength(2);
    expect(unacknowledged(acknowledge(losses, [of("one", reason), of("one")]))).toHaveLength(1);
  });

  it("are stale where nothing of the URN is lost", () => {
    expect(staleAcknowledgements(losses, [of("one"), of("onE"), of("three")])).toEqual([of("onE"), of("three")]);
    expect(staleAcknowledgements([], [])).toEqual([]);
  });
});
