import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EngineError } from "../../../engine/errors.js";
import { loadStackConfig, rawConfig, resolveConfig } from "../../../engine/project/config.js";
import { listStackFiles, openProject, stackFile } from "../../../engine/project/project.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "project-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
const failure = async (attempt: Promise<unknown>): Promise<EngineError> => {
  const error = await attempt.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EngineError);
  return error as EngineError;
};
const MINIMAL = "name: fleet\nruntime: nodejs\n";

describe("a project", () => {
  it("is found from any folder below it, with its paths and options", async () => {
    put("src/index.ts", "");
    put(
      "Pulumi.yaml",
      "name: fleet\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n    nodeargs: '--import tsx --title \"a b\"'\n    tsconfig: ts.json\n" +
        "main: src/index.ts\nstackConfigDir: stacks\nbackend:\n  url: file://~\noptions:\n  refresh: always\n",
    );
    expect(await openProject(join(folder, "src"))).toEqual({
      name: "fleet",
      root: folder,
      main: "src/index.ts",
      programDir: join(folder, "src"),
      entry: "index.ts",
      stackConfigDir: join(folder, "stacks"),
      runtimeOptions: { typescript: false, nodeargs: ["--import", "tsx", "--title", "a b"], tsconfig: "ts.json" },
      backendUrl: "file://~",
      projectConfig: new Map(),
      providerPlugins: [],
      refreshAlways: true,
      file: join(folder, "Pulumi.yaml"),
    });
  });

  it("says which version of Pulumi it needs", async () => {
    put("Pulumi.yaml", `${MINIMAL}requiredPulumiVersion: ">=3.100.0 <4.0.0"\n`);
    expect(await openProject(folder)).toMatchObject({ name: "fleet" });
    put("Pulumi.yaml", `${MINIMAL}requiredPulumiVersion: ">=4.0.0"\n`);
    await expect(openProject(folder)).rejects.toThrow(/Pulumi\.yaml:\d+:\d+: the project requires Pulumi >=4\.0\.0/);
    put("Pulumi.yaml", `${MINIMAL}requiredPulumiVersion: newest\n`);
    await expect(openProject(folder)).rejects.toThrow(/requiredPulumiVersion: "newest" is not a range/);
  });

  it("runs the folder that main names, or its own", async () => {
    put("Pulumi.yaml", MINIMAL);
    expect(await openProject(folder)).toMatchObject({
      main: undefined,
      programDir: folder,
      entry: ".",
      refreshAlways: false,
    });
    put("Pulumi.yaml", `${MINIMAL}main: sub\n`);
    put("sub/index.js", "");
    expect(await openProject(folder)).toMatchObject({ programDir: join(folder, "sub"), entry: "." });
  });

  it("may be JSON, and its stack files then are too", async () => {
    put("Pulumi.json", '{"name": "fleet", "runtime": "nodejs", "config": "conf"}');
    put("conf/Pulumi.dev.json", "{}");
    put("conf/Pulumi.a b.json", "{}");
    put("conf/Pulumi.yaml-only.yaml", "");
    const project = await openProject(folder);
    expect(stackFile(project, "dev")).toBe(join(folder, "conf", "Pulumi.dev.json"));
    expect(await listStackFiles(project)).toEqual([{ stack: "dev", file: join(folder, "conf", "Pulumi.dev.json") }]);
  });

  it.each([
    ["no file", undefined, /no Pulumi.yaml in/],
    ["no name", "runtime: nodejs\n", /Pulumi.yaml:1:1: the project has no name/],
    ["a bad name", 'name: "a b"\nruntime: nodejs\n', /Pulumi.yaml:1:7: "a b" is not a project name/],
    ["another runtime", "name: x\nruntime: python\n", /Pulumi.yaml:2:10: runtime: python: .*only nodejs/],
    ["no runtime", "name: x\n", /runtime: missing/],
    ["a missing main", `${MINIMAL}main: nope.ts\n`, /Pulumi.yaml:3:7: main: there is no nope.ts/],
    ["both names of the config folder", `${MINIMAL}config: a\nstackConfigDir: b\n`, /3:9: config: is the old name/],
    ["a malformed line", `${MINIMAL}main: [a\n`, /Pulumi.yaml:\d:\d+: /],
    ["a list for a map", `${MINIMAL}backend: [a]\n`, /3:10: backend: should be a map/],
    ["an unknown key in a declaration", `${MINIMAL}config:\n  a:\n    typo: x\n`, /5:5: config: a: unknown key "typo"/],
    ["an unclosed quote", 'name: x\nruntime:\n  name: nodejs\n  options:\n    nodeargs: "a \'b"\n', /never closed/],
  ])("is refused with its place when there is %s", async (_case, text, message) => {
    if (text !== undefined) put("Pulumi.yaml", text);
    const error = await failure(openProject(folder));
    expect(error.message).toMatch(message);
    expect(error.exitCode).toBe(2);
  });
});

describe("a stack's configuration", () => {
  const decrypt = async (ciphertext: string): Promise<string> => `<${ciphertext}>`;
  async function resolved(stackYaml: string | undefined, projectYaml = MINIMAL, open = decrypt) {
    put("Pulumi.yaml", projectYaml);
    if (stackYaml !== undefined) put("Pulumi.dev.yaml", stackYaml);
    const project = await openProject(folder);
    return resolveConfig(await loadStackConfig(project, "dev"), project, open);
  }

  it("is text of what it means in YAML, in every spelling of a key", async () => {
    const yaml = `config:
  bare: hello
  other:a: "007"
  docker:config:host: unix:///x
  fleet:int: 0755
  fleet:float: 1.10
  fleet:bool: True
  fleet:null:
  fleet:multi: |
    a
    b
  fleet:anchor: &x v
  fleet:alias: *x
`;
    expect(await resolved(yaml, MINIMAL, () => Promise.reject(new Error("asked")))).toEqual({
      values: {
        "docker:host": "unix:///x",
        "fleet:alias": "v",
        "fleet:anchor": "v",
        "fleet:bare": "hello",
        "fleet:bool": "true",
        "fleet:float": "1.1",
        "fleet:int": "493",
        "fleet:multi": "a\nb\n",
        "fleet:null": "",
        "other:a": "007",
      },
      secretKeys: [],
    });
  });

  it("gives structures as compact JSON with sorted keys and exact integers", async () => {
    const yaml = `config:
  fleet:map:
    z: [1, 2.50, true, null, "x", 123456789012345678, 0755, 1_000]
    a: {}
    base: &base {k: v}
    merged: {<<: *base, l: w}
`;
    const { values } = await resolved(yaml);
    expect(values["fleet:map"]).toBe(
      '{"a":{},"base":{"k":"v"},"merged":{"k":"v","l":"w"},"z":[1,2.5,true,null,"x",123456789012345678,493,1000]}',
    );
  });

  it("decrypts secrets in place and marks the whole key", async () => {
    const yaml =
      "encryptionsalt: v1:a:b\nconfig:\n  s:\n    secure: C1\n  m:\n    plain: 1\n    deep: [{secure: C2}, {secure: C3, not: it}]\n";
    expect(await resolved(yaml)).toEqual({
      values: { "fleet:s": "<C1>", "fleet:m": '{"deep":["<C2>",{"not":"it","secure":"C3"}],"plain":1}' },
      secretKeys: ["fleet:m", "fleet:s"],
    });
    const project = await openProject(folder);
    const config = await loadStackConfig(project, "dev");
    expect(config.encryptionsalt).toBe("v1:a:b");
    expect(rawConfig(config)["fleet:s"]).toEqual({ secure: "C1" });
  });

  it("names the place of a secret that does not open", async () => {
    const broken = () => Promise.reject(new EngineError("cannot be decrypted", "set it again"));
    const error = await failure(resolved("config:\n  s:\n    secure: C1\n", MINIMAL, broken));
    expect(error.message).toMatch(/Pulumi.dev.yaml:2:3: fleet:s: cannot be decrypted/);
    expect(error.fix).toBe("set it again");
  });

  it("is empty without a file, and says so", async () => {
    put("Pulumi.yaml", MINIMAL);
    const project = await openProject(folder);
    expect(await loadStackConfig(project, "dev")).toEqual({
      entries: new Map(),
      missing: true,
      file: stackFile(project, "dev"),
    });
    put("Pulumi.dev.yaml", "# nothing yet\n");
    expect(await loadStackConfig(project, "dev")).toMatchObject({ missing: false, entries: new Map() });
    await failure(loadStackConfig(project, "../dev"));
  });

  it("is filled up by the project's declarations", async () => {
    const project = `${MINIMAL}config:
  bare: 1.50
  list: [a, b]
  given: {type: string, default: no}
  both: {default: d, value: v}
  value: {value: {k: 1}}
  hidden: {secret: true, default: s}
  docker:host: {value: unix:///x}
`;
    expect(await resolved("config:\n  given: yes\n", project)).toEqual({
      values: {
        "docker:host": "unix:///x",
        "fleet:bare": "1.5",
        "fleet:both": "d",
        "fleet:given": "yes",
        "fleet:hidden": "s",
        "fleet:list": '["a","b"]',
        "fleet:value": '{"k":1}',
      },
      secretKeys: ["fleet:hidden"],
    });
  });

  it("reports every missing and every mistyped key at once, without quoting values", async () => {
    const project = `${MINIMAL}config:
  a: {type: string}
  b: {type: integer}
  c: {type: boolean}
  d: {type: array, items: {type: string}}
  e: {type: object}
  f: {type: array, items: {type: array, items: {type: integer}}}
`;
    const stack = "config:\n  b: hunter2\n  c: maybe\n  d: [x, 1]\n  e: [1]\n  f: [[1], [x]]\n";
    const { message, fix } = await failure(resolved(stack, project));
    expect(message.split("\n")).toHaveLength(6);
    expect(message).toMatch(/missing required configuration fleet:a \(declared at .*Pulumi.yaml:4:3\)/);
    expect(message).toMatch(/Pulumi.dev.yaml:2:3: fleet:b should be an integer/);
    expect(message).toMatch(/fleet:c should be true or false/);
    expect(message).toMatch(/fleet:d should be a list in which every element is a text \(element 1 is not\)/);
    expect(message).toMatch(/fleet:e should be a map/);
    expect(message).toMatch(/fleet:f should be a list in which every element is a list in which/);
    expect(message).not.toContain("hunter2");
    expect(fix).toContain("Pulumi.dev.yaml");
    const good = "config:\n  a: x\n  b: -3\n  c: true\n  d: [x]\n  e: {}\n  f: [[1]]\n";
    expect(Object.keys((await resolved(good, project)).values)).toHaveLength(6);
  });

  it.each([
    ["half-edited YAML", "config:\n  a: b\n c: d\n", /Pulumi.dev.yaml:\d:\d+: /],
    ["an unclosed quote", 'config:\n  a: "b\n', /Pulumi.dev.yaml:\d:\d+: /],
    ["a key twice", "config:\n  a: 1\n  a: 2\n", /Pulumi.dev.yaml:3:3: .*unique/],
    ["a key in two spellings", "config:\n  a: 1\n  fleet:a: 2\n", /3:3: config: fleet:a is set twice, also at .*:2:3/],
    ["a malformed key", "config:\n  a:b:c: 1\n", /2:3: config: "a:b:c" is not a configuration key/],
    ["a list as config", "config: [1]\n", /1:9: config: should be a map/],
    ["text instead of a map", "hello\n", /should be a map/],
    ["an environment", "environment: [prod]\n", /1:14: environment: .*only in Pulumi Cloud/],
    ["a cloud's keys", "secretsprovider: awskms://x\nencryptedkey: y\n", /1:18: secrets provider awskms:\/\/x/],
    ["a key of a cloud", "encryptedkey: y\n", /1:15: secrets provider with an encrypted key/],
    ["a tab", "config:\n\ta: 1\n", /Pulumi.dev.yaml:2:1: /],
  ])("is refused with its place when there is %s", async (_case, text, message) => {
    const error = await failure(resolved(text));
    expect(error.message).toMatch(message);
    expect(error.exitCode).toBe(2);
  });
});
