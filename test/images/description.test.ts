import { describe, expect, it } from "vitest";
import { normalize, type PackagesBuild, parseRequest } from "../../templates/images/description.js";
import { BuildError, redact } from "../../templates/images/errors.js";

const build = (change: object): PackagesBuild => ({ debian: { packages: ["curl"] }, ...change }) as PackagesBuild;

describe("normalize", () => {
  it("fills every default", () => {
    expect(normalize({ debian: { packages: [] } })).toEqual({
      suite: "bookworm",
      packages: [],
      node: null,
      npm: [],
      npmOverrides: [],
      user: 1000,
    });
  });

  it.each<[string, object, RegExp]>([
    [
      "an option in place of a package",
      { debian: { packages: ["--aptopt=x"] } },
      /build\.debian\.packages\[0\] is "--aptopt=x"/,
    ],
    ["a shell command in place of a suite", { debian: { suite: "x; rm -rf /", packages: [] } }, /build\.debian\.suite/],
    [
      "a range",
      { node: "24.21.0", npm: { openclaw: "^2026.9.6" } },
      /build\.npm\.openclaw is "\^2026\.9\.6": expected an exact/,
    ],
    ["a number for a version", { node: 24 }, /build\.node is 24/],
    ["npm packages without Node", { npm: { openclaw: "2026.9.6" } }, /build\.npm needs build\.node/],
    ["a path in place of a package", { node: "24.21.0", npm: { "../../etc": "1.0.0" } }, /npm package name/],
    ["root", { user: 0 }, /build\.user is 0/],
    ["an unknown key", { nodes: "24.21.0" }, /build\.nodes is not known/],
    ["packages that are no list", { debian: { packages: "curl" } }, /build\.debian\.packages is not a list/],
  ])("refuses %s and says where", (_, change, message) => {
    expect(() => normalize(build(change))).toThrow(BuildError);
    expect(() => normalize(build(change))).toThrow(message);
  });
});

describe("parseRequest", () => {
  it.each([
    [undefined, /FLEET_IMAGE is not set/],
    ["{", /FLEET_IMAGE is not JSON/],
    ["[]", /FLEET_IMAGE is not a mapping/],
    ['{"name":"A/b","build":{}}', /name is "A\/b"/],
    ['{"name":"a"}', /build is missing/],
  ])("refuses %s", (text, message) => {
    expect(() => parseRequest(text)).toThrow(message);
  });
});

it("takes credentials out of addresses and leaves the rest", () => {
  expect(redact("GET https://joe:pa:ss@npm.example.com/x via http://p@proxy:3128 for a@b.c")).toBe(
    "GET https://***@npm.example.com/x via http://***@proxy:3128 for a@b.c",
  );
});
