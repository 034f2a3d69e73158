import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { collectCases } from "./conformance.js";
import type { ConformanceCase } from "./types.js";

/** Where the cases are. */
export const FOLDER = "test/engine/conformance";

/** Every case, in the order of files and in them. */
export function allCases(): Promise<ConformanceCase[]> {
  const files = readdirSync(FOLDER, { recursive: true, encoding: "utf8" });
  const holding = files.filter((name) => name.endsWith(".test.ts") && !name.endsWith(".harness.test.ts")).sort();
  return collectCases(async () => {
    for (const file of holding) await import(resolve(FOLDER, file));
  });
}
