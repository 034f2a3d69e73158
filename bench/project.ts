import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Measured, measure } from "./measure.js";

export const toolkit = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** Components with nine random values each; some values depend on the one before. The size is the stack's, all resources counted but the stack. */
const RESOURCES = `
const pulumi = require("@pulumi/pulumi");
const random = require("@pulumi/random");
class Group extends pulumi.ComponentResource {
  constructor(name, size) {
    super("bench:index:Group", name);
    let last;
    for (let i = 0; i < size; i++) {
      const keepers = { group: name, note: "an input of some length, as real ones have", ...(i % 3 === 2 ? { after: last.result.apply(String) } : {}) };
      last = new random.RandomInteger(name + "-" + i, { min: 1, max: 1000000, keepers }, { parent: this });
    }
    this.registerOutputs({ last: last && last.result });
  }
}
module.exports = async () => {
  const total = new pulumi.Config("bench").requireNumber("size");
  for (let made = 0; made < total; made += 10) new Group("group-" + made / 10, Math.min(9, total - made - 1));
  return { total };
};
`;

/** What \`docker-compose\` is given too: containers that wait, each with a volume, in one network. */
const CONTAINERS = `
const pulumi = require("@pulumi/pulumi");
const docker = require("@pulumi/docker");
module.exports = async () => {
  const config = new pulumi.Config("bench");
  const network = new docker.Network("net", { name: config.require("prefix") + "-net" });
  for (let i = 0; i < config.requireNumber("size"); i++) {
    const name = config.require("prefix") + "-" + i;
    const volume = new docker.Volume(name, { name });
    new docker.Container(name, {
      name,
      image: config.require("image"),
      command: ["sleep", "1000000"],
      volumes: [{ volumeName: volume.name, containerPath: "/data" }],
      networksAdvanced: [{ name: network.name }],
      destroyGraceSeconds: 0,
    });
  }
};
`;

export type Operation = "create" | "preview" | "up" | "destroy";
export type Engine = "hermetic" | "pulumi";

/** A project in a folder of its own, with a state of its own for each engine. */
export class BenchProject {
  readonly folder = mkdtempSync(join(tmpdir(), "fleet-bench-"));

  /** `fleet`: this repository's own program. */
  constructor(kind: "resources" | "containers" | "fleet") {
    const [main, options] = kind === "fleet" ? ["index.ts", ', nodeargs: "--import tsx"'] : ["index.js", ""];
    this.#write(
      "Pulumi.yaml",
      `name: fleet\nruntime: { name: nodejs, options: { typescript: false${options} } }\nstackConfigDir: stacks\nmain: ${main}\n`,
    );
    const linked = kind === "fleet" ? ["node_modules", "package.json", "index.ts", "templates"] : ["node_modules"];
    for (const name of linked) symlinkSync(join(toolkit, name), join(this.folder, name));
    if (kind !== "fleet") {
      const sdk = kind === "resources" ? "@pulumi/random" : "@pulumi/docker";
      const dependencies = { "@pulumi/pulumi": "*", [sdk]: "*" };
      this.#write("package.json", `${JSON.stringify({ name: "bench", version: "1.0.0", dependencies })}\n`);
      this.#write("index.js", kind === "resources" ? RESOURCES : CONTAINERS);
    }
    for (const name of ["stacks", "state-hermetic", "state-pulumi", "home"]) mkdirSync(join(this.folder, name));
  }

  stack(name: string, config: Record<string, string | number>): void {
    const keys = Object.entries(config).map(([key, value]) => [`bench:${key}`, String(value)]);
    this.declare(name, { "fleet:machines": {}, "fleet:agents": {}, ...Object.fromEntries(keys) });
  }

  declare(name: string, config: Record<string, unknown>): void {
    this.#write(`stacks/Pulumi.${name}.yaml`, JSON.stringify({ config }));
  }

  async run(engine: Engine, operation: Operation, stack: string): Promise<Measured> {
    if (engine === "hermetic") return this.fleet(...FLEET[operation](stack));
    return measure("pulumi", [...PULUMI[operation], "--non-interactive", "--stack", stack], this.#options("pulumi"));
  }

  /** The real engine wants a stack made before it is used. */
  async initPulumi(stack: string): Promise<void> {
    await measure("pulumi", ["stack", "init", stack, "--non-interactive"], this.#options("pulumi"));
  }

  fleet(...args: string[]): Promise<Measured> {
    return measure(join(toolkit, "fleet"), args, this.#options("hermetic"));
  }

  #options(engine: Engine) {
    const env = {
      ...process.env,
      PATH: `${join(toolkit, "bench", "plugin")}${delimiter}${process.env.PATH}`,
      PULUMI_BACKEND_URL: `file://${join(this.folder, `state-${engine}`)}`,
      PULUMI_CONFIG_PASSPHRASE: "bench",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // Where simulated stacks are kept.
      HOME: join(this.folder, "home"),
      ...(engine === "pulumi" ? { PULUMI_HOME: join(this.folder, "home") } : {}),
    };
    return { cwd: this.folder, env };
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const FLEET: Record<Operation, (stack: string) => string[]> = {
  create: (stack) => ["up", stack, "--yes", "--skip-preview"],
  preview: (stack) => ["preview", stack, "--expect-no-changes"],
  up: (stack) => ["up", stack, "--yes", "--skip-preview"],
  destroy: (stack) => ["destroy", stack, "--yes", "--skip-preview"],
};
const PULUMI: Record<Operation, string[]> = {
  create: ["up", "--yes", "--skip-preview"],
  preview: ["preview", "--expect-no-changes"],
  up: ["up", "--yes", "--skip-preview", "--expect-no-changes"],
  destroy: ["destroy", "--yes", "--skip-preview"],
};
