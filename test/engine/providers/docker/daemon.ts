import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import type { CheckResult, DiffResult, Provider } from "../../../../engine/provider.js";
import { dockerProvider } from "../../../../engine/providers/docker/index.js";
import type { PropertyMap } from "../../../../engine/values.js";

/** Runs the docker command and returns what it prints. */
export function docker(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("docker", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`docker ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}

function whyNot(): string | undefined {
  const { status, stderr, error } = spawnSync("docker", ["version"], { encoding: "utf8", timeout: 10_000 });
  if (status !== 0) return `no Docker daemon answers: ${error?.message ?? stderr.trim()}`;
  if (!BUSYBOX) return "no static busybox on this machine (Debian: busybox-static)";
  return undefined;
}

const BUSYBOX = ["/bin/busybox", "/usr/bin/busybox"].find((path) => existsSync(path));
const missing = whyNot();
const required = process.env.FLEET_REQUIRE_DOCKER === "1";

/** A suite against the real daemon: skipped with its reason where there is none, unless FLEET_REQUIRE_DOCKER=1. */
export function describeWithDocker(name: string, suite: () => void): void {
  if (missing && !required) {
    describe.skip(`${name} (skipped: ${missing})`, suite);
    return;
  }
  describe(name, () => {
    beforeAll(() => {
      if (missing) throw new Error(`FLEET_REQUIRE_DOCKER=1, and ${missing}`);
      makeBaseImage();
    });
    suite();
  });
}

/** A small image with a shell, made without a registry. */
export const BASE_IMAGE = "test-docker-base:1";

function makeBaseImage(): void {
  if (spawnSync("docker", ["image", "inspect", BASE_IMAGE]).status === 0) return;
  const root = mkdtempSync(join(tmpdir(), "test-docker-"));
  try {
    for (const folder of ["bin", "etc", "tmp", "data"]) mkdirSync(join(root, folder));
    chmodSync(join(root, "tmp"), 0o1777);
    copyFileSync(BUSYBOX!, join(root, "bin/busybox"));
    for (const tool of [
      "sh",
      "cat",
      "sleep",
      "echo",
      "ls",
      "test",
      "true",
      "false",
      "touch",
      "rm",
      "env",
      "wget",
      "httpd",
    ]) {
      symlinkSync("busybox", join(root, "bin", tool));
    }
    const tar = spawnSync("tar", ["-C", root, "-c", "."], { maxBuffer: 64 * 1024 * 1024 });
    const made = spawnSync("docker", ["import", "-", BASE_IMAGE], { input: tar.stdout, encoding: "utf8" });
    if (made.status !== 0) throw new Error(made.stderr);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

let counter = 0;

/** One resource, driven as the engine drives it: check, diff, then create, update, replace or nothing. */
export class Resource {
  id = "";
  inputs: PropertyMap = {};
  outputs: PropertyMap = {};
  readonly reports: string[] = [];
  readonly urn: string;

  constructor(
    readonly provider: Provider,
    readonly type: string,
    name = "thing",
  ) {
    this.urn = `urn:pulumi:test::fleet::${type}::${name}`;
  }

  private get call() {
    return { urn: this.urn, type: this.type, report: (message: string) => void this.reports.push(message) };
  }

  check(news: PropertyMap): Promise<CheckResult> {
    const olds = this.id ? this.inputs : undefined;
    return this.provider.check({ ...this.call, olds, news, randomSeed: new Uint8Array([counter++]) });
  }

  async checked(news: PropertyMap): Promise<PropertyMap> {
    const { inputs, failures } = await this.check(news);
    if (failures.length > 0) throw new Error(JSON.stringify(failures));
    return inputs;
  }

  async create(news: PropertyMap, signal?: AbortSignal): Promise<this> {
    const inputs = await this.checked(news);
    const call = { ...this.call, inputs, preview: false, ...(signal ? { signal } : {}) };
    const { id, outputs } = await this.provider.create(call);
    return Object.assign(this, { id, outputs, inputs });
  }

  async diff(news: PropertyMap, ignoreChanges: string[] = []): Promise<DiffResult> {
    const checked = await this.checked(news);
    return this.provider.diff({ ...this.call, ...this.olds, news: checked, ignoreChanges });
  }

  async update(news: PropertyMap): Promise<this> {
    const checked = await this.checked(news);
    const call = { ...this.call, ...this.olds, news: checked, ignoreChanges: [], preview: false };
    const { outputs } = await this.provider.update(call);
    return Object.assign(this, { outputs, inputs: checked });
  }

  /** The outputs that a preview shows for an update. */
  async preview(news: PropertyMap): Promise<PropertyMap> {
    const checked = await this.checked(news);
    const call = { ...this.call, ...this.olds, news: checked, ignoreChanges: [], preview: true };
    return (await this.provider.update(call)).outputs;
  }

  async refresh(): Promise<this> {
    const read = await this.provider.read({ ...this.call, id: this.id, inputs: this.inputs, outputs: this.outputs });
    return Object.assign(this, { id: read.id, outputs: read.outputs, inputs: read.inputs ?? this.inputs });
  }

  /** Reads an object that is to become the stack's own, as the program asks for it. */
  async import(id: string, asked: PropertyMap): Promise<this> {
    const read = await this.provider.read({ ...this.call, id, inputs: {}, outputs: {}, import: { asked } });
    return Object.assign(this, { id: read.id, outputs: read.outputs, inputs: read.inputs });
  }

  async delete(): Promise<void> {
    await this.provider.delete({ ...this.call, ...this.olds });
  }

  async recover(news: PropertyMap, known: string[] = []) {
    return this.provider.recover!({ ...this.call, inputs: await this.checked(news), known });
  }

  private get olds() {
    return { id: this.id, oldInputs: this.inputs, oldOutputs: this.outputs };
  }
}

export const CONTAINER = "docker:index/container:Container";
export const VOLUME = "docker:index/volume:Volume";
export const NETWORK = "docker:index/network:Network";
export const REMOTE_IMAGE = "docker:index/remoteImage:RemoteImage";
export const IMAGE = "docker:index/image:Image";

/** A provider and names of a suite's own; whatever carries them is removed at its end. */
export function suiteOf(name: string) {
  const prefix = `test-docker-${name}-${process.pid}`;
  const provider = dockerProvider();
  const clean = () => {
    const remove = (list: string[], command: string[]) => {
      const found = docker(...list, "--filter", `name=${prefix}`)
        .split("\n")
        .filter(Boolean);
      if (found.length > 0) spawnSync("docker", [...command, ...found]);
    };
    remove(["ps", "-aq"], ["rm", "-fv"]);
    remove(["volume", "ls", "-q"], ["volume", "rm", "-f"]);
    remove(["network", "ls", "-q"], ["network", "rm"]);
  };
  beforeAll(() => provider.configure({}));
  afterAll(async () => {
    clean();
    await provider.close?.();
  });
  return { provider, named: (suffix: string) => `${prefix}-${suffix}` };
}

/** Ownership labels as the vendor shapes them. */
export function ownedBy(stack: string, entry: string): PropertyMap[] {
  return [
    { label: "fleet.stack", value: stack },
    { label: "fleet.entry", value: entry },
  ];
}

/** The message that a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<Error> {
  try {
    await call;
  } catch (error) {
    return error as Error;
  }
  throw new Error("it should have failed");
}
