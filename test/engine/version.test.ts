import { expect, it } from "vitest";
import { satisfies } from "../../engine/version.js";

it.each([
  ["3.260.0", ">=3.100.0 <4.0.0", true],
  ["3.260.0", ">= 3.260.0", true],
  ["3.260.0", ">3.260.0", false],
  ["3.260.0", "3.x", true],
  ["3.260.0", "3.259.x || 3.260.x", true],
  ["3.260.0", "!=3.260.0", false],
  ["3.260.0", "!3.259.x", true],
  ["3.260.0", ">3.x", false],
  ["3.260.0", ">=3.260.x", true],
  ["3.260.0", "<=3.x", true],
  ["3.260.0", "<3.260.x", false],
  ["3.260.0-beta.2", ">=3.260.0", false],
  ["3.260.0-beta.2", ">3.260.0-beta.1 <3.260.0", true],
  ["3.260.0-beta.10", ">3.260.0-beta.9", true],
  ["3.260.0-alpha", "<3.260.0-beta", true],
  ["3.260.0-beta", "<3.260.0-beta.1", true],
  ["3.260.0-1", "<3.260.0-alpha", true],
  ["3.260.0+build", "=3.260.0", true],
])("%s in %s: %s", (version, range, fits) => {
  expect(satisfies(version, range)).toBe(fits);
});

it.each(["", "newest", ">=3", "^3.0.0", "3.1.0 ||"])("refuses %j", (range) => {
  expect(() => satisfies("3.260.0", range)).toThrow(/is not a range of versions/);
});
