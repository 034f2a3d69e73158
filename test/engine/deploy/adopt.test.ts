import { afterEach, describe, expect, it } from "vitest";
import { type AdoptableResource, type Adopter, Secret, UNKNOWN } from "../../../engine/index.js";
import { TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

/** Puts an object into the cloud that no stack knows of. */
function plant(name: string, properties: Record<string, unknown> = {}, type = "Thing"): string {
  const id = stack.cloud.newId();
  const labels = { entry: name, stack: "dev" };
  const object = { id, type: `cloud:index:${type}`, name, properties: { labels, ...properties }, labels, ready: true };
  stack.cloud.plant(object);
  return id;
}

/** Takes up what is in the cloud under a resource's name, and notes what it was asked about. */
function byName(asked: AdoptableResource[] = []): Adopter {
  return (resource) => {
    asked.push(resource);
    const named = [...stack.cloud.objects.values()].find((object) => object.name === resource.name);
    return named?.id;
  };
}

const FLEET = `
  const cloud = new Provider("machine", { region: "here" });
  new Group("fleet", (parent) => {
    const options = { parent, provider: cloud };
    const net = new Thing("net", { size: 1 }, options);
    const data = new Named("data", { size: 1 }, { ...options, retainOnDelete: true });
    const made = new Thing("made", {}, options);
    new Named("web", { image: "v1", net: net.address, data: data.id, from: made.address, key: pulumi.secret("k3y"), size: 9 },
      { ...options, ignoreChanges: ["size", "from"] });
  });`;

function plantFleet(): Record<"net" | "data" | "web", string> {
  const net = plant("net", { size: 1 });
  const data = plant("data", { size: 1 }, "Named");
  return { net, data, web: plant("web", { image: "v1", net: `addr-${net}`, data, key: "k3y", size: 4 }, "Named") };
}

describe("an update that takes up existing objects", () => {
  it("has them in the state as an import has, and the next update plans nothing", async () => {
    stack = new TestStack();
    const ids = plantFleet();
    stack.program(FLEET);
    const asked: AdoptableResource[] = [];
    const plan = await stack.preview({ adopt: byName(asked) });
    expect(plan.errors).toEqual([]);
    const steps = ["create fleet", "create machine", "create made", "import data", "import net", "import web"];
    expect(plan.steps.sort()).toEqual(steps);
    const kinds = asked.map(({ name, type }) => `${type} ${name}`).sort();
    expect(kinds).toEqual(["Named data", "Named web", "Thing made", "Thing net"].map((kind) => `cloud:index:${kind}`));
    const { urn, inputs } = asked.find(({ name }) => name === "web") as AdoptableResource;
    expect(urn).toBe("urn:pulumi:dev::test::test:index:Group$cloud:index:Named::web");
    expect(inputs).toMatchObject({ image: "v1", net: `addr-${ids.net}`, data: ids.data, from: UNKNOWN });
    expect(inputs.key).toBeInstanceOf(Secret);

    stack.cloud.done();
    const up = await stack.up({ adopt: byName() });
    expect(up.steps.sort()).toEqual(steps);
    expect(stack.cloud.done()).toEqual(["create made"]);
    const web = await stack.resource("web");
    expect(web).toMatchObject({ id: ids.web, importID: ids.web, inputs: { image: "v1", size: 4 } });
    expect(web.inputs.key).toEqual(expect.objectContaining({ value: "k3y" }));
    expect(web.outputs.token).toBe(`token-${ids.web}`);
    expect(web.parent).toMatch(/::fleet$/);
    expect(web.provider).toMatch(/::machine::/);
    expect((await stack.resource("data")).retainOnDelete).toBe(true);

    const unasked: AdoptableResource[] = [];
    expect((await stack.up({ adopt: byName(unasked) })).steps).toEqual([]);
    expect(unasked).toEqual([]);
    expect((await stack.preview()).steps).toEqual([]);
    expect((await stack.up()).steps).toEqual([]);
    expect((await stack.resource("web")).importID).toBeUndefined();
    expect(stack.cloud.done()).toEqual([]);
    // From now on they are the stack's like all others.
    stack.program("");
    stack.retained = ["data"];
    await stack.up();
    expect(stack.cloud.names()).toEqual(["data"]);
  });

  it("brings what differs up to date in place, as the preview has shown", async () => {
    stack = new TestStack();
    const a = plant("a", { size: 1, color: "red" });
    stack.program(`new Thing("a", { size: 2, color: "blue" }, { ignoreChanges: ["color"] });`);
    for (const ran of [await stack.preview({ adopt: byName() }), await stack.up({ adopt: byName() })])
      expect(ran.steps).toEqual(["import a", "update a"]);
    expect(stack.cloud.objects.get(a)?.properties).toMatchObject({ size: 2, color: "red" });
    expect((await stack.up()).steps).toEqual([]);
  });

  it("asks only about what is to be made", async () => {
    stack = new TestStack();
    stack.program(`new Thing("there", {});`);
    await stack.up();
    const [own, other] = [plant("own", {}), plant("other", {})];
    plant("late", {});
    stack.retained = ["late"];
    stack.program(`
      new Thing("there", {});
      new Thing("own", {}, { import: "${own}" });
      new Thing("other", {});
      new Thing("late", {});`);
    const asked: AdoptableResource[] = [];
    const targets = ["there", "own", "other"].map((name) => `**::${name}`);
    const up = await stack.up({ adopt: byName(asked), targets });
    expect(up.steps).toEqual(["import own", "import other"]);
    expect(asked.map(({ name }) => name)).toEqual(["other"]);
    expect((await stack.resource("other")).id).toBe(other);
  });
});

describe("an object that cannot be taken up", () => {
  it("is named where there is none, and nothing is changed", async () => {
    stack = new TestStack();
    stack.program(`new Thing("b", {});`);
    await stack.up();
    stack.program(`const b = new Thing("b", {}); new Thing("a", {}, { dependsOn: [b] });`);
    for (const preview of [true, false]) {
      const failed = await stack.run("update", preview, { adopt: () => "no-such-id" });
      expect(failed.errors).toEqual([
        expect.stringMatching(/import .*"a": there is no cloud:index:Thing with the id "no-such-id"/),
      ]);
    }
    expect((await stack.state()).pendingOperations).toEqual([]);
    await stack.check();
  });

  it("is left alone where it would be replaced, and stays out of the state", async () => {
    stack = new TestStack();
    const [a, c] = [plant("a", { zone: "z1" }), plant("c", { zone: "z1" })];
    stack.program(`new Thing("b", {}); new Thing("a", { zone: "z2" }); new Thing("c", { zone: "z2" });`);
    const plan = await stack.preview({ adopt: byName() });
    const refusal = (name: string, id: string) =>
      expect.stringMatching(new RegExp(`::${name} cannot take up ${id}, .*because of zone`));
    expect(plan.errors).toEqual([refusal("a", a), refusal("c", c)]);
    expect(plan.steps.sort()).toEqual(["create b", "import a", "import c"]);
    stack.retained = ["a", "c"];
    const failed = await stack.upFails({ adopt: byName(), parallel: 1 });
    expect(failed.errors).toEqual([refusal("a", a)]);
    for (const name of ["a", "c"]) await expect(stack.resource(name)).rejects.toThrow("0 resources");
    expect(stack.cloud.objects.get(a)?.properties.zone).toBe("z1");

    stack.retained = [];
    stack.program(`new Thing("b", {}); new Thing("a", { zone: "z1" }); new Thing("c", { zone: "z1" });`);
    await stack.up({ adopt: byName() });
    // As after a run that was killed before it came to the comparison.
    stack.program(`new Thing("b", {}); new Thing("a", { zone: "z2" }); new Thing("c", { zone: "z1" });`);
    const again = await stack.upFails({ adopt: byName() });
    expect(again.errors).toEqual([refusal("a", a)]);
    expect((await stack.up()).steps).toEqual(["create-replacement a", "replace a", "delete-replaced a"]);
  });

  it("is not told before the update if that is when it is known", async () => {
    stack = new TestStack();
    const a = plant("a", { zone: "addr-obj-2" });
    stack.program(`const b = new Thing("b", {}); new Thing("a", { zone: b.address });`);
    const plan = await stack.preview({ adopt: byName() });
    expect([plan.errors, plan.steps.sort()]).toEqual([[], ["create b", "import a"]]);
    expect(plan.warnings).toEqual([`whether it can take up ${a} is not known before the update (because of zone)`]);
    expect((await stack.up({ adopt: byName() })).steps).toEqual(["create b", "import a"]);
    expect((await stack.up()).steps).toEqual([]);
  });

  it("is no other resource's", async () => {
    stack = new TestStack();
    const a = plant("a");
    stack.program(`const x = new Thing("x", {}); new Thing("y", {}, { dependsOn: [x] });`);
    const twice = await stack.upFails({ adopt: () => a, parallel: 1 });
    expect(twice.errors).toEqual([expect.stringMatching(/::y is to take up obj-1, which belongs to .*::x already/)]);
    // Under another name it would go with the resource that has it.
    stack.program(`new Thing("z", {});`);
    const renamed = await stack.upFails({ adopt: () => a });
    expect(renamed.errors).toEqual([expect.stringMatching(/::z is to take up obj-1, which belongs to .*::x already/)]);
    expect(stack.cloud.objects.has(a)).toBe(true);
    // Another provider may give the same id to another object.
    stack.program(`new Thing("x", {}); new Thing("z", {}, { provider: new Provider("other", {}) });`);
    const plan = await stack.preview({ adopt: () => a });
    expect(plan.errors).toEqual([]);
    expect(plan.steps).toEqual(["create other", "import z", "update z"]);
  });
});

it("is taken up by the next run where the one before was killed in the middle", async () => {
  stack = new TestStack();
  plantFleet();
  stack.program(FLEET);
  const { onWrite } = stack;
  for (const phase of ["before", "after"] as const) {
    let broken = false;
    stack.onWrite = () => {
      if (broken) throw new Error("disk gone");
    };
    stack.cloud.once("read", "web", phase, () => {
      broken = true;
    });
    await stack.run("update", false, { adopt: byName() });
    expect((await stack.state()).pendingOperations.map(({ type }) => type)).toEqual(["importing"]);
    stack.onWrite = onWrite;
  }
  expect((await stack.up({ adopt: byName() })).steps).toEqual(["import web"]);
  expect((await stack.state()).pendingOperations).toEqual([]);
  expect((await stack.up()).steps).toEqual([]);
});
