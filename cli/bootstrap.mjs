// Runs before any npm package exists: Node's own modules only. Installs the packages that package-lock.json names if they are
// missing or of other versions, then loads the command line into this same process.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { InstallError, install, installed } from "./install.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Exit code of the whole process. */
async function start(args) {
  if (existsSync(join(root, "package-lock.json")) && !installed(root)) await install(root);
  if (args[0] === "--install-only") return 0;
  const tsx = await import(pathToFileURL(join(root, "node_modules/tsx/dist/esm/api/index.mjs")).href);
  tsx.register();
  const { main } = await import(pathToFileURL(join(root, "cli/main.ts")).href);
  return main(args);
}

try {
  process.exit(await start(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof InstallError)) throw error;
  process.stderr.write(`error: ${error.message}\n  fix: ${error.fix}\n`);
  process.exit(1);
}
