// Another provider SDK: each version runs with its own npm packages, which come from the registry.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { Review } from "../../../review/types.js";
import { Repository } from "./repository.js";

const OTHER = "4.68.0";
const npm = (...args: string[]) => execFileSync("npm", args, { encoding: "utf8" }).trim();
const home = mkdtempSync(join(tmpdir(), "fleet-home-"));
// What is downloaded is kept where npm keeps it; what is installed goes with the test.
const fleet = new Repository({
  HOME: home,
  npm_config_cache: npm("config", "get", "cache"),
  npm_config_registry: npm("config", "get", "registry"),
});
afterAll(() => {
  fleet.close();
  rmSync(home, { recursive: true, force: true });
});

/** Only what the program needs, so that it is installed quickly. */
function withoutDevelopment(repository: Repository): void {
  const manifest = JSON.parse(repository.read("package.json"));
  const { devDependencies: _, ...rest } = manifest;
  repository.write("package.json", JSON.stringify(rest));
  const lock = JSON.parse(repository.read("package-lock.json"));
  delete lock.packages[""].devDependencies;
  for (const [path, { dev, devOptional }] of Object.entries<{ dev?: boolean; devOptional?: boolean }>(lock.packages))
    if (dev || devOptional) delete lock.packages[path];
  repository.write("package-lock.json", JSON.stringify(lock));
}

it("of a provider is told as the reason, by name and version, and both versions run", async () => {
  withoutDevelopment(fleet);
  fleet.git("checkout", "--quiet", "-B", "trimmed");
  fleet.commit("Without what only development needs");
  fleet.git("checkout", "--quiet", "-B", "upgrade");
  const lock = JSON.parse(fleet.read("package-lock.json"));
  const entry = lock.packages["node_modules/@pulumi/digitalocean"];
  const { version } = entry;
  lock.packages["node_modules/@pulumi/digitalocean"] = {
    ...entry,
    version: OTHER,
    resolved: npm("view", `@pulumi/digitalocean@${OTHER}`, "dist.tarball"),
    integrity: npm("view", `@pulumi/digitalocean@${OTHER}`, "dist.integrity"),
  };
  lock.packages[""].dependencies["@pulumi/digitalocean"] = OTHER;
  fleet.write("package-lock.json", JSON.stringify(lock));
  fleet.edit("package.json", `"@pulumi/digitalocean":"${version}"`, `"@pulumi/digitalocean":"${OTHER}"`);
  fleet.commit("Another @pulumi/digitalocean");

  const { stdout, stderr, code } = await fleet.diff("trimmed", "--head", "upgrade", "--json");
  expect(stderr).not.toContain("error:");
  const { stacks, unaffected } = JSON.parse(stdout) as Review;
  const text = `@pulumi/digitalocean ${version} → ${OTHER}`;
  expect(stacks.map(({ stack, reasons }) => [stack, reasons])).toEqual([
    ["hub", [{ kind: "package", text }]],
    ["team", [{ kind: "package", text }]],
  ]);
  expect(stacks.map(({ plan }) => plan.outcome)).toEqual(["succeeded", "succeeded"]);
  expect(unaffected).toEqual(["web"]);
  expect(code).toBe(0);
}, 400_000);
