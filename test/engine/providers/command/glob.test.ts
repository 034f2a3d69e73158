import { describe, expect, it } from "vitest";
import { globExpression } from "../../../../engine/providers/command/assets.js";

describe("globs", () => {
  it.each([
    ["*.js", ["a.js", ".js"], ["a/b.js", "a.jsx"]],
    ["src/**", ["src/a", "src/a/b"], ["src", "asrc/a"]],
    ["**.js", ["a.js", "a/b.js"], ["a.ts"]],
    ["a?c", ["abc"], ["a/c", "ac"]],
    ["[a-c]x", ["ax"], ["dx"]],
    ["[!a-c]x", ["dx"], ["ax"]],
    ["*.{md,txt}", ["a.md", "b.txt"], ["a.js"]],
    ["a+(b).c", ["a+(b).c"], ["aab.c"]],
    ["\\*", ["*"], ["a"]],
  ])("%s", (glob, matching, others) => {
    for (const path of matching) expect(globExpression(glob).test(path)).toBe(true);
    for (const path of others) expect(globExpression(glob).test(path)).toBe(false);
  });
});
