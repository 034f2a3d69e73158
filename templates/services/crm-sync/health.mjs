// Says how each team's last round went, and ends with 1 if the program has stopped going round: `node health.mjs <settings>`. A team
// that is down is no illness of the program, so it is only said.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A first round may have a whole CRM to copy, page by page. */
const LONGEST_ROUND_SECONDS = 3600;

const { folder, intervalSeconds } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { at, teams } = JSON.parse(readFileSync(join(folder, "health.json"), "utf8"));
for (const [team, { state, since }] of Object.entries(teams))
  console.log(`${team}: ${state}${since === undefined ? "" : ` since ${since}`}`);
const age = (Date.now() - Date.parse(at)) / 1000;
process.exitCode = age < 2 * intervalSeconds + LONGEST_ROUND_SECONDS ? 0 : 1;
