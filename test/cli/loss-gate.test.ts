import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project, type TestProject, toolkit } from "./harness.js";

/** Volumes as the config has them, `{ name: { driver, keep } }`, each with a network that nobody would miss. */
const PROGRAM = `
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
export default async function () {
  const volumes = new pulumi.Config("test").requireObject("volumes");
  for (const [name, { driver, keep }] of Object.entries(volumes)) {
    new docker.Volume(name, { name, driver }, { retainOnDelete: keep ?? false });
    new docker.Network(name, { name, driver });
  }
}
`;
const STATE = "home/.agent-fleet/simulated/.pulumi/stacks/fleet/dev.json";
const URN = "urn:pulumi:dev::fleet::docker:index/volume:Volume::data";
const REASON = "its rows were copied to db-1";

const config = (volumes: string, more = "") => `config:\n  fleet:machines: {}\n  test:volumes: ${volumes}\n${more}`;
const acknowledged = (urn = URN, reason = REASON) => `  fleet:acknowledged:\n    "${urn}": ${reason}\n`;

const FIRST = "{ data: { driver: local }, other: { driver: local } }";
const REPLACED = "{ data: { driver: nfs }, other: { driver: local } }";
const DELETED = "{ other: { driver: local } }";

const write = (here: TestProject, volumes: string, more?: string) =>
  here.write("stacks/Pulumi.dev.yaml", config(volumes, more));
const up = (here: TestProject, ...options: string[]) => here.fleet(["up", "dev", "--simulate", "--yes", ...options]);

/** A project whose stack was brought up in simulation. */
async function simulated(volumes = FIRST): Promise<TestProject> {
  const here = project({ "index.ts": PROGRAM });
  write(here, volumes);
  const { code, stderr } = await up(here);
  expect(stderr).not.toContain("warning");
  expect(code).toBe(0);
  return here;
}

const driverOf = (here: TestProject): unknown =>
  JSON.parse(here.read(STATE)).checkpoint.latest.resources.find(({ urn }: { urn: string }) => urn === URN)?.inputs
    .driver;

describe("a plan that loses data", () => {
  it("is refused with what is to be written, until it is acknowledged in the stack file", async () => {
    const here = await simulated();
    const state = here.read(STATE);
    write(here, REPLACED);
    const refused = await up(here);
    expect(refused.stdout).toContain("data");
    expect(refused.stdout).not.toContain("Update done.");
    expect(refused.stderr).toContain(
      `error: 1 resource that holds data is to be lost; nothing was changed:
  data (volume) is replaced because of driver
    ${URN}
  fix: keep the data, or say in stacks/Pulumi.dev.yaml why it may go:
    config:
      fleet:acknowledged:
        ${URN}: <why its data may go>
  or for one run of up alone: --acknowledge '<urn>=<why>'
`,
    );
    expect(refused.code).toBe(9);
    expect(here.read(STATE)).toBe(state);

    // The lines that it prints ask for more than to be copied.
    write(here, REPLACED, `  fleet:acknowledged:\n    ${URN}: <why its data may go>\n`);
    const copied = await up(here);
    expect(copied.stderr).toMatch(/fleet:acknowledged.*must be a reason/);
    expect(copied.code).toBe(2);

    write(here, REPLACED, acknowledged());
    const done = await up(here);
    expect(done.stderr).toContain(`data (volume) is replaced because of driver. Acknowledged, stack file: ${REASON}\n`);
    expect(done.stderr).not.toContain("warning");
    expect(done.code).toBe(0);
    expect(driverOf(here)).toBe("nfs");

    const again = await up(here);
    expect(again.stderr).toContain(
      `warning: stacks/Pulumi.dev.yaml: fleet:acknowledged: ${URN} is not lost: take the line out\n`,
    );
    expect(again.stdout).toContain("No changes.");
    expect(again.code).toBe(0);
  }, 120_000);

  it("is refused without a plan that is shown, too, and let through by the command line for exactly its URN", async () => {
    const here = await simulated();
    const state = here.read(STATE);
    write(here, DELETED);
    const skipped = await up(here, "--skip-preview");
    expect(skipped.stderr).toContain(`  data (volume) is deleted\n    ${URN}\n`);
    expect(skipped.stdout).toBe("");
    expect(skipped.code).toBe(9);

    const json = await up(here, "--json");
    expect(json.stdout).toBe("");
    expect(json.stderr).toContain("error: 1 resource that holds data is to be lost");
    expect(json.code).toBe(9);

    const wrong = await up(here, "--acknowledge", `${URN}x=${REASON}`);
    expect(wrong.stderr).toContain(`warning: --acknowledge: ${URN}x is not lost (did you mean ${URN}?)\n`);
    expect(wrong.code).toBe(9);
    expect(here.read(STATE)).toBe(state);

    const done = await up(here, "--skip-preview", "--acknowledge", `${URN}=${REASON}`);
    expect(done.stderr).toContain(`data (volume) is deleted. Acknowledged, command line: ${REASON}\n`);
    expect(done.code).toBe(0);
    expect(driverOf(here)).toBeUndefined();
  }, 120_000);

  it.each([
    ["data", /^error: --acknowledge data is no <urn>=<reason>$/m],
    [URN, /is no <urn>=<reason>$/m],
    [`${URN}=because`, /^error: --acknowledge urn:.*::data=… gives no reason\n {2}fix: say in 10 characters or more/m],
  ])("is not acknowledged by %j, which is found before anything is planned", async (flag, message) => {
    const here = project({ "index.ts": PROGRAM });
    write(here, FIRST);
    const { code, stdout, stderr } = await up(here, "--acknowledge", flag);
    expect(stderr).toMatch(message);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  it("is warned of in a preview, which changes nothing", async () => {
    const here = await simulated();
    write(here, DELETED);
    const warned = await here.fleet(["preview", "dev", "--simulate"]);
    expect(warned.stderr).toContain("warning: 1 resource that holds data is to be lost:\n  data (volume) is deleted\n");
    expect(warned.stderr).toContain(`  up refuses this: keep the data, or say in stacks/Pulumi.dev.yaml`);
    expect(warned.code).toBe(0);

    const json = await here.fleet(["preview", "dev", "--simulate", "--json"]);
    expect(json.stderr).not.toContain("holds data");
    expect(JSON.parse(json.stdout).changeSummary).toMatchObject({ delete: 2 });
    expect(json.code).toBe(0);

    write(here, DELETED, acknowledged());
    const quiet = await here.fleet(["preview", "dev", "--simulate"]);
    expect(quiet.stderr).not.toContain("warning");
    expect(driverOf(here)).toBe("local");
  }, 120_000);

  it("is none where what is deleted is retained, but is one where that is replaced", async () => {
    const kept = "{ data: { driver: local, keep: true } }";
    const here = await simulated(kept);
    write(here, kept.replace("local", "nfs"));
    const replaced = await up(here);
    expect(replaced.stderr).toMatch(
      /data \(volume\) is replaced because of driver: the old one stays in place as \S+, but the fleet goes on with a new, empty one\n/,
    );
    expect(replaced.code).toBe(9);

    write(here, "{}");
    const removed = await up(here, "--skip-preview");
    expect(removed.stderr).not.toContain("holds data");
    expect(removed.code).toBe(0);
    expect(driverOf(here)).toBeUndefined();
  }, 120_000);

  it("cannot be found out where the plan fails: that is told, and nothing is changed", async () => {
    const here = await simulated();
    const state = here.read(STATE);
    here.write(
      "index.ts",
      `import { RunError } from "@pulumi/pulumi"; export default async () => { throw new RunError("no such thing"); };\n`,
    );
    const { code, stdout, stderr } = await up(here, "--skip-preview");
    expect(stderr).toMatch(/^error: .*no such thing/m);
    expect(stderr).not.toContain("holds data");
    expect(stdout).toBe("");
    expect(code).toBe(1);
    expect(here.read(STATE)).toBe(state);
  }, 60_000);

  it("concerns only the part of the stack that is asked for", async () => {
    const here = await simulated();
    write(here, "{ data: { driver: nfs }, other: { driver: nfs } }", acknowledged());
    const other = await up(here, "--target", URN.replace("::data", "::other"));
    expect(other.stderr).toContain("other (volume) is replaced");
    expect(other.stderr).not.toContain("data (volume)");
    expect(other.stderr).not.toContain("warning");
    expect(other.code).toBe(9);
    expect((await up(here, "--target", URN)).code).toBe(0);
    expect(driverOf(here)).toBe("nfs");
  }, 120_000);
});

describe("a fleet", () => {
  const FLEET = `config:
  fleet:machines:
    here: { on: docker }
  fleet:agents:
    ada:
      machine: here
      runtime: container
      image: "example.org/box:1"
      files: { settings: one }
      volumes: { data: { path: /data }, scratch: { path: /scratch, deleteData: true } }
`;
  const scratch =
    "urn:pulumi:dev::fleet::fleet:index:Fleet$fleet:agents:Agent$fleet:data:DataVolume$docker:index/volume:Volume::dev-ada-scratch-volume";

  it("loses an agent with what is delivered again and what is kept, but not what goes with it, for all deleteData", async () => {
    const here = project({
      "index.ts": `export { default } from ${JSON.stringify(join(toolkit, "index.ts"))};\n`,
      "stacks/Pulumi.dev.yaml": FLEET,
    });
    expect((await up(here, "--skip-preview")).code).toBe(0);
    const removed = await here.fleet(["agent", "remove", "dev", "ada"]);
    expect(removed.stdout).toContain(
      "The next up deletes dev-ada-scratch with all data (deleteData: true), and wants to be told why",
    );
    const refused = await up(here);
    expect(refused.stderr).toContain(
      `error: 1 resource that holds data is to be lost; nothing was changed:\n  dev-ada-scratch-volume (volume) is deleted\n    ${scratch}\n`,
    );
    expect(refused.code).toBe(9);
    const done = await up(here, "--acknowledge", `${scratch}=it is filled again`);
    expect(done.stdout).toMatch(/^ +dev-ada-data-volume +docker:Volume +dev-ada-data$/m);
    expect(done.code).toBe(0);
  }, 120_000);
});

describe("a reviewed plan", () => {
  const record = (steps: { urn: string; op: string; keys: string[] }[], digest: string) =>
    JSON.stringify({
      version: 1,
      base: { commit: "0".repeat(40), name: "main" },
      head: { commit: "1".repeat(40), name: "my-branch" },
      stacks: { dev: { digest, steps } },
    });
  const network = URN.replaceAll("olume", "etwork").replace("index/v", "index/n").replace(":V", ":N");

  it("is what a real one is held to: same operation, same URN, no other property that forces a replacement", async () => {
    const { planDigest } = await import("../../review/digest.js");
    const here = await simulated();
    write(here, REPLACED, acknowledged());
    const reviewed = (...steps: [string, string, string[]][]) => {
      const list = steps.map(([op, urn, keys]) => ({ op, urn, keys }) as never) as {
        urn: string;
        op: "replace";
        keys: string[];
      }[];
      here.write(
        "plan.json",
        record(list, planDigest(list.map(({ urn, op, keys }) => ({ urn, op, replaceKeys: keys })))),
      );
      return up(here, "--reviewed", "plan.json");
    };
    const state = here.read(STATE);

    const missing = await reviewed(["replace", network, ["driver"]]);
    expect(missing.stderr).toContain(
      `error: 1 step was not reviewed; nothing was changed:\n  replace ${URN}, because of driver\n  fix: the review was of my-branch (111111111111)`,
    );
    expect(missing.code).toBe(9);

    const otherKey = await reviewed(["replace", network, ["driver"]], ["replace", URN, ["name"]]);
    expect(otherKey.stderr).toContain(`  replace ${URN}, because of driver\n`);
    expect(otherKey.code).toBe(9);
    expect(here.read(STATE)).toBe(state);

    const done = await reviewed(["replace", network, ["driver"]], ["replace", URN, ["driver", "name"]]);
    expect(done.stderr).not.toContain("error");
    expect(done.code).toBe(0);
    expect(driverOf(here)).toBe("nfs");
  }, 120_000);

  it("that says nothing of the stack, or is none, lets nothing through, not even without a plan that is shown", async () => {
    const here = project({ "index.ts": PROGRAM });
    write(here, FIRST);
    here.write("plan.json", record([], "x").replace(/"stacks":.*/, '"stacks":{}}'));
    const first = await up(here, "--skip-preview", "--reviewed", "plan.json");
    expect(first.stderr).toMatch(
      /^error: 5 steps were not reviewed; nothing of dev is in what was reviewed; nothing was changed:\n {2}create /m,
    );
    expect(first.code).toBe(9);

    here.write("plan.json", "{}");
    const none = await up(here, "--reviewed", "plan.json");
    expect(none.stderr).toMatch(/^error: plan.json: not the record of a reviewed plan: .*\n {2}fix: make it with/m);
    expect(none.code).toBe(2);

    const absent = await up(here, "--reviewed", "gone.json");
    expect(absent.stderr).toMatch(/^error: cannot read gone.json: ENOENT\n/m);
    expect(absent.code).toBe(2);
  }, 60_000);
});
