import { describe, expect, it } from "vitest";
import { comparePackages } from "../../../cli/review/affected/packages.js";

const lock = (packages: Record<string, object>) => JSON.stringify({ packages });
const base = lock({
  "": {},
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a1", dependencies: { b: "^1" } },
  "node_modules/b": { version: "1.0.0", integrity: "sha512-b1" },
  "node_modules/a/node_modules/b": { version: "0.9.0", integrity: "sha512-b0" },
  "node_modules/other": { version: "1.0.0", integrity: "sha512-o1" },
});

describe("comparePackages", () => {
  it("tells of what is used, and of what that needs, from the place where Node finds it", () => {
    const head = base.replace("0.9.0", "0.9.1").replace("sha512-b0", "sha512-b01");
    expect(comparePackages(base, head)(new Set(["a"]))).toEqual([{ name: "b", before: "0.9.0", after: "0.9.1" }]);
    expect(comparePackages(base, head)(new Set(["b"]))).toEqual([]);
  });

  it("does not tell of what is not used", () => {
    const head = base.replace('"node_modules/other":{"version":"1.0.0"', '"node_modules/other":{"version":"2.0.0"');
    expect(head).not.toBe(base);
    expect(comparePackages(base, head)(new Set(["a", "b"]))).toEqual([]);
    expect(comparePackages(base, head)(new Set(["other"]))).toHaveLength(1);
  });

  it("sees other content under the same version, and what is new or gone", () => {
    const same = base.replace("sha512-b1", "sha512-evil");
    expect(comparePackages(base, same)(new Set(["b"]))).toEqual([{ name: "b", before: "1.0.0", after: "1.0.0" }]);
    const gone = lock({ "": {} });
    expect(comparePackages(base, gone)(new Set(["other"]))).toEqual([
      { name: "other", before: "1.0.0", after: undefined },
    ]);
    expect(comparePackages(gone, base)(new Set(["other"]))).toEqual([
      { name: "other", before: undefined, after: "1.0.0" },
    ]);
  });

  it("cannot tell from a lock file that cannot be read", () => {
    expect(comparePackages(base, "{")(new Set(["a"]))).toBeUndefined();
  });
});
