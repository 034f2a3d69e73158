// Runs before any npm package exists: Node's own modules only. Installs the packages that package-lock.json names if they are
// missing or of other versions, then loads the command line into this same process.
import { existsSync } from "node:fs";
import module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { InstallError, install, installed } from "./install.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Exit code of the whole process. */
async function start(args) {
  if (existsSync(join(root, "package-lock.json")) && !installed(root)) await install(root);
  if (args[0] === "--install-only") return 0;
  // Node 22 and later keep what they have compiled.
  module.enableCompileCache?.(join(root, "node_modules", ".cache", "agent-fleet-compiled"));
  const { loadBundle } = await import("./bundle.mjs");
  const bundle = await loadBundle(root, /^[a-z]+$/.test(args[0] ?? "") ? args[0] : undefined);
  if (bundle === undefined) return (await loadSources()).main(args);
  const code = await bundle.main(args);
  if (code === 0) bundle.keep();
  return code;
}

async function loadSources() {
  const tsx = await import(pathToFileURL(join(root, "node_modules/tsx/dist/esm/api/index.mjs")).href);
  tsx.register();
  globalThis[Symbol.for("agent-fleet.typescript")] = true;
  return import(pathToFileURL(join(root, "cli/main.ts")).href);
}

/** Who reads no more ends the wait too. */
const drained = (stream) =>
  new Promise((done) => {
    stream.once("error", done);
    stream.write("", () => done());
  });

try {
  const code = await start(process.argv.slice(2));
  // A pipe takes 64 KiB at a time: what it has not taken yet would be lost.
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  process.exit(code);
} catch (error) {
  if (!(error instanceof InstallError)) throw error;
  process.stderr.write(`error: ${error.message}\n  fix: ${error.fix}\n`);
  process.exit(1);
}
