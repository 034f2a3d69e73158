import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PolicyCollector } from "../../cli/policy/collect.js";
import {
  type CreateRequest,
  InProcessHost,
  MemoryBackend,
  openProject,
  type PropertyMap,
  type PropertyValue,
  type ProviderFactory,
  run,
  simulatedProvider,
  UNKNOWN as UNKNOWN_VALUE,
} from "../../engine/index.js";
import { isUnknown, type Props } from "../../policies/rule.js";
import type { PolicyFinding } from "../../review/types.js";
import { PROJECT, type SampleResource, STACK } from "./samples.js";

/** A resource of a program that is made of samples. */
export type EngineResource = SampleResource & { outputs?: Props; dependsOn?: string[] };

/** What stands for a value that is known only later in the program's list of resources. */
const LATER = { "known only later": true };

/** Registers what its list names, bare, by type token. What is known only later comes from no resource: rules look at dependencies. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const list = require("./resources.json");
class Bare extends pulumi.CustomResource {
  constructor(type, name, props, opts) { super(type, name, props, opts); }
}
class Group extends pulumi.ComponentResource {
  constructor(type, name, opts) { super(type, name, {}, opts); }
}
const later = new pulumi.Output([], Promise.resolve(undefined), Promise.resolve(false), Promise.resolve(false), Promise.resolve([]));
module.exports = async () => {
  const value = (given) => {
    if (Array.isArray(given)) return given.map(value);
    if (typeof given !== "object" || given === null) return given;
    if ("known only later" in given) return later;
    return Object.fromEntries(Object.entries(given).map(([key, inner]) => [key, value(inner)]));
  };
  const made = new Map();
  for (const { type, name, props, options = {}, dependsOn = [] } of list) {
    const { parent, protect, retainOnDelete } = options;
    const opts = { protect, retainOnDelete, parent: made.get(parent), dependsOn: dependsOn.map((one) => made.get(one)) };
    const isComponent = /^(fleet|samples):/.test(type);
    made.set(name, isComponent ? new Group(type, name, opts) : new Bare(type, name, value(props), opts));
  }
};
`;

/** What the pack finds in a program of such resources, which nothing was made of yet. `config`: the pack's config file. */
export async function findingsInEngine(
  resources: EngineResource[],
  { config, section }: { config?: Props; section?: Props } = {},
): Promise<PolicyFinding[]> {
  const folder = mkdtempSync(join(tmpdir(), "fleet-policies-"));
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
  try {
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    write("Pulumi.yaml", `name: ${PROJECT}\nruntime:\n  name: nodejs\n  options: { typescript: false }\n`);
    write(`Pulumi.${STACK}.yaml`, JSON.stringify({ config: section ? { "fleet:policies": section } : {} }));
    write("package.json", '{ "name": "samples", "version": "1.0.0" }');
    write("index.js", PROGRAM);
    write(
      "resources.json",
      JSON.stringify(resources, (_, value) => (isUnknown(value) ? LATER : value)),
    );
    write("config.json", JSON.stringify(config ?? {}));
    const collector = new PolicyCollector();
    const output: string[] = [];
    const result = await run("update", true, {
      project: await openProject(folder),
      stack: STACK,
      backend: new MemoryBackend(),
      providers: providersFor(resources),
      plugins: false,
      host: new InProcessHost(),
      passphrase: async () => "samples",
      policyPacks: [{ dir: resolve("policies"), config: join(folder, "config.json") }],
      onEvent: (event) => {
        collector.onEvent(event);
        if (event.kind === "output") output.push(event.line);
      },
    });
    const errors = collector.otherErrors(result.errors);
    if (errors.length > 0) throw new Error([...errors, ...output].join("\n"));
    return collector.findings;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Simulated ones that know of a resource what its sample says, and nothing else. */
function providersFor(resources: EngineResource[]): Record<string, ProviderFactory> {
  const packages = new Set(["docker", ...resources.map(({ type }) => type.split(":")[0]!)]);
  return Object.fromEntries(
    [...packages].map((pkg): [string, ProviderFactory] => [
      pkg,
      (context) => {
        const provider = simulatedProvider(pkg)(context);
        return Object.assign(Object.create(provider), {
          create: async ({ urn, inputs }: CreateRequest) => {
            const sample = resources.find(({ name }) => urn.endsWith(`::${name}`));
            return { id: "", outputs: { ...inputs, ...engineValues(sample?.outputs ?? {}) } };
          },
        });
      },
    ]),
  );
}

function engineValues(value: Props): PropertyMap {
  const one = (given: unknown): PropertyValue => {
    if (isUnknown(given)) return UNKNOWN_VALUE;
    if (Array.isArray(given)) return given.map(one);
    return typeof given === "object" && given !== null ? engineValues(given) : (given as PropertyValue);
  };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, one(inner)]));
}
