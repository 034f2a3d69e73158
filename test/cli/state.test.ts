import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PassphraseSecrets } from "../../engine/index.js";
import { ended, project, STACK, type TestProject } from "./harness.js";

const urn = (name: string) => `urn:pulumi:local::fleet::x:index:Thing::${name}`;
const ENV = { PULUMI_CONFIG_PASSPHRASE: "x" };

function exported(...resources: object[]): string {
  const head = { manifest: { time: "2026-01-02T03:04:05Z", magic: "", version: "" }, metadata: {} };
  const components = resources.map((resource) => ({ custom: false, type: "x:index:Thing", ...resource }));
  return JSON.stringify({ version: 3, deployment: { ...head, resources: components } });
}
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: '"hush"' };
const TWO = exported({ urn: urn("a"), outputs: { key: secret } }, { urn: urn("b"), dependencies: [urn("a")] });

const stateFile = (here: TestProject) => join(here.root, "state/.pulumi/stacks/fleet/local.json");
const backups = (here: TestProject) => readdirSync(join(here.root, "state/.pulumi/backups/fleet/local"));

describe("fleet state", () => {
  it("imports, shows, edits and exports a state, each edit with a backup and never with a secret in clear", async () => {
    const here = project({ "stacks/Pulumi.local.yaml": STACK });
    const fleet = (args: string[], stdin?: string) => here.fleet(["state", ...args], { env: ENV, stdin });
    expect((await fleet(["import", "local"], TWO)).stdout).toContain("has 2 resources");
    expect(readFileSync(stateFile(here), "utf8")).not.toContain("hush");
    expect((await fleet(["list", "local"])).stdout).toBe(`${urn("a")}\n${urn("b")}\n`);

    // Nobody can be asked: nothing happens without a yes.
    const before = readFileSync(stateFile(here), "utf8");
    const unasked = await fleet(["rename", "local", urn("a"), "alpha"]);
    expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining("--yes")]);
    expect(readFileSync(stateFile(here), "utf8")).toBe(before);
    expect((await fleet(["rename", "local", urn("a"), "alpha", "--yes"])).code).toBe(0);
    expect(backups(here)).toHaveLength(1);
    expect(readFileSync(join(here.root, "state/.pulumi/backups/fleet/local", backups(here)[0] as string), "utf8")).toBe(
      before,
    );

    const json = await fleet(["protect", "local", "--all", "--yes", "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ changed: true, urns: [urn("alpha"), urn("b")] });
    const refused = await fleet(["delete", "local", urn("alpha"), "--target-dependents", "--yes"]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("protected")]);
    expect(refused.stderr).not.toContain("    at ");

    const file = join(here.root, "out.json");
    expect((await fleet(["export", "local", "--file", file, "--show-secrets"])).stderr).toContain("in clear");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).toContain("hush");
    expect((await fleet(["export", "local"])).stdout).not.toContain("hush");
    const deleted = await fleet(["delete", "local", urn("alpha"), "--target-dependents", "--force", "--yes"]);
    expect([deleted.code, (await fleet(["list", "local"])).stdout]).toEqual([0, ""]);
    // With no passphrase at hand, too: what is sealed stays sealed.
    const again = await here.fleet(["state", "import", "local", "--yes", "--file", file], { env: ENV });
    expect(again.stdout).toContain("The former state is");
    const sealed = await here.fleet(["state", "unprotect", "local", "--all", "--yes"]);
    expect([sealed.code, sealed.stderr]).toEqual([0, ""]);
    const salt = JSON.parse(readFileSync(stateFile(here), "utf8")).checkpoint.latest.secrets_providers.state.salt;
    const { ciphertext } = JSON.parse(readFileSync(stateFile(here), "utf8")).checkpoint.latest.resources[0].outputs.key;
    expect((await PassphraseSecrets.open(salt, "x")).decrypt(ciphertext)).toBe('"hush"');
  }, 120_000);

  it("exports all of it to who reads slowly, and ends without a word where nobody reads on", async () => {
    const here = project({ "stacks/Pulumi.local.yaml": STACK });
    const many = Array.from({ length: 3000 }, (_, index) => ({
      urn: urn(`r${index}`),
      outputs: { text: "x".repeat(200) },
    }));
    const large = exported(...many);
    expect((await here.fleet(["state", "import", "local"], { env: ENV, stdin: large })).code).toBe(0);
    const slow = here.start(["state", "export", "local"], { env: ENV });
    await new Promise((wait) => setTimeout(wait, 2000));
    const { code, stdout } = await ended(slow);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).deployment.resources).toHaveLength(3000);

    const hasty = here.start(["state", "export", "local"], { env: ENV });
    hasty.stdout!.once("data", () => hasty.stdout!.destroy());
    let said = "";
    hasty.stderr!.on("data", (text) => {
      said += text;
    });
    await new Promise((done) => hasty.once("close", done));
    expect(said).toBe("");
  });

  it("repairs what is in disorder after showing it, refuses what it cannot do, and leaves a locked stack alone", async () => {
    const here = project({ "stacks/Pulumi.local.yaml": STACK });
    const fleet = (args: string[], stdin?: string) => here.fleet(["state", ...args], { env: ENV, stdin });
    const disorder = exported({ urn: urn("b"), dependencies: [urn("a"), urn("lost")] }, { urn: urn("a") });
    const unfit = await fleet(["import", "local"], disorder);
    expect([unfit.code, unfit.stderr]).toEqual([1, expect.stringMatching(/comes after it[\s\S]*--force/)]);
    expect(existsSync(stateFile(here))).toBe(false);
    expect((await fleet(["import", "local", "--force"], disorder)).code).toBe(0);
    const destroy = await here.fleet(["destroy", "local", "--yes"], { env: ENV });
    expect([destroy.code, destroy.stderr]).toEqual([1, expect.stringContaining("fleet state repair local")]);
    const shown = await fleet(["repair", "local"]);
    expect([shown.code, shown.stdout]).toEqual([2, expect.stringContaining(`drop the dependency of ${urn("b")}`)]);
    expect((await fleet(["repair", "local", "--yes"])).stdout).toContain("in order again");
    expect((await fleet(["list", "local"])).stdout).toBe(`${urn("a")}\n${urn("b")}\n`);
    expect((await fleet(["repair", "local", "--yes"])).stdout).toContain("nothing to change");

    for (const [args, said] of [
      [["delete", "local", urn("c"), "--yes"], `did you mean ${urn("a")}`],
      [["taint", "local", "--yes"], "--all"],
      [["move", "local", urn("a")], "pulumi state move"],
      [["import", "local", "--file", "nothing.json"], "cannot read nothing.json"],
      [["export", "locl"], "did you mean local"],
    ] as const) {
      const result = await fleet([...args]);
      expect([result.code === 0, result.stderr]).toEqual([false, expect.stringContaining(said)]);
    }
    const locks = join(here.root, "state/.pulumi/locks/organization/fleet/local");
    writeFileSync(join(locks, "c56a4180-65aa-42ec-a945-5fd21dec0538.json"), '{"pid":1,"hostname":"elsewhere"}');
    const text = readFileSync(stateFile(here), "utf8");
    const locked = await fleet(["taint", "local", urn("a"), "--yes"]);
    expect([locked.code, locked.stderr]).toEqual([1, expect.stringContaining("locked by process 1 on elsewhere")]);
    expect(readFileSync(stateFile(here), "utf8")).toBe(text);
  }, 120_000);
});
