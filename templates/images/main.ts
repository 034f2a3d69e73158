import { buildImage, cleanUp } from "./builder.js";
import { releaseLocks } from "./cache.js";
import { Daemon } from "./daemon.js";
import { parseRequest } from "./description.js";
import { BuildError, redact } from "./errors.js";
import { imageTag } from "./hash.js";
import { stopPrograms } from "./run.js";

/**
 * `FLEET_IMAGE='{"name":…,"build":…}' node build.mjs [--check | --rebuild]`
 *
 * Builds the image unless the daemon has it (with --rebuild: in any case), with progress on standard error, and prints its id on standard output.
 * Exit codes: 0 done; 1 failed; 2 something that the user can mend; 3 (with --check) it is not there and has to be built.
 */
async function main(): Promise<number> {
  const request = parseRequest(process.env.FLEET_IMAGE);
  const daemon = new Daemon();
  if (process.argv.includes("--check")) {
    await daemon.describe();
    const id = await daemon.imageId(imageTag(request.name, request.build));
    if (!id) return 3;
    console.log(id);
    return 0;
  }
  console.log(await buildImage(request, daemon, process.argv.includes("--rebuild")));
  return 0;
}

let ending = false;
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  process.on(signal, () => {
    if (ending) return;
    ending = true;
    process.stderr.write("image build interrupted: cleaning up\n");
    stopPrograms()
      .then(cleanUp)
      .finally(() => {
        releaseLocks();
        process.exit(code);
      });
  });
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // Whatever fails once the build is being ended fails because of that.
    if (ending) return;
    const known = error instanceof BuildError;
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`error: ${redact(message)}\n${known && error.fix ? `  ${error.fix}\n` : ""}`);
    if (!(error instanceof Error) || (!known && error.name === "TypeError")) console.error(error);
    process.exitCode = known ? 2 : 1;
  },
);
