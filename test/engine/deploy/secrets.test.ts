import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { PassphraseSecrets, Secret } from "../../../engine/index.js";
import { cloudProvider } from "../support/cloud-provider.js";
import { TestProject } from "../support/project.js";
import { PASSPHRASE, TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

const VALUE = 'pa"ss\\wörd-1234';
const FORMS = [VALUE, JSON.stringify(VALUE).slice(1, -1), Buffer.from(VALUE).toString("base64")];

async function withConfig(): Promise<TestStack> {
  const secrets = await PassphraseSecrets.create(PASSPHRASE);
  const sealed = `{secure: "${secrets.encrypt(VALUE)}"}`;
  return new TestStack(
    new TestProject(
      `encryptionsalt: "${secrets.saltLine}"\nconfig:\n  password: ${sealed}\n  cloud:key: ${sealed}\n  deep: {a: [${sealed}]}\n`,
    ),
  );
}

/** Every file below a folder that holds one of the texts. */
function filesWith(folder: string, texts: string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => texts.some((text) => readFileSync(file, "utf8").includes(text)));
}

describe("secrets", () => {
  it("from the config are in clear nowhere but in the cloud, and are rewritten byte for byte", async () => {
    stack = await withConfig();
    const processes: string[] = [];
    const configured: unknown[] = [];
    stack.providers = { cloud: cloudProvider(stack.cloud, { onConfigure: (args) => configured.push(args) }) };
    stack.program(`
      const password = config.requireSecret("password");
      const deep = config.requireSecretObject("deep");
      const a = new Thing("a", { password, nested: { list: [{ password }] }, deep, plain: "shown" });
      const b = new Thing("b", { copy: a.nested, id: a.id }, { additionalSecretOutputs: ["token", "id"] });
      password.apply((text) => console.log("the password is " + text));
      console.error("and " + JSON.stringify({ json: process.env.PULUMI_CONFIG }));
      return { password, token: b.token, address: b.address };`);
    stack.cloud.hooks.push(() => {
      for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
        for (const file of ["environ", "cmdline"]) {
          try {
            processes.push(readFileSync(`/proc/${pid}/${file}`, "utf8"));
          } catch {
            // It ended, or is not ours to read.
          }
        }
      }
    });
    const up = await stack.up();
    expect(stack.cloud.byName("a").properties.password).toBe(VALUE);
    expect(configured).toContainEqual({ key: VALUE });
    expect(processes.some((text) => text.includes("cmd/run"))).toBe(true);
    for (const form of FORMS) {
      expect(processes.some((text) => text.includes(form))).toBe(false);
      expect(JSON.stringify(up.events)).not.toContain(JSON.stringify(form).slice(1, -1));
    }
    expect(filesWith(join(stack.project.folder, "state"), FORMS)).toEqual([]);
    expect(up.events).toContainEqual({ kind: "output", stream: "stdout", line: "the password is [secret]" });

    const { inputs, outputs } = await stack.resource("a");
    expect(inputs.password).toBeInstanceOf(Secret);
    expect(outputs.password).toBeInstanceOf(Secret);
    expect(outputs.plain).toBe("shown");
    const b = await stack.resource("b");
    expect(b.inputs.copy).toBeInstanceOf(Secret);
    expect(b.outputs.copy).toBeInstanceOf(Secret);
    expect(b.outputs.token).toBeInstanceOf(Secret);
    expect(b.outputs.address).toBe(`addr-${b.id}`);
    expect(up.outputs.token).toBeInstanceOf(Secret);
    expect(up.outputs.address).toBe(`addr-${b.id}`);

    const ciphertexts = () => stack.stateFile().match(/"ciphertext":"[^"]*"/g);
    const before = ciphertexts();
    expect((await stack.up()).changes).toEqual({ same: 3 });
    expect(ciphertexts()).toEqual(before);

    // Reading again must not lose what is secret only because the program said so.
    const refreshed = await stack.run("refresh", false);
    expect(refreshed.changes).toEqual({ same: 3 });
    expect((await stack.resource("b")).outputs.token).toBeInstanceOf(Secret);
    expect(ciphertexts()).toEqual(before);
    stack.cloud.byName("b").properties.extra = 1;
    stack.cloud.byName("a").properties.extra = 1;
    await stack.run("refresh", false);
    expect((await stack.resource("b")).outputs.token).toBeInstanceOf(Secret);
    expect((await stack.resource("a")).outputs.password).toBeInstanceOf(Secret);
    expect(filesWith(join(stack.project.folder, "state"), FORMS)).toEqual([]);
  });

  it("made by the program are written as soon as a value becomes one, and kept by providers that know secrets", async () => {
    stack = new TestStack();
    stack.program(`new Thing("a", { value: "hush-hush" });`);
    await stack.up();
    expect(stack.stateFile()).toContain("hush-hush");
    stack.program(`new Thing("a", { value: pulumi.secret("hush-hush") });`);
    expect((await stack.up()).changes).toEqual({ same: 2 });
    expect(stack.stateFile()).not.toContain("hush-hush");

    stack.providers = { cloud: cloudProvider(stack.cloud, { acceptsSecrets: true }) };
    stack.program(`new Thing("a", { value: pulumi.secret("other-hush"), list: [pulumi.secret("in-list")] });`);
    await stack.up();
    expect(stack.cloud.byName("a").properties).toMatchObject({ value: "other-hush", list: ["in-list"] });
    expect(stack.stateFile()).not.toMatch(/other-hush|in-list/);
    const before = stack.stateFile().match(/"ciphertext":"[^"]*"/g);
    expect((await stack.up()).changes).toEqual({ same: 2 });
    expect(stack.stateFile().match(/"ciphertext":"[^"]*"/g)).toEqual(before);
  });
});
