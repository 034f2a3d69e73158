// Copies the CRMs of teams into the hub's, one way, again and again: `node main.mjs <settings>`. With `--once` it ends after one
// round, with 1 if a team could not be copied. It says how many records were copied, and nothing of what is in them.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "./crm.mjs";
import { round } from "./round.mjs";

const [path, ...options] = process.argv.slice(2);
const settings = JSON.parse(readFileSync(path, "utf8"));
const { folder, hub, teams, teamField, intervalSeconds } = settings;

/** Whole or not at all: a file that was begun when the program ended is never read. */
function keep(name, value) {
  const file = join(folder, name);
  writeFileSync(`${file}.new`, JSON.stringify(value), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function kept(name) {
  try {
    return JSON.parse(readFileSync(join(folder, name), "utf8"));
  } catch {
    return {};
  }
}

async function allTeams(cursors, health) {
  for (const [team, source] of Object.entries(teams)) {
    cursors[team] ??= {};
    const at = new Date().toISOString();
    try {
      const done = await round({
        team,
        source,
        hub,
        teamField,
        cursor: cursors[team],
        save: () => keep("cursors.json", cursors),
      });
      health.teams[team] = { state: "ok", at, ...done };
    } catch (error) {
      // One team that cannot be reached keeps no other back.
      if (!(error instanceof Failure)) throw error;
      health.teams[team] = { ...health.teams[team], state: error.message, since: health.teams[team]?.since ?? at };
    }
    health.at = new Date().toISOString();
    keep("health.json", health);
    const { state, copied = 0, skipped = 0 } = health.teams[team];
    console.log(`${team}: ${state}${state === "ok" ? `, ${copied} copied, ${skipped} skipped` : ""}`);
  }
}

mkdirSync(folder, { recursive: true });
const cursors = kept("cursors.json");
const health = { at: new Date().toISOString(), teams: {} };
keep("health.json", health);
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => process.exit(0));
if (options.includes("--once")) {
  await allTeams(cursors, health);
  process.exitCode = Object.values(health.teams).every(({ state }) => state === "ok") ? 0 : 1;
} else {
  for (;;) {
    await allTeams(cursors, health);
    health.at = new Date().toISOString();
    keep("health.json", health);
    await sleep(intervalSeconds * 1000);
  }
}
