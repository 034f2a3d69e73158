import fs from "node:fs";
import { cacheDir, discard, makeWorkDir, removeLeftovers, requireSpace, withLock } from "./cache.js";
import type { Daemon } from "./daemon.js";
import { makeRootfs, requireMmdebstrap } from "./debian.js";
import { type ImageRequest, type NormalBuild, normalize } from "./description.js";
import { BuildError } from "./errors.js";
import { baseTag, foldersOf, imageTag } from "./hash.js";
import { packLayer } from "./layer.js";
import { fetchNode, type InstalledPackage, installPackage } from "./npm.js";
import { Progress } from "./progress.js";
import { npmRecipes } from "./recipes.js";
import { stopPrograms } from "./run.js";

/** Free space that a build needs: the root file system as a tar, Node, and npm packages (OpenClaw: 0.65 GiB), with room. */
const WORK_GIB = 2;
/** The same again as layers, and once more while Docker commits. */
const DAEMON_GIB = 3;

/** Go's names of architectures (the daemon's) and Node's (npm's packages, process.arch). */
const NODE_ARCH: Record<string, string> = { amd64: "x64", arm64: "arm64" };

let workDir: string | undefined;
let building: { daemon: Daemon; tag: string } | undefined;

/** Removes what the build in hand has made, when it ends early. */
export async function cleanUp(): Promise<void> {
  if (building) await building.daemon.removeBuilds(building.tag).catch(() => {});
  if (workDir) discard(workDir);
}

/**
 * Builds the image unless the daemon has it.
 *
 * @param rebuild builds it in any case, from the newest Debian packages of its release; its tags move
 * @returns its id
 */
export async function buildImage({ name, build }: ImageRequest, daemon: Daemon, rebuild: boolean): Promise<string> {
  const progress = new Progress(name);
  const tag = imageTag(name, build);
  const { arch, dataDir } = await daemon.describe();
  const known = await daemon.imageId(tag);
  if (known && !rebuild) return known;
  return withLock(
    tag,
    (text) => progress.say(text),
    async () => {
      const made = await daemon.imageId(tag);
      if (made && !rebuild) return made;
      building = { daemon, tag };
      const begun = Date.now();
      removeLeftovers((text) => progress.say(text));
      await daemon.removeBuilds(tag);
      workDir = makeWorkDir();
      try {
        requireSpace(cacheDir(), WORK_GIB, "building an image");
        // Elsewhere than on this machine there is nothing to look at.
        if (dataDir !== undefined && fs.existsSync(dataDir)) requireSpace(dataDir, DAEMON_GIB, "keeping the image");
        await assemble({ name, build }, daemon, arch, progress, workDir, rebuild);
      } finally {
        await cleanUp();
        building = undefined;
        workDir = undefined;
      }
      const id = await daemon.imageId(tag);
      if (!id) throw new Error(`${tag} was built, and the daemon does not have it`);
      progress.say(`${tag} is built (${Math.round((Date.now() - begun) / 1000)} s)`);
      return id;
    },
  );
}

async function assemble(
  { name, build }: ImageRequest,
  daemon: Daemon,
  arch: string,
  progress: Progress,
  dir: string,
  rebuild: boolean,
): Promise<void> {
  const normal = normalize(build);
  const tag = imageTag(name, build);
  const nodeArch = NODE_ARCH[arch];
  if (nodeArch !== process.arch || process.platform !== "linux") {
    throw new BuildError(
      `the Docker daemon runs on linux/${arch} and this is ${process.platform}/${process.arch}: an image can be built from packages only on the daemon's own kind of machine`,
      "Run it on a Debian or Ubuntu machine of that architecture, or use an image reference (from: ghcr.io/...)",
    );
  }
  // Debian and npm come from different places: fetched side by side, the longer one is all that it takes.
  const [base, { node, installed }] = await allOrStop([
    ensureBase(name, normal, baseTag(build), daemon, progress, dir, rebuild),
    fetchPackages(normal, nodeArch, progress, dir),
  ]);
  await progress.step("image", () =>
    daemon.derive(base, node ? packLayer(node, installed) : undefined, prepareScript(normal, installed), {
      tag,
      user: `${normal.user}:${normal.user}`,
      workingDir: homeOf(normal),
      env: node ? ["NODE_ENV=production"] : [],
      labels: { "fleet.image": name },
    }),
  );
}

/** Waits for both; when one fails the other is ended at once, and the failure is that of the first. */
async function allOrStop<A, B>(both: [Promise<A>, Promise<B>]): Promise<[A, B]> {
  try {
    return await Promise.all(both);
  } catch (error) {
    await stopPrograms();
    await Promise.allSettled(both);
    throw error;
  }
}

async function fetchPackages(
  build: NormalBuild,
  arch: string,
  progress: Progress,
  dir: string,
): Promise<{ node?: string; installed: InstalledPackage[] }> {
  if (!build.node) return { installed: [] };
  const version = build.node;
  const node = await progress.step(`Node ${version}`, () => fetchNode(version, arch, dir));
  const installed: InstalledPackage[] = [];
  for (const item of build.npm) {
    const label = `npm package ${item.join("@")}`;
    installed.push(await progress.step(label, () => installPackage(build, item, node, dir)));
  }
  return { node, installed };
}

async function ensureBase(
  name: string,
  build: NormalBuild,
  tag: string,
  daemon: Daemon,
  progress: Progress,
  dir: string,
  rebuild: boolean,
): Promise<string> {
  if (!rebuild && (await daemon.imageId(tag))) return tag;
  requireMmdebstrap();
  await withLock(
    tag,
    (text) => progress.say(text),
    async () => {
      if (!rebuild && (await daemon.imageId(tag))) return;
      const list = build.packages.join(" ") || "no packages";
      const rootfs = await progress.step(`Debian ${build.suite} with ${list}`, (detail) =>
        makeRootfs(build, dir, detail),
      );
      await progress.step(`importing Debian for ${name}`, () => daemon.importRootfs(rootfs, tag));
      fs.rmSync(rootfs);
    },
  );
  return tag;
}

const userName = (build: NormalBuild) => (build.node ? "node" : "app");
const homeOf = (build: NormalBuild) => `/home/${userName(build)}`;

/** Run in the image as root, without a network: the user, the folders of its data, the packages' own install scripts. */
function prepareScript(build: NormalBuild, installed: InstalledPackage[]): string {
  const user = userName(build);
  const own = `-o ${build.user} -g ${build.user}`;
  const folders = [
    ...build.npm.flatMap(([pkg]) => (npmRecipes[pkg]?.homeFolders ?? []).map((folder) => `${homeOf(build)}/${folder}`)),
    ...foldersOf(build),
  ];
  return [
    `groupadd --gid ${build.user} ${user}`,
    `useradd --no-log-init --uid ${build.user} --gid ${build.user} --create-home --shell /bin/bash ${user}`,
    `chmod 0700 ${homeOf(build)}`,
    ...folders.map((folder) => `install -d -m 0700 ${own} ${folder}`),
    ...installed.flatMap(({ name, scripts }) =>
      scripts.map((script) => `(cd /opt/${name}/node_modules/${name} && export HOME=/tmp && ${script})`),
    ),
    "rm -rf /tmp/* /tmp/.[!.]* /root/.npm",
  ].join("\n");
}
