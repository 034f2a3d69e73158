import { describe, expect, it } from "vitest";
import { PRICES_DATE } from "../../review/cost/sources.js";
import type { Cost } from "../../review/types.js";
import { project, STACK, toolkit } from "./harness.js";

const FOUR_CORES = 48;
/** A droplet with weekly backups, and volumes at ten cents a GiB. */
const TEAM = FOUR_CORES * 1.2 + (50 + 50) * 0.1;
const RELAY = 6 * 1.2 + 10 * 0.1;

const PROGRAM = `
import * as digitalocean from "@pulumi/digitalocean";
export default async function () {
  new digitalocean.Droplet("odd", { name: "odd", image: "debian-12-x64", region: "ams3", size: "s-99vcpu-1gb" });
  new digitalocean.Volume("data", { name: "data", region: "ams3", size: 1500 });
}
`;
const EMPTY = "config:\n  fleet:machines: {}\n  fleet:agents: {}\n";

interface Report extends Pick<Cost, "total" | "unknown" | "prices"> {
  currency: string;
  stacks: ({ stack: string } & Cost)[];
}

describe("fleet cost", () => {
  it("reckons the shipped stacks to the cent, without passphrase, state or Docker", async () => {
    const here = project();
    const { code, stdout, stderr } = await here.fleet(["-C", toolkit, "cost", "--json"]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const { stacks, ...all } = JSON.parse(stdout) as Report;
    const totals = Object.fromEntries(stacks.map(({ stack, total, unknown }) => [stack, unknown === 0 ? total : "?"]));
    expect(totals).toMatchObject({
      local: 0,
      gather: 0,
      "mypa-shared": RELAY,
      "mypa-admin": TEAM,
      "mypa-alpha": TEAM,
      "mypa-beta": TEAM,
      "mypa-delta": TEAM,
      "mypa-gamma": TEAM,
    });
    expect(all).toMatchObject({ currency: "USD", unknown: 0, prices: PRICES_DATE });
    expect(all.total).toBeCloseTo(
      stacks.reduce((sum, { total }) => sum + total, 0),
      6,
    );
    const beta = stacks.find(({ stack }) => stack === "mypa-beta")!;
    expect(beta.items).toContainEqual({
      urn: expect.stringContaining("::mypa-beta-fleet-beta-droplet"),
      name: "mypa-beta-fleet-beta-droplet",
      what: "droplet s-4vcpu-8gb, nyc3",
      monthly: 48,
    });
  });

  it("shows sums, items, and what is not known by itself", async () => {
    const here = project({ "index.ts": PROGRAM, "stacks/Pulumi.far.yaml": EMPTY, "stacks/Pulumi.wide.yaml": EMPTY });
    const one = await here.fleet(["cost", "far"]);
    expect(one.code).toBe(0);
    expect(one.stdout).toBe(`STACK  A MONTH
far    $150.00  and 1 not known

far
RESOURCE  WHAT                   A MONTH
data      volume 1500 GiB, ams3  $150.00

not known, and not in the sums
STACK  RESOURCE  WHAT                        WHY
far    odd       droplet s-99vcpu-1gb, ams3  there is no price for a droplet of size s-99vcpu-1gb

US dollars for 730 hours, by prices of ${PRICES_DATE}. Taxes, traffic, usage and discounts are not in it.
`);
    const both = await here.fleet(["cost"]);
    expect(both.stdout.split("\n").slice(1, 4)).toEqual([
      "far    $150.00  and 1 not known",
      "wide   $150.00  and 1 not known",
      "all    $300.00  and 2 not known",
    ]);
  });

  it("refuses what it cannot reckon with", async () => {
    const here = project({ "stacks/Pulumi.near.yaml": STACK });
    const mistyped = await here.fleet(["cost", "naer"]);
    expect(mistyped).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("did you mean near") });
    const half = await here.fleet(["cost", "near", "--watts", "60"]);
    expect(half).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--power-price and --watts belong together"),
    });
    const wrong = await here.fleet(["cost", "near", "--watts", "much", "--power-price", "0.3"]);
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--watts: "much" is not a number above 0'),
    });
    const nothing = await here.fleet(["cost", "near", "--watts", "60", "--power-price", "0.3"]);
    expect(nothing).toMatchObject({ code: 0, stdout: expect.stringContaining("near   $0.00\n") });
  });
});
