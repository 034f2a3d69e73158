import fc from "fast-check";
import { expect, it } from "vitest";
import { SnapshotManager } from "../../../engine/deploy/snapshot/snapshot-manager.js";
import type { PendingOperation, ResourceState, Snapshot } from "../../../engine/index.js";

const resource = (urn: string): ResourceState => ({
  urn,
  custom: true,
  type: "cloud:index:Thing",
  id: urn,
  inputs: {},
  outputs: {},
  dependencies: [],
  propertyDependencies: {},
});

/** What is on disk: the last write that ended. */
class Disk {
  durable: Snapshot = { resources: [], pendingOperations: [] };
  writes = 0;

  constructor(private readonly scheduler: fc.Scheduler | undefined) {}

  write = async (snapshot: Snapshot): Promise<void> => {
    this.writes++;
    await this.scheduler?.schedule(Promise.resolve(), `write ${this.writes}`);
    this.durable = snapshot;
  };

  pending = (urn: string) => this.durable.pendingOperations.some((operation) => operation.resource.urn === urn);
  has = (urn: string) => this.durable.resources.some((item) => item.urn === urn);
}

/** One resource is created: announced, made, entered. Fails if the disk does not know what a killed run would have to look into. */
async function create(manager: SnapshotManager, disk: Disk, urn: string, effect: () => Promise<void>): Promise<void> {
  const operation: PendingOperation = { type: "creating", resource: { ...resource(urn), id: undefined } };
  await manager.begin(operation);
  expect(disk.pending(urn), `${urn} is pending before it is made`).toBe(true);
  await effect();
  expect(disk.pending(urn), `${urn} is pending until its state is written`).toBe(true);
  manager.add(resource(urn));
  manager.end(operation);
  await manager.commit();
  expect(disk.has(urn), `${urn} is in the state once that is committed`).toBe(true);
  expect(disk.pending(urn)).toBe(false);
}

it("has on disk what is pending, whatever the order of writes, effects and steps", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 6 }), async (scheduler, count) => {
      const disk = new Disk(scheduler);
      const manager = new SnapshotManager({ resources: [], pendingOperations: [] }, disk.write);
      const chains = Array.from({ length: count }, (_, at) => [`urn:${at}.0`, `urn:${at}.1`, `urn:${at}.2`]);
      const effect = (urn: string) => () => scheduler.schedule(Promise.resolve(), `make ${urn}`).then(() => {});
      const run = async (chain: string[]) => {
        for (const urn of chain) await create(manager, disk, urn, effect(urn));
      };
      await scheduler.waitFor(Promise.all(chains.map(run)));
      expect(disk.durable.resources.map(({ urn }) => urn).sort()).toEqual(chains.flat());
      expect(disk.writes).toBeLessThanOrEqual(2 * chains.flat().length);
    }),
  );
});

it("shares writes between steps that run together", async () => {
  const disk = new Disk(undefined);
  const manager = new SnapshotManager({ resources: [], pendingOperations: [] }, disk.write);
  const urns = Array.from({ length: 1000 }, (_, at) => `urn:${at}`);
  await Promise.all(urns.map((urn) => create(manager, disk, urn, async () => {})));
  expect(disk.durable.resources).toHaveLength(1000);
  expect(disk.writes).toBeLessThanOrEqual(4);
});

it("starts nothing whose announcement did not reach the disk", async () => {
  const full = new Error("no space is left");
  let made = false;
  const manager = new SnapshotManager({ resources: [], pendingOperations: [] }, async () => {
    throw full;
  });
  const step = create(manager, new Disk(undefined), "urn:0", async () => {
    made = true;
  });
  await expect(step).rejects.toBe(full);
  expect(made).toBe(false);
});
