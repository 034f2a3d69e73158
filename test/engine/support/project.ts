import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** What test programs write resources with, beside the real SDK. */
const LIBRARY = `
const pulumi = require("@pulumi/pulumi");
exports.pulumi = pulumi;
exports.config = new pulumi.Config();
const type = (kind, pkg = "cloud") => class extends pulumi.CustomResource {
  constructor(name, props = {}, opts = {}) {
    const labels = { entry: name, stack: pulumi.getStack() };
    super(pkg + ":index:" + kind, name, { address: undefined, token: undefined, generation: undefined, labels, ...props }, opts);
  }
};
exports.type = type;
// As generated SDKs have it.
exports.get = (Kind, name, id, opts = {}) => new Kind(name, { labels: undefined }, { ...opts, id });
exports.Thing = type("Thing");
exports.Named = type("Named");
exports.Vague = type("Vague");
exports.Group = class extends pulumi.ComponentResource {
  constructor(name, build = () => ({}), opts = {}, kind = "Group") {
    super("test:index:" + kind, name, {}, opts);
    this.made = build(this) || {};
    this.registerOutputs(this.made);
  }
};
exports.Provider = class extends pulumi.ProviderResource {
  constructor(name, props, opts) { super("cloud", name, props, opts); }
};
`;
const NAMES = "pulumi, config, get, type, Thing, Named, Vague, Group, Provider";

/** A Pulumi project in a folder of its own. */
export class TestProject {
  constructor(
    stackFile = "config: {}\n",
    readonly folder = mkdtempSync(join(tmpdir(), "hermetic-")),
  ) {
    writeFileSync(
      join(this.folder, "Pulumi.yaml"),
      "name: test\nstackConfigDir: stacks\nruntime:\n  name: nodejs\n  options: {typescript: false}\n",
    );
    writeFileSync(join(this.folder, "package.json"), '{"name":"test","version":"1.0.0"}');
    writeFileSync(join(this.folder, "library.js"), LIBRARY);
    mkdirSync(join(this.folder, "stacks"));
    this.stackFile(stackFile);
    mkdirSync(join(this.folder, "state"));
    symlinkSync(resolve("node_modules"), join(this.folder, "node_modules"));
  }

  get backendUrl(): string {
    return `file://${join(this.folder, "state")}`;
  }

  get cloudFile(): string {
    return join(this.folder, "cloud.json");
  }

  stackFile(text: string): void {
    writeFileSync(join(this.folder, "stacks", "Pulumi.dev.yaml"), text);
  }

  /** The program: the body of an async function that has the library's names; what it returns are the stack's outputs. */
  program(body: string): void {
    this.source(`const { ${NAMES} } = require("./library");\nmodule.exports = async () => {\n${body}\n};\n`);
  }

  /** The program's file, as it is. */
  source(text: string): void {
    writeFileSync(join(this.folder, "index.js"), text);
  }

  /** Another project with the same program and state. */
  copy(): TestProject {
    const folder = mkdtempSync(join(tmpdir(), "hermetic-"));
    cpSync(this.folder, folder, { recursive: true, verbatimSymlinks: true });
    return Object.create(TestProject.prototype, { folder: { value: folder } }) as TestProject;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
