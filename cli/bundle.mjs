// The command line and the engine as one JavaScript file, made when the sources are run for the first time, with what V8 has compiled of
// it. Loading some two hundred TypeScript files through a loader takes several times as long. Node's own modules, and the esbuild that
// tsx brings.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";

const ROOMS = ["cli", "engine", "review", "spec"];
/** Packages that are not part of it: a program that runs in this process shares them, or they look for files beside themselves. */
const EXTERNAL = ["@grpc/*", "@pulumi/*", "google-protobuf", "dockerode", "tsx"];
/** Bundles of other states of the sources are kept for this long, in milliseconds: a running process may still use their files. */
const KEPT = 7 * 24 * 3600 * 1000;

/**
 * Loads what cli/main.ts exports, from a bundle that is made if these very sources have none yet. Undefined if none can be made: the
 * sources themselves do as well. `keep` writes what has been compiled to where the next start finds it.
 *
 * @param verb whose functions are kept compiled; undefined: none are
 */
export async function loadBundle(root, verb) {
  if (process.env.FLEET_NO_BUNDLE) return undefined;
  let file;
  try {
    const cache = join(root, "node_modules", ".cache", "agent-fleet");
    const folder = join(cache, fingerprint(root));
    file = join(folder, "main.cjs");
    if (!existsSync(file)) await build(root, cache, folder);
  } catch {
    return undefined;
  }
  return run(file, verb && join(dirname(file), `main.${verb}.compiled`));
}

/** Of every source file, by its content: whatever changes them, the bundle is made anew. */
function fingerprint(root) {
  const hash = createHash("sha256").update(`${root}\0${process.versions.node}\0`);
  for (const room of ROOMS) {
    const files = readdirSync(join(root, room), { recursive: true }).filter((name) => /\.(ts|mjs|json)$/.test(name));
    for (const file of files.sort()) {
      const content = readFileSync(join(root, room, file));
      hash.update(`${room}/${file}\0${content.length}\0`).update(content);
    }
  }
  // The packages that are in it as well.
  return hash
    .update(readFileSync(join(root, "node_modules/.package-lock.json")))
    .digest("hex")
    .slice(0, 32);
}

async function build(root, cache, folder) {
  const tsx = createRequire(join(root, "node_modules", "tsx", "package.json"));
  const esbuild = tsx("esbuild");
  mkdirSync(cache, { recursive: true });
  removeOld(cache);
  const draft = `${folder}.${process.pid}`;
  try {
    await esbuild.build({
      entryPoints: { main: join(root, "cli/main.ts") },
      outdir: draft,
      outExtension: { ".js": ".cjs" },
      absWorkingDir: root,
      bundle: true,
      format: "cjs",
      platform: "node",
      target: "node20",
      external: EXTERNAL,
      logLevel: "silent",
      plugins: [inPlace(root)],
    });
    // In one go: another process has it whole or not at all.
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** Sources find what lies beside them by `import.meta.url`: in the bundle it still names the source. */
function inPlace(root) {
  return {
    name: "in-place",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const place = relative(root, path);
        if (place.startsWith("..") || place.startsWith("node_modules")) return undefined;
        const text = readFileSync(path, "utf8");
        return { contents: text.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)), loader: "ts" };
      });
    },
  };
}

/** Runs the bundle as Node runs a CommonJS module, but with what was compiled of it before. It has no import() of packages. */
function run(file, compiled) {
  const cachedData = compiled && existsSync(compiled) ? readFileSync(compiled) : undefined;
  const script = new Script(Module.wrap(readFileSync(file, "utf8")), { filename: file, cachedData });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  const keep = () => {
    if (compiled === undefined || (cachedData !== undefined && !script.cachedDataRejected)) return;
    const draft = `${compiled}.${process.pid}`;
    try {
      writeFileSync(draft, script.createCachedData());
      renameSync(draft, compiled);
    } catch {
      // A full disk, say: the next start compiles it again.
      rmSync(draft, { force: true });
    }
  };
  return { ...module.exports, keep };
}

function removeOld(cache) {
  const now = Date.now();
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (now - statSync(path).mtimeMs > KEPT) rmSync(path, { recursive: true, force: true });
  }
}
