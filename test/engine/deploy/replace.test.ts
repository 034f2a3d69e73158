import { afterEach, describe, expect, it } from "vitest";
import { TestStack } from "../support/stack.js";

let stack: TestStack;
afterEach(() => stack.remove());

/** A chain of unique names: replacing the first deletes and makes anew what is linked to it, but not what only reads a value. */
const chain = (zone: string) => `
  const base = new Named("base", { zone: "${zone}" });
  const tied = new Named("tied", { link: base.id });
  const far = new Thing("far", { link: tied.id });
  new Thing("reader", { from: base.address });
  new Thing("bystander");`;

describe("replacement", () => {
  it("waits for a deletion of another chain before it makes what was deleted there", async () => {
    stack = new TestStack();
    stack.program(chain("1"));
    await stack.up();
    stack.cloud.done();
    // `tied` no longer depends on `base`, so both are registered at once; its old object has to go before base's.
    stack.cloud.latency = 100;
    stack.program(`new Named("base", { zone: "2" }); new Thing("filler"); new Named("tied", { link: undefined });`);
    await stack.up();
    const done = stack.cloud.done();
    expect(done.indexOf("delete tied")).toBeLessThan(done.indexOf("delete base"));
    expect(done.indexOf("delete tied")).toBeLessThan(done.indexOf("create tied"));
    expect(stack.cloud.names()).toEqual(["base", "filler", "tied"]);
  });
});
