/**
 * Writes the facts of a package from its schema: `npx tsx engine/providers/simulated/distil.ts schema.json > facts/<package>.json`
 */
import { readFileSync } from "node:fs";
import { distilFacts } from "./facts.js";

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error("usage: distil.ts <schema.json>");
  process.exit(2);
}
console.log(JSON.stringify(distilFacts(JSON.parse(readFileSync(file, "utf8")))));
