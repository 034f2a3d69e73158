import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import type { Project } from "../../engine/project/project.js";
import { openProject } from "../../engine/project/project.js";
import type { Version } from "../../review/types.js";
import { FleetError } from "../errors.js";
import { install, installed } from "../install.mjs";
import { textOf } from "../text-of.js";
import { git, gitIfThere } from "./git.js";

const MAIN_BRANCHES = ["main", "master"];

/** What is not committed, as a version. */
export const WORKING_TREE = "working tree";

/** A version's files on this machine. */
export interface Checkout {
  version: Version;
  /** The project's folder in it. */
  root: string;
  project: Project;
}

/** Where a project is in its git repository. */
export interface Repository {
  /** The repository's folder. */
  top: string;
  /** The project's folder below it, `""` or `infra/fleet`. */
  prefix: string;
}

export async function repositoryOf({ root }: Project): Promise<Repository> {
  const top = (await git(root, ["rev-parse", "--show-toplevel"], `${root} has no versions`)).trim();
  const prefix = (await git(root, ["rev-parse", "--show-prefix"], `${root} has no versions`)).trim().replace(/\/$/, "");
  return { top, prefix };
}

/** The commit that is compared with: the one named, or where the work left the main branch. Throws FleetError if there is none. */
export async function baseVersion({ top }: Repository, named: string | undefined, head = "HEAD"): Promise<Version> {
  if (named !== undefined) return { commit: await commitOf(top, named), name: named };
  const main = await mainBranch(top);
  const base = await gitIfThere(top, ["merge-base", head, main]);
  if (base) return { commit: base, name: main };
  throw new FleetError(
    `${head} and ${main} have no commit in common here`,
    "in a shallow clone fetch more of the history (`git fetch --unshallow`, on GitHub `fetch-depth: 0`), or name the base",
  );
}

export async function headVersion({ top }: Repository, named: string | undefined): Promise<Version> {
  if (named !== undefined) return { commit: await commitOf(top, named), name: named };
  const branch = await gitIfThere(top, ["symbolic-ref", "--short", "-q", "HEAD"]);
  const clean = (await git(top, ["status", "--porcelain", "-uall"], "cannot look for changes")).trim() === "";
  const commit = clean ? await commitOf(top, "HEAD") : WORKING_TREE;
  return { commit, name: branch || "HEAD" };
}

async function commitOf(top: string, name: string): Promise<string> {
  const commit = await gitIfThere(top, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]);
  if (commit) return commit;
  throw new FleetError(`there is no commit "${name}" here`, "name a branch, a tag or a commit that this clone has");
}

async function mainBranch(top: string): Promise<string> {
  const remote = await gitIfThere(top, ["symbolic-ref", "--short", "-q", "refs/remotes/origin/HEAD"]);
  const candidates = [...(remote ? [remote] : []), ...MAIN_BRANCHES.map((name) => `origin/${name}`), ...MAIN_BRANCHES];
  for (const name of candidates) {
    if (await gitIfThere(top, ["rev-parse", "--verify", "--quiet", `${name}^{commit}`])) return name;
  }
  throw new FleetError(
    "there is no main branch here to compare with",
    "name the base: ./fleet diff <commit or branch>",
  );
}

/** Files that differ, relative to the project. Those that git ignores do not count. */
export async function changedFiles(repository: Repository, base: Version, head: Version): Promise<string[]> {
  const { top, prefix } = repository;
  const working = head.commit === WORKING_TREE;
  const range = working ? [base.commit] : [base.commit, head.commit];
  const tracked = await git(top, ["diff", "--name-only", "--no-renames", "-z", ...range, "--"], "cannot compare");
  const others = working
    ? await git(top, ["ls-files", "--others", "--exclude-standard", "-z"], "cannot look for new files")
    : "";
  const inside = (file: string) => (prefix === "" ? file : relative(prefix, file));
  return [...tracked.split("\0"), ...others.split("\0")]
    .filter((file) => file !== "")
    .map(inside)
    .filter((file) => !file.startsWith(`..${sep}`))
    .sort();
}

/**
 * A commit's files in a folder of their own, with the npm packages that its lock file names. `like` lends its packages where the locks are the
 * same. The folder goes with `dispose`.
 */
export async function checkOut(
  repository: Repository,
  version: Version,
  like: Project,
): Promise<Checkout & { dispose: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "fleet-version-"));
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    const index = join(folder, "index");
    const files = join(folder, "files");
    const env = { GIT_INDEX_FILE: index };
    const what = `cannot take ${version.name} out of git`;
    await git(repository.top, ["read-tree", version.commit], what, env);
    await git(repository.top, ["checkout-index", "--all", `--prefix=${files}/`], what, env);
    const root = join(files, repository.prefix);
    if (!existsSync(join(root, "Pulumi.yaml"))) {
      throw new FleetError(`${version.name} has no Pulumi.yaml there`, "name a base that has the project already");
    }
    await providePackages(root, like);
    return { version, root, project: await openProject(root), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Puts the npm packages of a version where its program finds them. */
async function providePackages(root: string, like: Project): Promise<void> {
  const lock = textOf(join(root, "package-lock.json"));
  const target = join(root, "node_modules");
  const lent = join(like.root, "node_modules");
  if (lock === undefined || (lock === textOf(join(like.root, "package-lock.json")) && existsSync(lent))) {
    if (existsSync(lent)) await symlink(lent, target, "dir");
    return;
  }
  await symlink(join(await packagesOf(root, lock), "node_modules"), target, "dir");
}

/** Packages that no comparison has used for this long are removed, in milliseconds: they take some 500 MB. */
const KEPT = 14 * 24 * 3600 * 1000;

/** A folder with the packages of a lock file, kept for the next time. */
async function packagesOf(root: string, lock: string): Promise<string> {
  const manifest = textOf(join(root, "package.json")) ?? "{}";
  const hash = createHash("sha256").update(lock).update(manifest).digest("hex").slice(0, 24);
  const cache = join(homedir(), ".cache", "agent-fleet", "packages");
  const folder = join(cache, `${hash}-node${process.versions.node}`);
  await mkdir(cache, { recursive: true });
  const now = new Date();
  if (existsSync(folder) && installed(folder)) {
    await utimes(folder, now, now);
    return folder;
  }
  for (const name of await readdir(cache)) {
    // Another run may be about the same.
    const mtime = (await stat(join(cache, name)).catch(() => undefined))?.mtimeMs ?? now.getTime();
    if (now.getTime() - mtime > KEPT) await rm(join(cache, name), { recursive: true, force: true });
  }
  const draft = `${folder}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft);
  try {
    await writeFile(join(draft, "package.json"), manifest);
    await writeFile(join(draft, "package-lock.json"), lock);
    const npmrc = textOf(join(root, ".npmrc"));
    if (npmrc !== undefined) await writeFile(join(draft, ".npmrc"), npmrc);
    await install(draft);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another run may have been faster.
    if (existsSync(folder) && installed(folder)) return folder;
    const { message, fix } = error as Error & { fix?: string };
    throw new FleetError(message, fix);
  }
  return folder;
}
