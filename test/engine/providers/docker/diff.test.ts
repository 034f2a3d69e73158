import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { DiffResult, PropertyDiff } from "../../../../engine/provider.js";
import { dockerProvider } from "../../../../engine/providers/docker/index.js";
import { type PropertyMap, type PropertyValue, UNKNOWN } from "../../../../engine/values.js";

interface Recorded {
  urn: string;
  type: string;
  id: string;
  inputs: PropertyMap;
  outputs: PropertyMap;
}
interface Planned {
  urn: string;
  op: string;
  diffReasons: string[];
  replaceReasons?: string[];
  detailedDiff: Record<string, PropertyDiff>;
  news: PropertyMap;
}

const folder = join(import.meta.dirname, "recordings");
const load = <T>(name: string) => JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as T;
const state = load<Recorded[]>("checkpoint");
const provider = dockerProvider();

function recorded(name: string): Recorded {
  return state.find((resource) => resource.urn.endsWith(`::${name}`))!;
}

/** What a program gives: the recorded inputs without what the vendor's plugin added. */
function program(inputs: PropertyMap): PropertyMap {
  const strip = (value: PropertyValue): PropertyValue => {
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== "object" || value === null) return value;
    const defaults = (value as PropertyMap).__defaults as string[] | undefined;
    const kept = Object.entries(value as PropertyMap).filter(([k]) => k !== "__defaults" && !defaults?.includes(k));
    return Object.fromEntries(kept.map(([key, item]) => [key, strip(item)]));
  };
  return strip(inputs) as PropertyMap;
}

async function plan(old: Recorded, given: PropertyMap, ignoreChanges: string[] = []): Promise<DiffResult> {
  const { urn, type, id, inputs, outputs } = old;
  const check = await provider.check({ urn, type, olds: inputs, news: given, randomSeed: new Uint8Array(32) });
  expect(check.failures).toEqual([]);
  return provider.diff({ urn, type, id, oldInputs: inputs, oldOutputs: outputs, news: check.inputs, ignoreChanges });
}

describe("against the vendor's recordings", () => {
  it.each(state.map((resource) => [resource.urn.split("::").at(-1)!, resource] as const))(
    "fills in the defaults of %s that the vendor's plugin fills in",
    async (_name, resource) => {
      const { urn, type } = resource;
      const news = program(resource.inputs);
      const { inputs } = await provider.check({ urn, type, olds: undefined, news, randomSeed: new Uint8Array(32) });
      const vendors = JSON.parse(JSON.stringify(resource.inputs), (key, value) =>
        key === "__defaults" ? undefined : value,
      );
      expect(inputs).toEqual(vendors);
    },
  );

  it.each(state.map((resource) => [resource.urn.split("::").at(-1)!, resource] as const))(
    "sees no change of %s in a state that the real engine wrote",
    async (_name, resource) => {
      expect((await plan(resource, program(resource.inputs))).changes).toBe("none");
    },
  );

  it.each(["memory", "env", "volume-label"])("plans %s as the vendor's plugin does", async (name) => {
    for (const step of load<Planned[]>(`preview-${name}`)) {
      const old = state.find((resource) => resource.urn === step.urn)!;
      const news = program(step.news);
      // The preview hides secret values; the recording's program had this one.
      if (news.envs === "[secret]") news.envs = name === "env" ? ["TOKEN=s3cret", "A=2"] : old.inputs.envs!;
      const result = await plan(old, news);
      expect(result.detailedDiff).toEqual(step.detailedDiff);
      expect(result.diffs).toEqual(step.diffReasons);
      expect(result.replaces).toEqual(step.replaceReasons ?? []);
      expect(result.deleteBeforeReplace).toBe(step.op === "replace");
    }
  });
});

describe("preview", () => {
  const update = (old: Recorded, news: PropertyMap) => {
    const { urn, type, id, inputs: oldInputs, outputs: oldOutputs } = old;
    return provider.update({ urn, type, id, oldInputs, oldOutputs, news, ignoreChanges: [], preview: true });
  };

  it("leaves what an update does not change known", async () => {
    const img = recorded("img");
    const { outputs } = await update(img, { ...img.inputs, keepLocally: false });
    expect(outputs).toMatchObject({ imageId: img.outputs.imageId, keepLocally: false });
    const agent = recorded("agent");
    const { memory: _memory, ...unlimited } = agent.inputs;
    const changed = (await update(agent, unlimited)).outputs;
    expect(changed).toMatchObject({ networkDatas: agent.outputs.networkDatas, id: agent.id });
    expect(changed).not.toHaveProperty("memory");
  });

  it("makes the image unknown that is to be built again", async () => {
    const type = "docker:index/image:Image";
    const inputs = { imageName: "a", skipPush: true, build: { context: ".", contextDigest: "1" } };
    const outputs = { imageName: "a", repoDigest: "sha256:1" };
    const old = { urn: `urn:pulumi:test::fleet::${type}::it`, type, id: "a", inputs, outputs };
    const digestOf = async (contextDigest: string) =>
      (await update(old, { ...inputs, build: { context: ".", contextDigest } })).outputs.repoDigest;
    expect([await digestOf("1"), await digestOf("2")]).toEqual(["sha256:1", UNKNOWN]);
  });
});

describe("diff", () => {
  const agent = recorded("agent");
  const given = program(agent.inputs);

  it("takes sets without order", async () => {
    const reversed = { ...given, labels: [...(given.labels as PropertyValue[])].reverse() };
    expect((await plan(agent, reversed)).changes).toBe("none");
  });

  it("counts an unknown value of a replacing key as a change", async () => {
    const { detailedDiff, replaces } = await plan(agent, { ...given, image: UNKNOWN });
    expect(detailedDiff).toEqual({ image: { kind: "update-replace", inputDiff: false } });
    expect(replaces).toEqual(["image"]);
  });

  it("names nested and quoted paths", async () => {
    const { detailedDiff } = await plan(agent, { ...given, logOpts: { "max-size": "20m" } });
    expect(detailedDiff).toEqual({ 'logOpts["max-size"]': { kind: "update-replace", inputDiff: false } });
  });

  it("sees a set grow and shrink", async () => {
    const hosts = [...(given.hosts as PropertyValue[]), { host: "db", ip: "10.0.0.2" }];
    expect((await plan(agent, { ...given, hosts })).detailedDiff).toEqual({
      "hosts[1]": { kind: "add-replace", inputDiff: false },
    });
    const { hosts: _gone, ...without } = given;
    expect((await plan(agent, without)).detailedDiff).toEqual({ hosts: { kind: "delete-replace", inputDiff: false } });
  });

  it("takes equal durations and capability names as equal", async () => {
    const healthcheck = { ...(given.healthcheck as PropertyMap), interval: "5000ms" };
    const capabilities = { adds: [], drops: ["CAP_ALL"] };
    expect((await plan(agent, { ...given, healthcheck, capabilities })).changes).toBe("none");
  });

  it("replaces for a changed healthcheck, which Docker cannot change", async () => {
    const healthcheck = { ...(given.healthcheck as PropertyMap), retries: 5 };
    expect((await plan(agent, { ...given, healthcheck })).detailedDiff).toEqual({
      "healthcheck.retries": { kind: "update-replace", inputDiff: false },
    });
  });

  it("shows drift that a refresh put into the outputs, and mends it in place", async () => {
    const drifted = { ...agent, outputs: { ...agent.outputs, memory: 128, mustRun: false, networksAdvanced: [] } };
    const { detailedDiff, replaces } = await plan(drifted, given);
    expect(detailedDiff).toEqual({
      memory: { kind: "update", inputDiff: false },
      mustRun: { kind: "update", inputDiff: false },
      networksAdvanced: { kind: "add", inputDiff: false },
    });
    expect(replaces).toEqual([]);
  });

  it("does not take for a change what the daemon filled in", async () => {
    const outputs = {
      ...agent.outputs,
      envs: ["PATH=/bin", ...(agent.outputs.envs as string[])],
      shmSize: 128,
      dns: ["1.1.1.1"],
    };
    expect((await plan({ ...agent, outputs }, given)).changes).toBe("none");
  });

  it("honours ignoreChanges", async () => {
    const changed = { ...given, memory: 48, labels: [] };
    expect((await plan(agent, changed, ["labels", "memory"])).changes).toBe("none");
    expect((await plan(agent, changed, ["labels"])).diffs).toEqual(["memory"]);
  });

  it("lets a volume with a made-up name live beside its replacement", async () => {
    const type = "docker:index/volume:Volume";
    const urn = `urn:pulumi:test::fleet::${type}::data`;
    const randomSeed = new Uint8Array([1]);
    const first = await provider.check({ urn, type, olds: undefined, news: {}, randomSeed });
    expect(first.inputs.name).toMatch(/^data-[0-9a-f]{7}$/);
    const again = await provider.check({
      urn,
      type,
      olds: first.inputs,
      news: { driver: "x" },
      randomSeed: new Uint8Array([2]),
    });
    expect(again.inputs.name).toBe(first.inputs.name);
    const old = {
      urn,
      type,
      id: String(first.inputs.name),
      oldInputs: first.inputs,
      oldOutputs: {},
      ignoreChanges: [],
    };
    const result = await provider.diff({ ...old, news: again.inputs });
    expect(result).toMatchObject({ replaces: ["driver"], deleteBeforeReplace: false });
  });
});
