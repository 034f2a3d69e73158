import { expect, it } from "vitest";
import { costOf } from "../../../review/cost/cost.js";
import { costDelta } from "../../../review/cost/delta.js";
import { difference, dollars } from "../../../review/cost/money.js";
import { type JsonMap, UNKNOWN } from "../../../review/types.js";
import { droplet, resource } from "./resources.js";

const volume = (size: number) => resource("digitalocean:index/volume:Volume", { size });

it("tells what became dearer, cheaper, new or gone", () => {
  const before = costOf([
    droplet({ size: "s-1vcpu-1gb", backups: true }, "grows"),
    droplet({ size: "s-2vcpu-4gb" }, "goes"),
    droplet({ size: "s-2vcpu-2gb" }, "stays"),
  ]);
  const after = costOf([
    droplet({ size: "s-4vcpu-8gb", backups: true }, "grows"),
    droplet({ size: "s-2vcpu-2gb" }, "stays"),
    volume(10),
  ]);
  const { monthly, changes, unknown } = costDelta(before, after);
  expect(changes.map(({ name, what, before: was, after: is }) => [name, what, was, is])).toEqual([
    ["grows", "droplet s-4vcpu-8gb", 7.2, 57.6],
    ["goes", "droplet s-2vcpu-4gb", 24, undefined],
    ["one", "volume 10 GiB", undefined, 1],
  ]);
  expect(monthly).toBe(27.4);
  expect(unknown).toEqual([]);
  expect(after.total - before.total).toBeCloseTo(monthly, 10);
  expect(costDelta(after, after)).toEqual({ monthly: 0, changes: [], unknown: [] });
});

it("does not take a price that became unknown for a saving", () => {
  const sized = (size: string) => costOf([droplet({ size }, "one"), volume(10)]);
  const { monthly, changes, unknown } = costDelta(sized("s-4vcpu-8gb"), sized(UNKNOWN));
  expect({ monthly, changes }).toEqual({ monthly: 0, changes: [] });
  expect(unknown).toMatchObject([{ name: "one", what: "droplet", why: "size is only known once it is made" }]);
});

it("counts what is known of a machine whose rest is as unknown as before", () => {
  const machine = (machineType: string, bootDisk: JsonMap = {}) =>
    costOf([resource("gcp:compute/instance:Instance", { machineType, zone: "us-east1-b", bootDisk })]);
  const grown = costDelta(machine("e2-micro"), machine("e2-small"));
  expect(grown.monthly).toBe(6.12);
  expect(grown.unknown).toEqual([]);
  const made = costDelta(costOf([]), machine("e2-small"));
  expect(made.monthly).toBe(12.23);
  expect(made.unknown.map(({ what }) => what)).toEqual(["boot disk"]);
});

it("writes dollars as people do", () => {
  expect([0, 4.8, 1203.5, 1_000_000, -3].map(dollars)).toEqual([
    "$0.00",
    "$4.80",
    "$1,203.50",
    "$1,000,000.00",
    "-$3.00",
  ]);
  expect([0, 4.8, -3].map(difference)).toEqual(["$0.00", "+$4.80", "-$3.00"]);
});
