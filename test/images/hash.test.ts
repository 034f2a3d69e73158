import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PackagesBuild } from "../../templates/images/description.js";
import { baseTag, imageTag } from "../../templates/images/hash.js";
import { npmRecipes } from "../../templates/images/recipes.js";

const openclaw: PackagesBuild = {
  debian: { suite: "bookworm", packages: ["ca-certificates", "git", "curl"] },
  node: "24.21.0",
  npm: { openclaw: "2026.9.6" },
};

describe("imageTag", () => {
  it("is a reference that no registry serves, with sixteen hex digits of its content", () => {
    expect(imageTag("openclaw", openclaw)).toMatch(/^fleet\.local\/openclaw:[0-9a-f]{16}$/);
  });

  it("does not depend on order, repetition or written-out defaults", () => {
    const other: PackagesBuild = {
      npm: { openclaw: "2026.9.6" },
      user: 1000,
      debian: { packages: ["git", "curl", "ca-certificates", "git"] },
      node: "24.21.0",
    };
    expect(imageTag("a", other)).toBe(imageTag("a", openclaw));
  });

  it("is the same for any order of the packages", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9+.-]{1,12}$/), { minLength: 2 });
    fc.assert(
      fc.property(names, (packages) => {
        const tag = imageTag("a", { debian: { packages } });
        expect(imageTag("a", { debian: { packages: [...packages].reverse() } })).toBe(tag);
        expect(imageTag("a", { debian: { packages: packages.slice(1) } })).not.toBe(tag);
      }),
    );
  });

  it.each<[string, Partial<PackagesBuild>]>([
    ["suite", { debian: { suite: "trixie", packages: openclaw.debian.packages } }],
    ["packages", { debian: { suite: "bookworm", packages: ["git"] } }],
    ["node", { node: "24.20.0" }],
    ["npm version", { npm: { openclaw: "2026.2.22" } }],
    ["another npm package", { npm: { openclaw: "2026.9.6", mcporter: "0.12.3" } }],
    ["overrides", { npmOverrides: { zod: "4.0.0" } }],
    ["user", { user: 1001 }],
  ])("changes with the %s", (_, change) => {
    expect(imageTag("a", { ...openclaw, ...change })).not.toBe(imageTag("a", openclaw));
  });

  it("shares the Debian layer between images with the same packages only", () => {
    expect(baseTag(openclaw)).toBe(baseTag({ debian: openclaw.debian }));
    expect(baseTag(openclaw)).not.toBe(baseTag({ debian: { packages: ["git"] } }));
  });

  it("has no part of what only serves the build", () => {
    const before = imageTag("a", openclaw);
    process.env.NODE_EXTRA_CA_CERTS_TEST = "x";
    process.env.http_proxy_test = "http://user:secret@proxy";
    expect(imageTag("a", openclaw)).toBe(before);
    delete process.env.NODE_EXTRA_CA_CERTS_TEST;
    delete process.env.http_proxy_test;
  });
});

describe("lock files", () => {
  const locks = Object.entries(npmRecipes).flatMap(([name, { versions = {} }]) =>
    Object.entries(versions).flatMap(([version, { lock }]) => (lock ? [{ name, version, lock }] : [])),
  );

  it.each(locks)(
    "$name $version: is the one that the recipe names, for that version, from no particular registry",
    (entry) => {
      const text = readFileSync(new URL(`../../templates/images/locks/${entry.lock.file}`, import.meta.url));
      expect(createHash("sha256").update(text).digest("hex")).toBe(entry.lock.sha256);
      const { packages } = JSON.parse(text.toString());
      expect(packages[`node_modules/${entry.name}`].version).toBe(entry.version);
      const others = Object.entries<{ resolved?: string; integrity?: string; inBundle?: boolean }>(packages).slice(1);
      expect(others.length).toBeGreaterThan(100);
      for (const [path, item] of others) {
        expect(item.resolved, path).toBeUndefined();
        if (!item.inBundle) expect(item.integrity, path).toMatch(/^sha\d+-/);
      }
    },
  );
});
