// The program's own modules are read: what is asserted of them is what their imports say.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { compareStacks } from "../../../cli/review/affected/affected.js";
import { ModuleGraph } from "../../../cli/review/affected/modules.js";
import { openProject } from "../../../engine/project/project.js";
import { toolkit } from "../harness.js";

const folder = mkdtempSync(join(tmpdir(), "fleet-affected-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const project = await openProject(toolkit);
const affectedBy = async (...files: string[]) =>
  (await compareStacks(project, project, files))
    .filter(({ reasons }) => reasons.length > 0)
    .map(({ stack, reasons }) => `${stack}: ${reasons.map(({ kind, text }) => `${kind} ${text}`).join(", ")}`);

const MYPA_TEAMS = ["mypa-admin", "mypa-alpha", "mypa-beta", "mypa-delta", "mypa-gamma"];

describe("the stacks that a file affects", () => {
  it("are those whose entries load the module", async () => {
    const file = "components/agents/runtimes/pa.ts";
    expect(await affectedBy(file)).toEqual(MYPA_TEAMS.map((stack) => `${stack}: code ${file}`));
    expect(await affectedBy("components/services/kinds/build-service.ts")).toEqual(
      ["gather-dev", "gather-host"].map((stack) => `${stack}: code components/services/kinds/build-service.ts`),
    );
  });

  it("are those whose modules read the template, by folder or by name", async () => {
    expect(await affectedBy("templates/services/crm-sync/main.mjs")).toEqual([
      "mypa-admin: template templates/services/crm-sync/main.mjs",
    ]);
    expect(await affectedBy("templates/hosts/apply/plan.py")).toContain(
      "mypa-shared: template templates/hosts/apply/plan.py",
    );
  });

  it("are those whose file names it", async () => {
    expect(await affectedBy("examples/pa-image/Dockerfile")).toEqual(
      MYPA_TEAMS.map((stack) => `${stack}: file examples/pa-image/Dockerfile`),
    );
  });

  it("are all for what every stack is made with, and for the project's own file", async () => {
    const all = (await compareStacks(project, project, [])).length;
    expect(await affectedBy("components/fleet.ts")).toHaveLength(all);
    expect(await affectedBy("Pulumi.yaml")).toHaveLength(all);
  });

  it("are none for documentation, tests, the engine and the command line", async () => {
    expect(
      await affectedBy("README.md", "docs/mypa.md", "test/cli/usage.test.ts", "engine/run.ts", "cli/main.ts"),
    ).toEqual([]);
  });

  it("are told with three files, and the number of the others", async () => {
    const files = ["fleet.ts", "labels.ts", "networks.ts", "secrets.ts", "transform.ts"].map(
      (name) => `components/${name}`,
    );
    const [first] = await affectedBy(...files);
    expect(first).toContain("code components/networks.ts, code and 2 more");
  });
});

describe("a module graph", () => {
  const root = join(folder, "program");
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write(
    "index.ts",
    `import type { T } from "./types.js";\nimport { a } from "./a.js";\nimport pkg from "@scope/name/sub";\n`,
  );
  write("types.ts", "");
  write(
    "a.ts",
    `const b = await import("./b.js");\nrequire("plain");\nimport fs from "node:fs";\nimport "./index.js";\n`,
  );
  write(
    "b.ts",
    `readFileSync(new URL("./data/", import.meta.url));\nload(import.meta.url, "kinds", name);\nrun("hosts/put.mjs");\n`,
  );
  write("data/one.txt", "");
  write("data/deep/two.txt", "");
  write("kinds/red.ts", `import "../red.js";\n`);
  write("red.ts", "");
  write("kinds/blue.ts", "");
  write("templates/hosts/put.mjs", `readFileSync(new URL(\`apply/\${part}.py\`, import.meta.url));\n`);
  write("templates/hosts/apply/x.py", "");
  write("unused.ts", "");

  it("follows imports, what is read, and the kinds that are named; not types, nor itself in circles", () => {
    const { files, packages } = new ModuleGraph(root).reach("index.ts", new Set(["red"]));
    expect([...files].sort()).toEqual([
      "a.ts",
      "b.ts",
      "data/deep/two.txt",
      "data/one.txt",
      "index.ts",
      "kinds/red.ts",
      "red.ts",
      "templates/hosts/apply/x.py",
      "templates/hosts/put.mjs",
    ]);
    expect([...packages].sort()).toEqual(["@scope/name", "plain"]);
  });

  it("follows every kind where the names are not known", () => {
    expect(new ModuleGraph(root).reach("index.ts", undefined).files).toContain("kinds/blue.ts");
  });
});

describe("two versions", () => {
  it("are compared by their stack files", async () => {
    const other = join(folder, "other");
    for (const path of ["Pulumi.yaml", "package.json", "index.ts", "stacks"])
      cpSync(join(toolkit, path), join(other, path), { recursive: true });
    for (const path of ["components", "spec", "templates", "node_modules"])
      symlinkSync(join(toolkit, path), join(other, path));
    rmSync(join(other, "stacks/Pulumi.gather.yaml"));
    writeFileSync(join(other, "stacks/Pulumi.fresh.yaml"), "config: {}\n");
    writeFileSync(join(other, "stacks/Pulumi.local.yaml"), "config: {}\n");
    const compared = await compareStacks(project, await openProject(other), []);
    const told = compared.flatMap(({ stack, reasons }) => reasons.map(({ kind }) => `${stack} ${kind}`));
    expect(told).toEqual(["fresh new", "gather removed", "local stack-file"]);
  });
});
