import { describe, expect, it } from "vitest";
import { judgeStack } from "../../../../policies/judge.js";
import type { Stack } from "../../../../policies/rule.js";
import { rule } from "../../../../policies/rules/data/data-backed-up.js";
import { ruleTest } from "../../rule-test.js";
import { samples } from "./data-backed-up.samples.js";

ruleTest(rule, samples);

type Resource = Stack["resources"][number];

/** A resource in components, by the types of these and its own, as URNs have them. */
function resource(chain: string, name: string, more: { parent?: Resource; after?: Resource[] } = {}): Resource {
  return {
    urn: `urn:pulumi:dev::fleet::${chain}::${name}`,
    type: chain.split("$").at(-1)!,
    name,
    props: {},
    outputs: {},
    options: { ...(more.parent && { parent: more.parent.urn }) },
    dependencies: (more.after ?? []).map(({ urn }) => urn),
  };
}

const FLEET = "fleet:index:Fleet$";

/** A machine with a droplet, a volume of DigitalOcean on it, and an agent's volume. */
function machine(name: string) {
  const host = resource(`${FLEET}fleet:hosts:DigitalOceanMachine`, name);
  const chain = `${FLEET}fleet:hosts:DigitalOceanMachine$`;
  const droplet = resource(`${chain}digitalocean:index/droplet:Droplet`, `${name}-droplet`, { parent: host });
  const disk = resource(`${chain}digitalocean:index/volume:Volume`, `${name}-disk`, { parent: host });
  const volume = resource(`${FLEET}fleet:data:DataVolume$docker:index/volume:Volume`, `${name}-volume`, {
    after: [droplet],
  });
  return { droplet, all: [host, droplet, disk, volume] };
}

/** A backup, with a part that comes after something. */
function backup(after: Resource[]): Resource[] {
  const whole = resource(`${FLEET}fleet:backups:Backup`, "nightly");
  const files = resource(`${FLEET}fleet:backups:Backup$fleet:hosts:HostFiles`, "files", { parent: whole });
  const delivery = resource(`${FLEET}fleet:backups:Backup$fleet:hosts:HostFiles$command:local:Command`, "delivery", {
    parent: files,
    after,
  });
  return [whole, files, delivery];
}

const saidOf = (...resources: Resource[]) =>
  judgeStack(rule, { resources }).map(({ urn, ...verdict }) => [urn.split("::").at(-1), Object.keys(verdict)[0]]);

describe("data-backed-up, by the fleet's own backups", () => {
  const one = machine("one");
  const two = machine("two");

  it("reaches all data of its machine", () => {
    expect(saidOf(...one.all, ...backup([one.droplet]))).toEqual([]);
  });

  it("reaches no other machine", () => {
    expect(saidOf(...one.all, ...two.all, ...backup([one.droplet]))).toEqual([
      ["two-disk", "breach"],
      ["two-volume", "breach"],
    ]);
  });

  it("follows what its parts come after, over others", () => {
    const awake = resource("command:local:Command", "awake", { after: [two.droplet] });
    expect(saidOf(...two.all, awake, ...backup([awake]))).toEqual([]);
  });

  it("reaches a host that exists, if there is no other", () => {
    const host = resource(`${FLEET}fleet:hosts:ExistingMachine`, "server");
    const other = resource(`${FLEET}fleet:hosts:ExistingMachine`, "other");
    const volume = resource(`${FLEET}fleet:data:DataVolume$docker:index/volume:Volume`, "volume");
    expect(saidOf(host, volume)).toEqual([["volume", "breach"]]);
    expect(saidOf(host, volume, ...backup([]))).toEqual([]);
    expect(saidOf(host, other, volume, ...backup([]))).toEqual([["volume", "unknown"]]);
  });

  it("has nothing to say of a volume with configuration", () => {
    expect(saidOf(resource(`${FLEET}fleet:files:ConfigFiles$docker:index/volume:Volume`, "config"))).toEqual([]);
  });
});
