import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Cancellation, type EngineError, type PolicyPackOptions } from "../../../engine/index.js";
import { pack, rule } from "../conformance/policy-pack.js";
import { processesOf, type Ran, TestStack } from "../support/stack.js";

let stack: TestStack;

beforeEach(() => {
  stack = new TestStack();
  stack.program(`new Thing("a");`);
});
afterEach(() => {
  // No pack outlives its run, however that went.
  expect(processesOf(join(stack.project.folder, "pack"))).toEqual([]);
  stack.remove();
});

function write(files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(stack.project.folder, path)), { recursive: true });
    writeFileSync(join(stack.project.folder, path), content);
  }
}

function up(options: Partial<PolicyPackOptions> = {}, cancellation?: Cancellation): Promise<Ran> {
  const { config, ...rest } = options;
  const at = (path: string) => join(stack.project.folder, path);
  const policyPacks = [{ dir: at("pack"), config: config && at(config), ...rest }];
  return stack.run("update", false, { policyPacks, ...(cancellation && { cancellation }) });
}

const fault = async (options?: Partial<PolicyPackOptions>): Promise<EngineError> =>
  up(options).then(
    () => Promise.reject(new Error("it ran")),
    (error: EngineError) => error,
  );

describe("a policy pack that cannot be used ends the run before anything is done", () => {
  it.each<[string, Record<string, string>, RegExp, string?]>([
    ["no folder", {}, /there is no such folder/],
    ["no project file", { "pack/index.js": "" }, /has no PulumiPolicy\.yaml/],
    [
      "another runtime",
      { "pack/PulumiPolicy.yaml": "runtime: python\n" },
      /PulumiPolicy\.yaml:1:10: runtime: python: only nodejs/,
    ],
    ["no config file", pack(""), /policy config .*c\.json: there is no such file/, "c.json"],
    ["a config that is no JSON", { ...pack(""), "c.json": "{" }, /c\.json is not JSON/, "c.json"],
    [
      "a level that is none",
      { ...pack(""), "c.json": '{"x":"loud"}' },
      /c\.json: x: "loud" is not an enforcement level/,
      "c.json",
    ],
    ["environments", { ...pack(""), "c.json": '{"environments":["a"]}' }, /Pulumi ESC/, "c.json"],
    [
      "a pack that fails",
      { ...pack(""), "pack/index.js": "throw new Error('broken');" },
      /pack exited with code \d+ before it was ready/,
    ],
    [
      "a pack that prints",
      { ...pack(""), "pack/index.js": "console.log('hi'); setInterval(() => {}, 1e6);" },
      /printed "hi" where its port was expected/,
    ],
  ])("%s", async (_, files, message, config) => {
    write(files);
    const error = await fault({ config });
    expect(error.name).toBe("EngineError");
    expect(error.message).toMatch(message);
    expect(stack.cloud.objects.size).toBe(0);
    expect(stack.writes).toBe(0);
  });

  it("a pack that never gets ready", async () => {
    write({ ...pack(""), "pack/index.js": "setInterval(() => {}, 1e6);" });
    expect((await fault({ timeoutSeconds: 0.5 })).message).toMatch(/was not ready within 0.5 s/);
  });
});

describe("a policy pack that fails while it is asked", () => {
  it("is named with what it looked at, when it dies and when it hangs; what was done stays", async () => {
    stack.program(`const a = new Thing("a"); new Thing("b", { after: a.id });`);
    write(pack(rule("dies", "advisory", `props.after && process.exit(7)`)));
    const died = await up();
    expect(died.outcome).toBe("failed");
    expect(died.errors).toEqual([
      expect.stringMatching(/policy pack rules@v1\.2\.3 exited with code 7, while it looked at .*::b\n/),
    ]);
    expect([...stack.cloud.objects.values()].map(({ name }) => name)).toEqual(["a"]);
    await stack.check();

    write(pack(rule("hangs", "advisory", `props.after && (() => { for (;;); })()`)));
    const hung = await up({ timeoutSeconds: 3 });
    expect(hung.errors).toEqual([expect.stringMatching(/gave no answer within 3 s, while it looked at .*::b\n/)]);
    await stack.check();
  });

  it("does not hold up Ctrl-C: to look at something changes nothing", async () => {
    write(pack(rule("hangs", "advisory", `(console.error("looking"), (() => { for (;;); })())`)));
    const cancellation = new Cancellation();
    const dir = join(stack.project.folder, "pack");
    const run = await stack.run("update", false, {
      policyPacks: [{ dir }],
      cancellation,
      onEvent: (event) => {
        if (event.kind === "output" && event.line === "looking") cancellation.request();
      },
    });
    expect(run.outcome).toBe("cancelled");
    expect(run.errors).toEqual([]);
    expect(stack.cloud.objects.size).toBe(0);
  });
});

it("A setting for a policy that the pack does not have is warned of", async () => {
  write({ ...pack(rule("x", "advisory", "false")), "c.json": '{"y":"mandatory","all":"advisory"}' });
  const ran = await up({ config: "c.json" });
  expect(ran.outcome).toBe("succeeded");
  expect(ran.warnings).toEqual(['the config of policy pack rules@v1.2.3 sets "y", but it has no such policy']);
});
