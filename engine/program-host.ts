import type { ProgramService } from "./deploy/program/program-service.js";
import type { EngineEvent } from "./events.js";
import type { Project } from "./project/project.js";

/** Runs users' programs. The default starts a child process for each, as Pulumi's Node language host does. */
export interface ProgramHost {
  /** Resolves once the program runs. Rejects with an EngineError if it cannot be started. */
  start(launch: ProgramLaunch, service: ProgramService): Promise<RunningProgram>;
  /**
   * Readies a start while other things are looked at, where a host can do that: what it takes long to load is loaded, and nothing of
   * the program's own has run. Undefined if that fails; the start that follows says why. Whoever asks for it must stop it.
   */
  prepare?(setup: ProgramSetup): PreparedProgram | undefined;
}

/** What a program's process needs to know from the beginning. */
export interface ProgramSetup {
  project: Project;
  stack: string;
  /** Extra environment. */
  env?: Record<string, string>;
}

/** What a program is started with. */
export interface ProgramLaunch extends ProgramSetup {
  preview: boolean;
  /** Operations at a time. */
  parallel: number;
  /** `ns:name` to text, secrets in clear. */
  config: Record<string, string>;
  /** `ns:name` of those that are secret. */
  secretKeys: string[];
  /** Serves the {@link ProgramService} over gRPC from the first call on; gives `host:port`. It is closed when the program is gone. */
  address: () => Promise<string>;
  /** What the program prints. */
  onEvent: (event: EngineEvent) => void;
}

/** Ready for one start, of a program of the same {@link ProgramSetup}. */
export interface PreparedProgram extends Pick<ProgramHost, "start"> {
  /** Ends it, if it still waits for its start or still runs, without a word. Resolves when it is gone. */
  stop(): Promise<void>;
}

export interface RunningProgram {
  /** How it ended. Rejects if it could not be started after all. */
  readonly exit: Promise<ProgramExit>;
  /** Ends it, if it still runs: politely, then for good. Resolves when it is gone. */
  stop(): Promise<void>;
}

/** 0: ended well; 32: failed, and has told why through its log; anything else: failed. */
export interface ProgramExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}
