// Loaded into ./fleet by NODE_OPTIONS: kills it, as `kill -9` does, right before or right after a new checkpoint is put in place.
// FLEET_E2E_KILL_AT_WRITE: { file, when: "before" | "after", pending?: "<type> <resource type> <name>", copies?: { of: "<resource type> <name>", count }, nth?: number }.
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

const { file, when, pending, copies, nth = 1 } = JSON.parse(process.env.FLEET_E2E_KILL_AT_WRITE);
const { rename } = fs;
let left = nth;

fs.rename = async (from, to) => {
  const strikes = to === file && (await matches(from)) && --left === 0;
  if (strikes && when === "before") process.kill(process.pid, "SIGKILL");
  await rename(from, to);
  if (strikes) process.kill(process.pid, "SIGKILL");
};
syncBuiltinESMExports();

async function matches(path) {
  const { checkpoint } = JSON.parse(await fs.readFile(path, "utf8"));
  const resources = checkpoint.latest?.resources ?? [];
  if (copies !== undefined)
    return (
      resources.filter(({ type, urn }) => `${type} ${urn.split("::").at(-1)}` === copies.of).length === copies.count
    );
  if (pending === undefined) return true;
  const operations = checkpoint.latest?.pending_operations ?? [];
  return operations.some(
    ({ type, resource }) => `${type} ${resource.type} ${resource.urn.split("::").at(-1)}` === pending,
  );
}
