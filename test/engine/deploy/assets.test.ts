import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import type { Provider } from "../../../engine/index.js";
import { Archive, Asset } from "../../../engine/index.js";
import { TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

/** Keeps inputs as outputs and leaves comparing to the engine. */
const keeper = (): Provider => ({
  package: "keep",
  configure: async () => {},
  check: async ({ news }) => ({ inputs: news, failures: [] }),
  diff: async () => ({ changes: "unknown" }),
  create: async ({ inputs, urn }) => ({ id: urn, outputs: inputs }),
  update: async ({ news }) => ({ outputs: news }),
  read: async ({ id, outputs }) => ({ id, outputs }),
  delete: async () => {},
});

it("sees that the content of assets and archives changed, and nothing else", async () => {
  stack = new TestStack();
  stack.providers = { keep: keeper };
  const { folder } = stack.project;
  mkdirSync(join(folder, "site/deep"), { recursive: true });
  writeFileSync(join(folder, "site/deep/page.html"), "one");
  writeFileSync(join(folder, "file.txt"), "one");
  stack.program(`
    const Keep = type("Keep", "keep");
    new Keep("text", { value: new pulumi.asset.StringAsset("words") });
    new Keep("file", { value: new pulumi.asset.FileAsset("file.txt") });
    new Keep("folder", { value: new pulumi.asset.FileArchive("site") });
    new Keep("mixed", { value: new pulumi.asset.AssetArchive({ a: new pulumi.asset.FileAsset("file.txt"), b: new pulumi.asset.FileArchive("site") }) });`);
  expect((await stack.run("update", false)).changes).toEqual({ create: 5 });
  expect((await stack.resource("text")).inputs.value).toBeInstanceOf(Asset);
  expect((await stack.resource("folder")).inputs.value).toBeInstanceOf(Archive);
  expect((await stack.run("update", false)).changes).toEqual({ same: 5 });
  writeFileSync(join(folder, "site/deep/page.html"), "two");
  expect((await stack.run("update", false)).steps.sort()).toEqual(["update folder", "update mixed"]);
  writeFileSync(join(folder, "file.txt"), "two");
  expect((await stack.run("update", false)).steps.sort()).toEqual(["update file", "update mixed"]);

  stack.program(
    `const Keep = type("Keep", "keep"); new Keep("file", { value: new pulumi.asset.FileAsset("missing.txt") });`,
  );
  const missing = await stack.run("update", false);
  expect(missing.errors).toEqual([expect.stringMatching(/keep:index:Keep "file": .*no such file.*missing\.txt/)]);
});
