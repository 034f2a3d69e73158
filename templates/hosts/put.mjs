// Puts files in place on a host: `node put.mjs` with a HostBundle (bundle.ts), or a list of them, as JSON on standard input, so that
// secrets stand on no command line and in no environment. FLEET_HOST and FLEET_SSH_OPTIONS say which host.
//
// Can be stopped at any moment and run again: what is right is left alone, and the commands after a change are owed until they have
// succeeded. `--remove`: the bundle's entry goes, and its own files with it. FLEET_CHECK in the environment: nothing is changed, and
// what differs is told, in lines for `1`, for `json` as the host's answer.
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { sshName } from "../../engine/transport/ssh-errors.mjs";
import { hostOfScript, hostReason, runProgramOnHost } from "./remote.mjs";

/** In the order in which they build on each other. */
const PARTS = ["places", "objects", "plan", "commands", "record", "main"];
/** Packages may have to come over a slow network. */
const TIMEOUT_SECONDS = 3600;

async function main() {
  const input = JSON.parse(await text(process.stdin));
  const bundles = Array.isArray(input) ? input : [input];
  const check = process.env.FLEET_CHECK;
  const mode = check ? "check" : process.argv.includes("--remove") ? "remove" : "put";
  const { answers, failed } = await apply({ mode, bundles });
  if (failed) throw new Error(`${sshName(hostOfScript())}: ${failed}`);
  if (check === "json") {
    console.log(JSON.stringify(answers));
    return;
  }
  console.log(answers.flatMap(({ done }) => done.map(line)).join("\n") || "unchanged");
}

async function apply(request) {
  const program = PARTS.map((part) => readFileSync(new URL(`apply/${part}.py`, import.meta.url), "utf8")).join("\n");
  const body = JSON.stringify(request);
  const stdin = `${Buffer.byteLength(body)}\n${body}`;
  const { code, stdout, stderr } = await runProgramOnHost(program, { stdin, timeoutSeconds: TIMEOUT_SECONDS });
  try {
    return JSON.parse(stdout.trim().split("\n").at(-1));
  } catch {
    const last = stderr.trim().split("\n").at(-1);
    return { answers: [], failed: last || `the delivery ended with exit code ${code} and said nothing` };
  }
}

const line = ({ kind, path, details }) => `${kind}: ${path}${details.length > 0 ? ` ${details.join(", ")}` : ""}`;

main().catch((error) => {
  console.error(`Files not delivered: ${hostReason(error)}`);
  process.exitCode = 1;
});
