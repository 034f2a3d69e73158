import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { conformance } from "./conformance.js";

/** sha256 of "words", "one" and "two". */
const WORDS = "dba36bffa5cab0f922d087a3aeb179f9d4e745df40b323e1b1471402848c8a3e";
const ONE = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";
const TWO = "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3";

conformance({
  name: "assets-in-state",
  area: "assets",
  semantic:
    "Texts, files, folders, archive files and maps of them are kept by the hash of their content, and compare by it.",
  like: ["TestAssetArchiveRoundtrip"],
  packages: { keep: { acceptsSecrets: true } },
  files: { "one.txt": "one", "site/index.html": "one", "site/deep/page.html": "two", "site/é.txt": "unicode" },
  steps: [
    {
      run: "up",
      program: `
        const { asset } = pulumi;
        const Keep = type("Vague", "keep");
        new Keep("text", { value: new asset.StringAsset("words") });
        new Keep("file", { value: new asset.FileAsset("one.txt") });
        new Keep("folder", { value: new asset.FileArchive("site") });
        new Keep("mixed", { value: new asset.AssetArchive({ a: new asset.FileAsset("one.txt"), site: new asset.FileArchive("site"), more: new asset.AssetArchive({ t: new asset.StringAsset("words") }) }) });`,
      expect: {
        state: {
          text: { inputs: { value: { hash: WORDS, text: "words" } } },
          file: { inputs: { value: { hash: ONE, path: "one.txt" } } },
          folder: { inputs: { value: { path: "site", hash: /^[0-9a-f]{64}$/ } } },
          mixed: { inputs: { value: { assets: { a: { hash: ONE }, more: { assets: { t: { hash: WORDS } } } } } } },
        },
      },
    },
    { run: "up", expect: { plan: {} } },
  ],
});

conformance({
  name: "asset-content-changes",
  area: "assets",
  semantic: "A file whose content changed is a change of what holds it, at any depth; a name alone is not.",
  like: ["TestAssetArchiveRoundtrip"],
  packages: { keep: { acceptsSecrets: true } },
  files: { "one.txt": "one", "copy.txt": "one", "site/index.html": "one" },
  steps: [
    {
      run: "up",
      program: `
        const { asset } = pulumi;
        const Keep = type("Vague", "keep");
        new Keep("file", { value: new asset.FileAsset("one.txt") });
        new Keep("nested", { list: [{ deep: new asset.FileAsset("one.txt") }], secret: pulumi.secret({ archive: new asset.AssetArchive({ x: new asset.FileAsset("one.txt") }) }) });
        new Keep("folder", { value: new asset.FileArchive("site") });`,
    },
    { change: (_, world) => writeFileSync(join(world.folder, "one.txt"), "two") },
    {
      run: "up",
      expect: {
        plan: { file: { op: "update", diffs: ["value"] }, nested: { op: "update", diffs: ["list", "secret"] } },
        state: { file: { inputs: { value: { hash: TWO } } }, nested: { inputs: { list: [{ deep: { hash: TWO } }] } } },
      },
    },
    { change: (_, world) => writeFileSync(join(world.folder, "site/index.html"), "two") },
    { run: "up", expect: { plan: { folder: "update" } } },
    { change: (_, world) => writeFileSync(join(world.folder, "one.txt"), "one") },
    {
      run: "up",
      program: `
        const { asset } = pulumi;
        const Keep = type("Vague", "keep");
        new Keep("file", { value: new asset.FileAsset("copy.txt") });
        new Keep("folder", { value: new asset.FileArchive("./site") });`,
      expect: { plan: { file: "update", nested: "delete" } },
    },
    {
      run: "up",
      program: `
        const { asset } = pulumi;
        const Keep = type("Vague", "keep");
        new Keep("file", { value: new asset.FileAsset("one.txt") });
        new Keep("folder", { value: new asset.FileArchive("site") });`,
      expect: { plan: {} },
    },
  ],
});

conformance({
  name: "asset-missing",
  area: "assets",
  semantic: "A file that is not there fails the plan with its name.",
  files: { "one.txt": "one" },
  steps: [
    {
      run: "preview",
      program: `new Thing("a", { value: new pulumi.asset.FileAsset("missing.txt") });`,
      expect: { outcome: "failed", errors: [/missing\.txt/] },
    },
    {
      run: "preview",
      program: `new Thing("a", { value: new pulumi.asset.FileArchive("one.txt") });`,
      expect: { outcome: "failed", errors: [/one\.txt/] },
    },
  ],
});

conformance({
  name: "assets-elsewhere",
  area: "assets",
  semantic: "What is behind a URI is fetched when it is registered, and compared by its content.",
  packages: { keep: { acceptsSecrets: true } },
  files: { "one.txt": "one" },
  steps: [
    {
      run: "up",
      program: `
        const { pathToFileURL } = require("node:url");
        const Keep = type("Vague", "keep");
        new Keep("a", { value: new pulumi.asset.RemoteAsset(pathToFileURL("one.txt").href) });`,
      expect: { state: { a: { inputs: { value: { hash: ONE, uri: /one\.txt$/ } } } } },
    },
    { change: (_, world) => writeFileSync(join(world.folder, "one.txt"), "two") },
    { run: "up", expect: { plan: { a: "update" }, state: { a: { inputs: { value: { hash: TWO } } } } } },
  ],
});
