import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { ProviderFactory } from "../../../engine/provider.js";
import { PassphraseSecrets } from "../../../engine/secrets/passphrase.js";
import { FakeCloud } from "../support/cloud.js";
import { cloudProvider } from "../support/cloud-provider.js";
import { PASSPHRASE } from "../support/crash.js";
import { TestProject } from "../support/project.js";
import { logged } from "./provider-log.js";
import type { CheckpointResource, ConformanceCase, Deployment, ProviderCall } from "./types.js";
import { readableJson } from "./values.js";

/** Of {@link PASSPHRASE}; one for all cases, so that its key is derived once. */
const SALT = "v1:tit1kkHkwpc=:v1:WzOeL5SCD+nDLBOh:6xemIH+ix0sO65VhyJswamF5Nfe0Eg==";
export const PROJECT = "test";
export const STACK = "dev";

/** The URN of a resource of the cloud, or of another type token, under the root or under the types of its parents. */
export function urn(type: string, name: string, ...parents: string[]): string {
  const token = (kind: string) => (kind.includes(":") ? kind : `cloud:index:${kind}`);
  return `urn:pulumi:${STACK}::${PROJECT}::${[...parents, type].map(token).join("$")}::${name}`;
}

/** The ciphertext of a config secret, for `config`: `password: {secure: "..."}`. */
export async function seal(plain: string): Promise<string> {
  return (await worldSecrets()).encrypt(plain);
}

/** What opens the secrets of the stack. */
export function worldSecrets(): Promise<PassphraseSecrets> {
  return PassphraseSecrets.open(SALT, PASSPHRASE);
}

/** A case's project, state and cloud. The same for both engines: the state lies where both have it. */
export class CaseWorld {
  readonly project: TestProject;
  readonly cloud = new FakeCloud();
  readonly calls: ProviderCall[] = [];
  readonly providers: Record<string, ProviderFactory> = {};
  readonly versions: Record<string, string>;

  constructor(definition: ConformanceCase) {
    const config = (definition.config ?? "").trimEnd().replace(/^/gm, "  ");
    const text = `encryptionsalt: ${SALT}\nconfig:${config.trim() === "" ? " {}" : `\n${config}`}\n`;
    this.project = new TestProject(text);
    const file = join(this.project.folder, "Pulumi.yaml");
    if (definition.project !== undefined) {
      writeFileSync(file, `${readFileSync(file, "utf8")}${definition.project.trimEnd()}\n`);
    }
    this.#modules();
    for (const [path, content] of Object.entries(definition.files ?? {})) {
      mkdirSync(dirname(join(this.project.folder, path)), { recursive: true });
      writeFileSync(join(this.project.folder, path), content);
    }
    for (const [name, options] of Object.entries({ cloud: {}, ...definition.packages })) {
      // Engines differ in what they can learn after a crash; the real one has no call for it.
      const made = cloudProvider(this.cloud, { package: name, recovers: false, ...options });
      this.providers[name] = () => logged(made(), this.calls);
    }
    for (const [name, factory] of Object.entries(definition.providers ?? {})) {
      this.providers[name] = () => logged(factory(), this.calls);
    }
    this.versions = definition.versions ?? {};
  }

  get folder(): string {
    return this.project.folder;
  }

  get stateFile(): string {
    return join(this.folder, "state/.pulumi/stacks", PROJECT, `${STACK}.json`);
  }

  /** The checkpoint's `latest`, secrets readable. Undefined if there is none. */
  async deployment(): Promise<Deployment | undefined> {
    const raw = this.rawDeployment();
    if (raw === undefined) return undefined;
    const secrets = await worldSecrets();
    return readableJson(raw, (text) => secrets.decrypt(text)) as Deployment;
  }

  rawDeployment(): Deployment | undefined {
    if (!existsSync(this.stateFile)) return undefined;
    return JSON.parse(readFileSync(this.stateFile, "utf8")).checkpoint.latest ?? undefined;
  }

  writeDeployment(latest: Deployment): void {
    const text = JSON.stringify({ version: 3, checkpoint: { stack: `organization/${PROJECT}/${STACK}`, latest } });
    mkdirSync(dirname(this.stateFile), { recursive: true });
    writeFileSync(join(this.folder, "state/.pulumi/meta.yaml"), "version: 1\n");
    writeFileSync(`${this.stateFile}.tmp`, text);
    renameSync(`${this.stateFile}.tmp`, this.stateFile);
  }

  /** A stack without resources, as `pulumi stack init` leaves it. */
  initStack(): void {
    if (existsSync(this.stateFile)) return;
    this.writeDeployment({
      manifest: { time: new Date().toISOString(), magic: "", version: "" },
      secrets_providers: { type: "passphrase", state: { salt: SALT } },
      metadata: {},
    });
  }

  remove(): void {
    this.project.remove();
  }

  /** The SDK alone: the real language host asks every package that it finds for its plugin. */
  #modules(): void {
    const modules = join(this.folder, "node_modules");
    rmSync(modules);
    mkdirSync(join(modules, "@pulumi"), { recursive: true });
    for (const sdk of ["@pulumi/pulumi", "@pulumi/policy"])
      symlinkSync(resolve("node_modules", sdk), join(modules, sdk));
  }
}

const HIDDEN = /^pulumi:(pulumi:Stack$|providers:)/;

/** What cases speak of: neither the root stack nor default providers. */
export function isShown(urnOrResource: string | CheckpointResource): boolean {
  const text = typeof urnOrResource === "string" ? urnOrResource : urnOrResource.urn;
  const [, , types = "", ...name] = text.split("::");
  const type = types.split("$").pop() ?? "";
  if (type === "pulumi:pulumi:Stack") return false;
  return !(HIDDEN.test(type) && /^default(_|$)/.test(name.join("::")));
}

/** True if a URN ends with `a` or `Thing::a` as a whole part. */
export function named(urnText: string, name: string): boolean {
  return urnText.endsWith(`::${name}`) || urnText.endsWith(`:${name}`);
}

export function nameOf(urnText: string): string {
  return urnText.split("::").slice(3).join("::");
}
