import { describe, expect, it } from "vitest";
import { cidrRange, overlap } from "../../../../engine/providers/docker/cidr.js";
import { duration, nanoseconds } from "../../../../engine/providers/docker/duration.js";
import { parseDockerignore } from "../../../../engine/providers/docker/image/dockerignore.js";
import { registryOf } from "../../../../engine/providers/docker/image/registry-auth.js";
import { contains, steps } from "../../../../engine/providers/docker/path.js";

describe("dockerignore", () => {
  it.each<[string, string[], string[]]>([
    ["*.log", ["a.log"], ["sub/a.log", "alog"]],
    ["**/*.log", ["a.log", "sub/deep/a.log"], ["a.txt"]],
    ["node_modules", ["node_modules", "node_modules/a/b"], ["sub/node_modules", "node_modules2"]],
    ["/build/", ["build/x"], ["sub/build"]],
    ["docs\n!docs/README.md", ["docs/a.md"], ["docs/README.md"]],
    ["*\n!src\nsrc/*.test.ts", ["a", "src/a.test.ts"], ["src/a.ts", "src/sub/b.test.ts"]],
    ["temp?\n# comment\n\n[ab].txt", ["temp1", "a.txt"], ["temp", "temp12", "c.txt"]],
    ["./a/../b", ["b"], ["a"]],
  ])("of %j", (text, ignored, kept) => {
    const ignores = parseDockerignore(text);
    expect([...ignored, ...kept].filter((path) => ignores(path))).toEqual(ignored);
  });
});

describe("small parts", () => {
  it("reads Go's durations", () => {
    expect([nanoseconds("1m30s"), nanoseconds("1.5s"), nanoseconds("0"), nanoseconds("5 s")]).toEqual([
      90e9,
      1.5e9,
      0,
      undefined,
    ]);
    expect([duration(90e9), duration(0), duration(5e8), duration(3600e9)]).toEqual(["1m30s", "0s", "500ms", "1h0m0s"]);
  });

  it("knows when subnets overlap", () => {
    expect(overlap("10.0.0.0/8", "10.1.2.0/24")).toBe(true);
    expect(overlap("10.0.0.0/24", "10.0.1.0/24")).toBe(false);
    expect(overlap("fd00::/64", "fd00::1:0/112")).toBe(true);
    expect(cidrRange("10.0.0.0")).toBeUndefined();
  });

  it("reads property paths", () => {
    expect(steps('logOpts["max-size"].a[0]')).toEqual(["logOpts", "max-size", "a", 0]);
    expect(contains("labels[*].value", "labels[3].value")).toBe(true);
    expect(contains("labels[0]", "labels")).toBe(false);
  });

  it("knows an image's registry", () => {
    expect(
      ["debian:12", "library/debian", "ghcr.io/a/b:1", "localhost:5000/x", "docker.io/a/b"].map(registryOf),
    ).toEqual(["docker.io", "docker.io", "ghcr.io", "localhost:5000", "docker.io"]);
  });
});
