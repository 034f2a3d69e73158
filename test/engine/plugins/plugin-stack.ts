import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { RunOptions } from "../../../engine/index.js";
import { FakeCloud } from "../support/cloud.js";
import type { CloudPluginOptions, Fault } from "../support/plugin/cloud-plugin.js";
import type { PluginCall } from "../support/plugin/serve-provider.js";
import { TestProject } from "../support/project.js";
import { type Ran, TestStack } from "../support/stack.js";

export const PLUGIN_FOLDER = resolve("test/engine/support/plugin");

/** A stack whose provider is a plugin: the fake cloud's, found on PATH, with the cloud in a file of the project's folder. */
export class PluginStack extends TestStack {
  options: CloudPluginOptions = {};
  env: Record<string, string> = {};

  constructor(stackFile?: string) {
    const project = new TestProject(stackFile);
    super(project, new FakeCloud(project.cloudFile));
    this.providers = {};
  }

  override async run(
    kind: "update" | "destroy" | "refresh",
    preview: boolean,
    options: Partial<RunOptions> = {},
  ): Promise<Ran> {
    const env = {
      PATH: `${PLUGIN_FOLDER}:${process.env.PATH}`,
      CLOUD_FILE: this.project.cloudFile,
      CLOUD_OPTIONS: JSON.stringify(this.options),
      ...this.env,
    };
    try {
      return await super.run(kind, preview, { ...options, env });
    } finally {
      this.cloud.reload();
    }
  }

  /** The requests that plugins got since the last time, and by which process. */
  calls(method?: string): (PluginCall & { request: Record<string, unknown> })[] {
    const file = `${this.project.cloudFile}.calls`;
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
    rmSync(file);
    const all = lines.map((line) => JSON.parse(line) as PluginCall & { request: Record<string, unknown> });
    return method === undefined ? all : all.filter((call) => call.method === method);
  }

  /** What happened to objects since the last time, `create a`. */
  effects(): string[] {
    const file = `${this.project.cloudFile}.journal`;
    if (!existsSync(file)) return [];
    const entries = readFileSync(file, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    rmSync(file);
    return entries.filter(({ phase, op }) => phase === "after" && op !== "read").map(({ op, name }) => `${op} ${name}`);
  }

  fault(...faults: Fault[]): void {
    writeFileSync(`${this.project.cloudFile}.faults`, JSON.stringify(faults));
  }

  /** The lines of a file in the project's folder. */
  lines(name: string): string[] {
    return readFileSync(join(this.project.folder, name), "utf8").split("\n").filter(Boolean);
  }

  /** Writes a file into the project's folder. */
  file(name: string, text: string, mode = 0o644): string {
    const path = join(this.project.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode });
    return path;
  }
}
