import { afterAll, beforeAll, expect, it } from "vitest";
import type { Fault } from "./faults.js";
import { Workshop } from "./machine.js";
import type { Declared, Kind } from "./program.js";
import { Story } from "./story.js";

// What random histories found: each played once more by name. A story throws as soon as a rule is broken.

let workshop: Workshop;
beforeAll(async () => {
  workshop = await Workshop.open();
});
afterAll(() => workshop.close());

const calm = { seed: 0, parallel: 8 };

function declare(kind: Kind, key: string, options: Partial<Declared> = {}): Declared {
  const lists = { dependsOn: [], replaceWith: [], ignoreChanges: [], replaceOnChanges: [], aliases: [] };
  return { key, name: key, kind, deleteFirst: false, size: 0, zone: "0", ...lists, ...options };
}

async function begin(...resources: Declared[]): Promise<Story> {
  const story = new Story(workshop);
  change(story, ...resources);
  await story.run({ ...calm, kind: "update" });
  return story;
}

function change(story: Story, ...resources: Declared[]): void {
  story.program = { resources, serial: resources.length };
}

const killedAt = (at: string): Fault[] => [{ kind: "crash", at }];

it("keeps what goes with another object in sight until that one is gone", async () => {
  const story = await begin(declare("Thing", "house"), declare("Thing", "cat", { within: "house" }));
  const killed = await story.run({ ...calm, kind: "destroy", faults: killedAt("before delete house") });
  expect(killed.trail.at(-1)).toBe("KILLED");
  await story.settle(calm);
});

it("keeps it in sight too where both are deleted before they are replaced", async () => {
  const house = declare("Named", "house", { deleteFirst: true });
  const cat = declare("Thing", "cat", { within: "house" });
  const story = await begin(house, cat);
  change(story, { ...house, zone: "1" }, cat);
  const killed = await story.run({ ...calm, kind: "update", faults: killedAt("before delete house") });
  expect(killed.trail.at(-1)).toBe("KILLED");
  change(story, house, cat);
  await story.settle(calm);
});

it("ends the deletions of what went with an object that went with another", async () => {
  const cat = declare("Thing", "cat", { within: "house" });
  const story = await begin(declare("Thing", "house"), cat, declare("Vague", "flea", { within: "cat" }));
  await expect(story.destroy({ ...calm, faults: [] })).resolves.toBeUndefined();
});

it("reads what a cut-off update made into a secret as a secret", async () => {
  const story = await begin(declare("Thing", "safe"));
  change(story, declare("Thing", "safe", { password: { secret: true, n: 1 } }));
  const ran = await story.run({
    ...calm,
    kind: "update",
    faults: [{ kind: "hang", call: "update", nth: 0, after: true }],
  });
  expect(ran.result?.outcome).toBe("cancelled");
  await story.settle(calm);
});

it("leaves a read out of a run that does not make what it stands on", async () => {
  const story = await begin(declare("Thing", "other"));
  const house = declare("Thing", "house");
  change(
    story,
    declare("Thing", "other", { size: 1 }),
    house,
    declare("Thing", "guest", { found: true, parent: "house" }),
  );
  const only = { how: "targets" as const, urns: ["**::other"], dependents: false };
  const ran = await story.run({ ...calm, kind: "update", only });
  expect(ran.result?.outcome).toBe("succeeded");
  await story.settle(calm);
});

it("reads once what a resource outside of the operation stands on", async () => {
  const guest = declare("Thing", "guest", { found: true });
  const story = await begin(guest, declare("Thing", "child", { parent: "guest" }));
  const only = { how: "targets" as const, urns: ["**::guest"], dependents: false };
  const ran = await story.run({ ...calm, kind: "update", only });
  expect(ran.result?.outcome).toBe("succeeded");
  await story.settle(calm);
});
