import { childProcessHost } from "../deploy/program/child-program.js";
import type { ProgramService } from "../deploy/program/program-service.js";
import type { ProgramHost, ProgramLaunch, RunningProgram } from "../program-host.js";
import { type Entry, findEntry, loadMain, type Main } from "./entry.js";
import { InProcessProgram } from "./program.js";
import { loadSdk, type Sdk, sharesMessages } from "./sdk.js";

export interface InProcessOptions {
  /** How the program reaches the engine: by plain calls (default), or over gRPC on the loopback, as from a process of its own. */
  wire?: "direct" | "grpc";
  /** Makes this process load TypeScript as `node --import tsx` does. Without, TypeScript programs run in processes of their own. */
  typescript?: () => Promise<void>;
  /** Runs what cannot be run inside; default: a child process. */
  fallback?: ProgramHost;
}

/**
 * Runs programs inside this process, side by side, each in an async context of its own. A module is loaded once for all stacks, so
 * only programs that export a function can be run so, and they must keep nothing in module variables that differs between stacks.
 * All others are left to the fallback: top-level programs, modules that read configuration while they load, other arguments of node.
 *
 * The programs share one heap and one working folder. What one prints, throws or exits with is its own affair; what blocks the event
 * loop blocks all of them. For previews that is a good bargain; to change something, a program is better off in a process of its own.
 */
export class InProcessHost implements ProgramHost {
  constructor(private readonly options: InProcessOptions = {}) {}

  async start(launch: ProgramLaunch, service: ProgramService): Promise<RunningProgram> {
    const found = await this.#prepare(launch);
    if (found === undefined) return (this.options.fallback ?? childProcessHost).start(launch, service);
    const direct = this.options.wire !== "grpc" && sharesMessages(launch.project.programDir);
    return new InProcessProgram(found.sdk, found.main, launch, service, direct ? undefined : await launch.address());
  }

  /** True if a project's program can be run inside; its module is loaded to find out. */
  async canRun(launch: Pick<ProgramLaunch, "project" | "parallel" | "env">): Promise<boolean> {
    return (await this.#prepare(launch)) !== undefined;
  }

  async #prepare({
    project,
    parallel,
    env,
  }: Pick<ProgramLaunch, "project" | "parallel" | "env">): Promise<{ sdk: Sdk; main: Main } | undefined> {
    // The SDK puts the operations of all programs into one queue if they are asked for one at a time.
    if (parallel === 1 || Object.keys(env ?? {}).length > 0) return undefined;
    const entry = findEntry(project);
    if (entry === undefined || !this.#loads(entry, project.runtimeOptions)) return undefined;
    const sdk = loadSdk(project.programDir);
    if (sdk === undefined) return undefined;
    try {
      if (isTypeScript(entry)) await this.options.typescript?.();
      const main = await loadMain(entry, project, sdk);
      return main && { sdk, main };
    } catch {
      // A process of its own says it as the SDK says it.
      return undefined;
    }
  }

  #loads(entry: Entry, { typescript, nodeargs }: ProgramLaunch["project"]["runtimeOptions"]): boolean {
    const usesTsx = nodeargs.join(" ") === "--import tsx";
    if (nodeargs.length > 0 && !usesTsx) return false;
    if (!isTypeScript(entry)) return true;
    return entry.module && usesTsx && !typescript && this.options.typescript !== undefined;
  }
}

function isTypeScript({ file }: Entry): boolean {
  return /\.[mc]?ts$/.test(file);
}
