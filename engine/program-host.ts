import type { ProgramService } from "./deploy/program/program-service.js";
import type { EngineEvent } from "./events.js";
import type { Project } from "./project/project.js";

/** Runs users' programs. The default starts a child process for each, as Pulumi's Node language host does. */
export interface ProgramHost {
  /** Resolves once the program runs. Rejects with an EngineError if it cannot be started. */
  start(launch: ProgramLaunch, service: ProgramService): Promise<RunningProgram>;
}

/** What a program is started with. */
export interface ProgramLaunch {
  project: Project;
  stack: string;
  preview: boolean;
  /** Operations at a time. */
  parallel: number;
  /** `ns:name` to text, secrets in clear. */
  config: Record<string, string>;
  /** `ns:name` of those that are secret. */
  secretKeys: string[];
  /** Extra environment. */
  env?: Record<string, string>;
  /** Serves the {@link ProgramService} over gRPC from the first call on; gives `host:port`. It is closed when the program is gone. */
  address: () => Promise<string>;
  /** What the program prints. */
  onEvent: (event: EngineEvent) => void;
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
