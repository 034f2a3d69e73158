import { InProcessHost, type ProgramHost } from "../engine/index.js";
import type { Project } from "../engine/project/project.js";
import { hidePassphrase } from "./passphrase.js";
import { loadTypeScript } from "./typescript.js";

/**
 * Does something with programs that run inside this process, as fits previews: in the program's folder, with the passphrase out of the
 * environment, since what opens the secrets is not a program's business. `isolated`: with a process of its own for each, all the same.
 */
export async function withHost<T>(
  project: Project,
  { isolated = false }: { isolated?: boolean },
  act: (host: ProgramHost | undefined) => Promise<T>,
): Promise<T> {
  if (isolated) return act(undefined);
  const folder = process.cwd();
  hidePassphrase();
  process.chdir(project.programDir);
  try {
    return await act(new InProcessHost({ typescript: loadTypeScript }));
  } finally {
    process.chdir(folder);
  }
}
