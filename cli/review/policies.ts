import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Project } from "../../engine/project/project.js";
import type { PolicyFinding, ReviewedResource } from "../../review/types.js";
import { loadTypeScript } from "../typescript.js";
import { toolkit } from "../workspace.js";

// Node's own: a bundle that V8 has compiled has none.
const { nativeImport } = createRequire(import.meta.url)("../../engine/in-process/native-import.cjs") as {
  nativeImport: (url: string) => Promise<object>;
};

type Evaluate = (resources: ReviewedResource[], section: unknown) => PolicyFinding[];

/**
 * Judges stacks by the project's own rules (policies/), or the toolkit's where it has none. All in this process: a pack that is started
 * for each of many stacks takes longer than everything else. Undefined: there are no rules.
 */
export async function loadEvaluator(project: Project): Promise<Evaluate | undefined> {
  const file = [project.root, toolkit].map((root) => join(root, "policies", "evaluate.ts")).find(existsSync);
  if (file === undefined) return undefined;
  await loadTypeScript();
  const { evaluator } = (await nativeImport(pathToFileURL(file).href)) as { evaluator: () => Promise<Evaluate> };
  return evaluator();
}
