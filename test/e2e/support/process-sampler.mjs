// Sees what `ps auxww` and `ps auxeww` would show at any moment: looks at every process's command line and environment every
// 20 ms until it is ended, and then writes each different one, once, to the file that it was given: one JSON object a line with
// the text and where it stood. Linux only.
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";

const INTERVAL = 20;
const [file] = process.argv.slice(2);
/** Text and whether a container's process had it, as JSON. */
const seen = new Set();
const own = readlinkSync("/proc/self/ns/pid");

function sample() {
  for (const pid of readdirSync("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const inContainer = readlinkSync(`/proc/${pid}/ns/pid`) !== own;
      for (const where of ["cmdline", "environ"]) {
        const text = readFileSync(`/proc/${pid}/${where}`, "utf8");
        if (text !== "") seen.add(JSON.stringify({ where, inContainer, text }));
      }
    } catch {
      // It went meanwhile.
    }
  }
}

const timer = setInterval(sample, INTERVAL);
process.on("SIGTERM", () => {
  clearInterval(timer);
  writeFileSync(file, [...seen].join("\n"), { mode: 0o600 });
  process.exit(0);
});
process.stdout.write("sampling\n");
