import { afterEach, describe, expect, it } from "vitest";
import { openBackend, PassphraseSecrets, Secret } from "../../../engine/index.js";
import { TestProject } from "../support/project.js";
import { PASSPHRASE, TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

/** Writes a stack's state as a run of another program would have left it. */
async function other(project: string, name: string, outputs: string, passphrase = PASSPHRASE): Promise<void> {
  const secrets = await PassphraseSecrets.create(passphrase);
  const sealed = outputs.replace(/secret\((.*?)\)/g, (_, plain: string) => {
    const ciphertext = secrets.encrypt(JSON.stringify(plain));
    return `{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","ciphertext":"${ciphertext}"}`;
  });
  const urn = `urn:pulumi:${name}::${project}::pulumi:pulumi:Stack::${project}-${name}`;
  const text = `{"version":3,"checkpoint":{"stack":"organization/${project}/${name}","latest":{"manifest":{"time":"2025-01-01T00:00:00Z","magic":"","version":""},"secrets_providers":{"type":"passphrase","state":{"salt":"${secrets.saltLine}"}},"resources":[{"urn":"${urn}","custom":false,"type":"pulumi:pulumi:Stack","outputs":${sealed}}],"metadata":{}}}}`;
  await openBackend(stack.project.backendUrl, { cwd: stack.project.folder, env: {} }).write(project, name, text);
}

describe("stack references", () => {
  it("read outputs of other stacks, secrets as secrets, at plan time too", async () => {
    stack = new TestStack();
    await other(
      "test",
      "shared",
      '{"address":"10.0.0.1","password":secret(hush-hush),"deep":{"list":[secret(nested-hush)]}}',
    );
    await other("elsewhere", "prod", '{"zone":"z9"}');
    stack.program(`
      const shared = new pulumi.StackReference("shared");
      const prod = new pulumi.StackReference("ref", { name: "organization/elsewhere/prod" });
      const a = new Thing("a", { address: shared.requireOutput("address"), password: shared.getOutput("password"), zone: prod.getOutput("zone") });
      const details = await shared.getOutputDetails("password");
      const none = await shared.getOutputValue("nothing");
      return { address: shared.getOutput("address"), password: shared.getOutput("password"), deep: shared.getOutput("deep"), none: none === undefined, details: details.secretValue === "hush-hush" };`);
    const plan = await stack.preview();
    expect(plan.errors).toEqual([]);
    expect(plan.steps.sort()).toEqual(["create a", "read ref", "read shared"]);
    expect(plan.outputs.address).toBe("10.0.0.1");
    const up = await stack.run("update", false);
    expect(up.errors).toEqual([]);
    expect(stack.cloud.byName("a").properties).toMatchObject({
      address: "10.0.0.1",
      password: "hush-hush",
      zone: "z9",
    });
    expect(up.outputs).toMatchObject({ address: "10.0.0.1", none: true, details: true });
    expect(up.outputs.password).toBeInstanceOf(Secret);
    expect(stack.stateFile()).not.toMatch(/hush-hush|nested-hush/);
    const ciphertexts = () => stack.stateFile().match(/"ciphertext":"[^"]*"/g);
    const before = ciphertexts();
    const again = await stack.run("update", false);
    expect(again.changes).toMatchObject({ same: 2, read: 2 });
    expect(ciphertexts()).toEqual(before);
    expect((await stack.resource("shared")).external).toBe(true);
    // A changed output arrives with the next run, or a refresh.
    await other("test", "shared", '{"address":"10.0.0.2","password":secret(hush-hush)}');
    expect((await stack.run("refresh", false)).changes).toMatchObject({ update: 1 });
    expect((await stack.run("update", false)).steps).toContain("update a");
    stack.program("");
    expect((await stack.run("update", false)).steps.sort()).toEqual(["delete a", "discard ref", "discard shared"]);
  });

  it("that lead nowhere are told when planning, with what to do", async () => {
    stack = new TestStack();
    const plan = async (name: string) => {
      stack.program(`return { a: new pulumi.StackReference("ref", { name: "${name}" }).getOutput("a") };`);
      return stack.preview();
    };
    await other("test", "apart", '{"open":1}', "another passphrase");
    expect((await plan("apart")).outcome).toBe("succeeded");
    expect((await plan("shared")).errors).toEqual([
      expect.stringMatching(
        /the stack "shared" does not exist, or was never brought up \(there are apart\)\n +fix: bring it up first: `.\/fleet up shared`/,
      ),
    ]);
    expect((await plan("organization/net/prod")).errors).toEqual([
      expect.stringMatching(
        /the stack "prod" of the project net does not exist.*\n.*up prod` in the folder of the project net/,
      ),
    ]);
    for (const name of ["acme/net/prod", "a/b/c/d", "organization//x"])
      expect((await plan(name)).errors).toEqual([expect.stringMatching(/is not the name of a stack/)]);
    await other("test", "apart", '{"a":secret(hush-hush)}', "another passphrase");
    expect((await plan("apart")).errors).toEqual([
      expect.stringMatching(/the secrets in the outputs of the stack "apart" cannot be read/),
    ]);
    const empty = '{"version":3,"checkpoint":{"stack":"organization/test/down","latest":null}}';
    await openBackend(stack.project.backendUrl, { cwd: stack.project.folder, env: {} }).write("test", "down", empty);
    const down = await plan("down");
    expect([down.errors, down.warnings.slice(0, 1)]).toEqual([
      [],
      [expect.stringMatching(/the stack "down" is not up.*fleet up down/)],
    ]);
  });
});

describe("the package pulumi", () => {
  it("stashes a value until it is replaced, and answers what the SDK asks of the run", async () => {
    stack = new TestStack(new TestProject());
    await other("test", "shared", '{"address":"10.0.0.1","password":secret(hush-hush)}');
    const program = (value: string, opts = "{}") => `
      await pulumi.requirePulumiVersion(">=3.100.0 <4.0.0");
      const stash = new pulumi.Stash("stash", { input: ${value} }, ${opts});
      const a = new Thing("a", { size: 1 });
      const got = pulumi.all([a.urn]).apply(([urn]) => pulumi.runtime.invoke("pulumi:pulumi:getResource", { urn }));
      const all = pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName: "shared" });
      const outs = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name: "shared" });
      return { out: stash.output, got: got.apply((g) => g.state.size), types: pulumi.output(all).apply((r) => Object.values(r.outputs).map((o) => o.type)), names: pulumi.output(outs).apply((o) => o.secretOutputNames) };`;
    stack.program(program('{ first: pulumi.secret("hush-hush"), n: 1 }'));
    expect((await stack.preview()).errors).toEqual([]);
    const up = await stack.run("update", false);
    expect(up.errors).toEqual([]);
    expect(up.outputs).toMatchObject({ got: 1, names: ["password"] });
    expect(up.outputs.types).toEqual(["pulumi:pulumi:Stack"]);
    expect(stack.stateFile()).not.toContain("hush-hush");
    stack.program(program('"second"'));
    const second = await stack.run("update", false);
    expect(second.steps).toContain("update stash");
    expect((await stack.resource("stash")).outputs.input).toBe("second");
    expect(second.outputs.out).not.toBe("second");
    stack.program(program('"second"', '{ replacementTrigger: 1, replaceOnChanges: ["input"] }'));
    expect((await stack.run("update", false)).steps).toEqual([]);
    stack.program(program('"third"', '{ replaceOnChanges: ["input"] }'));
    const third = await stack.run("update", false);
    expect(third.outputs.out).toBe("third");

    stack.program(`await pulumi.requirePulumiVersion(">=4.0.0");`);
    expect((await stack.preview()).errors.join()).toMatch(
      /the program requires Pulumi >=4.0.0; this engine behaves like 3\./,
    );
  });
});
