// The command line and the engine as a few JavaScript files, made when the sources are run for the first time. Loading some two hundred
// TypeScript files through a loader takes several times as long. Node's own modules, and the esbuild that tsx brings.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";

const ROOMS = ["cli", "engine", "spec"];
/** Bundles of other states of the sources are kept for this long, in milliseconds: a running process may still load parts of them. */
const KEPT = 7 * 24 * 3600 * 1000;

/**
 * The file to load in place of cli/main.ts, made if these very sources have none yet. Undefined if none can be made: the sources
 * themselves do as well.
 */
export async function bundle(root) {
  if (process.env.FLEET_NO_BUNDLE) return undefined;
  try {
    const cache = join(root, "node_modules", ".cache", "agent-fleet");
    const folder = join(cache, fingerprint(root));
    const main = join(folder, "main.mjs");
    if (!existsSync(main)) await build(root, cache, folder);
    return main;
  } catch {
    return undefined;
  }
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
  return hash
    .update(readFileSync(join(root, "node_modules/tsx/package.json")))
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
      outExtension: { ".js": ".mjs" },
      absWorkingDir: root,
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node20",
      packages: "external",
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
        if (relative(root, path).startsWith("..")) return undefined;
        const text = readFileSync(path, "utf8");
        return { contents: text.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)), loader: "ts" };
      });
    },
  };
}

function removeOld(cache) {
  const now = Date.now();
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (now - statSync(path).mtimeMs > KEPT) rmSync(path, { recursive: true, force: true });
  }
}
