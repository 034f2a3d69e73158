import { expect, it } from "vitest";
import { written } from "../../policies/remediation.js";
import { UNKNOWN } from "../../policies/rule.js";

it("writes what changed, and leaves alone what it knows nothing of", () => {
  const untouched = { marked: "as the SDK has it" };
  const inputs = { a: 1, gone: 2, deep: { b: 1, kept: untouched }, later: "sentinel" };
  const before = { a: 1, gone: 2, deep: { b: 1, kept: { marked: "seen" } }, later: UNKNOWN };
  const after = { a: 2, deep: { b: 3, kept: { marked: "seen" }, added: true }, later: UNKNOWN };
  expect(written(inputs, before, after)).toBe(inputs);
  expect(inputs).toEqual({ a: 2, deep: { b: 3, kept: untouched, added: true }, later: "sentinel" });
  expect(inputs.deep.kept).toBe(untouched);
});

it("does not move what is known only later", () => {
  const inputs = { a: "sentinel", b: 1 };
  expect(written(inputs, { a: UNKNOWN, b: 1 }, { a: UNKNOWN, b: UNKNOWN })).toBeUndefined();
  expect(inputs).toEqual({ a: "sentinel", b: 1 });
});
