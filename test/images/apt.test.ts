import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hostSources } from "../../templates/images/apt.js";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fleet-apt-"));
  mkdirSync(join(root, "sources.list.d"));
});
afterEach(() => rmSync(root, { recursive: true }));

const suites = ["bookworm", "bookworm-updates", "bookworm-security"];

describe("hostSources", () => {
  it("reads both formats, comments, several suites and options", () => {
    writeFileSync(
      join(root, "sources.list"),
      [
        "# deb http://old.example/debian bookworm main",
        "deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib",
        "deb-src http://mirror.example/debian bookworm main",
      ].join("\n"),
    );
    writeFileSync(
      join(root, "sources.list.d/security.sources"),
      [
        "Types: deb",
        "# a remark between the fields",
        "URIs: http://mirror.example/security",
        "Suites: bookworm-updates",
        "  bookworm-security",
        "Components: main",
        "",
        "Types: deb",
        "URIs: http://off.example/debian",
        "Suites: bookworm",
        "Components: main",
        "Enabled: no",
      ].join("\n"),
    );
    expect(hostSources(suites, root)).toEqual([
      "deb http://mirror.example/debian bookworm main",
      "deb http://mirror.example/security bookworm-updates main",
      "deb http://mirror.example/security bookworm-security main",
    ]);
  });

  it("has nothing to offer on another release", () => {
    writeFileSync(join(root, "sources.list"), "deb http://archive.ubuntu.com/ubuntu noble main universe\n");
    expect(hostSources(suites, root)).toEqual([]);
  });

  it("has nothing to offer where there is no apt", () => {
    expect(hostSources(suites, join(root, "missing"))).toEqual([]);
  });
});
