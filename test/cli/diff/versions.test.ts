// Which versions are compared, and what is said where they cannot be.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Review } from "../../../review/types.js";
import { Repository } from "./repository.js";

const fleet = new Repository();
const folder = mkdtempSync(join(tmpdir(), "fleet-versions-"));
afterAll(() => {
  fleet.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => fleet.git("checkout", "--quiet", "--force", "main"));

const MEMORY = (repository: Repository) => repository.edit("stacks/Pulumi.web.yaml", "memory: 1GiB", "memory: 2GiB");

describe("./fleet diff compares", () => {
  it("what is not committed, new files too, with where the work left the main branch", async () => {
    fleet.branch("work", MEMORY);
    // Main goes on: that is no part of the work.
    fleet.git("checkout", "--quiet", "main");
    const left = fleet.git("rev-parse", "HEAD").trim();
    fleet.edit("stacks/Pulumi.team.yaml", "s-2vcpu-4gb", "s-4vcpu-8gb");
    fleet.commit("On main");
    fleet.git("checkout", "--quiet", "work");
    fleet.write("stacks/Pulumi.fresh.yaml", fleet.read("stacks/Pulumi.hub.yaml").replaceAll("team", "fresh"));
    const { stdout, code, stderr } = await fleet.diff("--json");
    expect(stderr).not.toContain("error:");
    const { base, head, stacks, unaffected } = JSON.parse(stdout) as Review;
    expect(base).toEqual({ commit: left, name: "main" });
    expect(head).toEqual({ commit: "working tree", name: "work" });
    expect(stacks.map(({ stack, reasons }) => [stack, ...reasons.map(({ kind }) => kind)])).toEqual([
      ["fresh", "new"],
      ["web", "stack-file"],
    ]);
    expect(unaffected).toEqual(["hub", "team"]);
    expect(code).toBe(0);
    rmSync(join(fleet.root, "stacks/Pulumi.fresh.yaml"));
    fleet.git("checkout", "--quiet", "main");
    fleet.git("reset", "--quiet", "--hard", "HEAD~1");
  });

  it("and leaves nothing behind: no file, no branch, no worktree", async () => {
    const before = [fleet.git("status", "--porcelain"), fleet.git("worktree", "list"), fleet.git("branch")];
    fleet.branch("other", MEMORY);
    fleet.git("checkout", "--quiet", "main");
    const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("fleet-version-"));
    const known = folders();
    expect((await fleet.diff("main", "--head", "other")).code).toBe(0);
    expect(folders().filter((name) => !known.includes(name))).toEqual([]);
    fleet.git("branch", "--quiet", "-D", "other");
    expect([fleet.git("status", "--porcelain"), fleet.git("worktree", "list"), fleet.git("branch")]).toEqual(before);
  });

  it("a plan that its stack's file, or a label of the pull request, acknowledges", async () => {
    fleet.branch("lossy", () =>
      fleet.edit("stacks/Pulumi.web.yaml", "        cache: { path: /cache, deleteData: true }\n", ""),
    );
    const label = { name: "acknowledge-loss:web/web-ada-cache-volume", description: "It is only a cache" };
    fleet.write("labels.out", JSON.stringify([{ name: "bug" }, label]));
    const { stdout, code } = await fleet.diff("main", "--labels", "labels.out", "--json");
    const [{ losses }] = (JSON.parse(stdout) as Review).stacks as [Review["stacks"][0]];
    expect(losses.map(({ name, acknowledged }) => [name, acknowledged])).toEqual([
      ["web-ada-cache-volume", { reason: "It is only a cache", by: "label" }],
    ]);
    expect(code).toBe(0);
    expect((await fleet.diff("main")).code).toBe(9);
  });
});

describe("./fleet diff says what is wrong with", () => {
  it.each([
    [["nowhere"], 'there is no commit "nowhere" here'],
    [["main", "--head", "nowhere"], 'there is no commit "nowhere" here'],
    [["--upload-pack=x"], "unknown option"],
    [["main", "--labels", "missing.json"], "cannot read the labels in missing.json"],
    [["main", "--comment", "no/folder/comment.md"], "cannot write no/folder/comment.md"],
  ])("%j", async (args, message) => {
    const { code, stderr } = await fleet.diff(...args);
    expect(stderr).toContain(`error: ${message}`);
    expect(stderr).toContain("fix: ");
    expect(code).toBe(2);
  });

  it("a folder that is no clone", async () => {
    symlinkSync(join(fleet.root, "index.ts"), join(folder, "index.ts"));
    symlinkSync(join(fleet.root, "stacks"), join(folder, "stacks"));
    symlinkSync(join(fleet.root, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    const { code, stderr } = await fleet.diff("-C", folder);
    expect(stderr).toMatch(/error: .* has no versions: fatal: not a git repository/);
    expect(stderr).toContain("fix: run it in a git clone");
    expect(code).toBe(2);
  });

  it("a clone that does not reach back to the main branch", async () => {
    fleet.branch("far", MEMORY);
    fleet.git("checkout", "--quiet", "main");
    fleet.commit("Main goes on");
    const shallow = join(folder, "shallow");
    execFileSync("git", ["clone", "--quiet", "--depth=1", "--branch=far", `file://${fleet.root}`, shallow]);
    execFileSync("git", ["-C", shallow, "fetch", "--quiet", "--depth=1", "origin", "main:refs/remotes/origin/main"]);
    const { code, stderr } = await fleet.diff("-C", shallow);
    expect(stderr).toContain("have no commit in common here");
    expect(stderr).toContain("git fetch --unshallow");
    expect(code).toBe(2);
  });
});
