/** Exit code where a plan is refused: it loses data that nobody has acknowledged, or does what was not reviewed. Nothing was changed. */
export const REFUSED = 9;

/** A failure that the user can cause and mend: shown without a stack trace, with what to do about it. */
export class FleetError extends Error {
  constructor(
    message: string,
    /** What to do about it, one sentence. */
    readonly fix?: string,
    /** 1: something failed; 2: bad input or configuration; 8: cancelled; 9: {@link REFUSED}. */
    readonly exitCode = 2,
  ) {
    super(message);
    this.name = "FleetError";
  }
}

/** Ends the command with a code; everything has been said already. */
export class Exit extends Error {
  constructor(readonly exitCode: number) {
    super(`exit ${exitCode}`);
    this.name = "Exit";
  }
}

/** What is shown of an error where it is told among others. */
export const said = (error: unknown): string => describe(error).text.replace(/^error: /, "");

/** What is shown of an error, and the code to exit with. Whatever is not the user's to mend is a bug and shows its stack. */
export function describe(error: unknown): { text: string; exitCode: number } {
  if (!(error instanceof Error)) return bug(new Error(`thrown: ${String(error)}`));
  switch (error.name) {
    // By name: the engine's classes are not loaded for commands that do not need them.
    case "FleetError":
    case "EngineError": {
      const { fix, exitCode } = error as FleetError;
      return { text: `error: ${error.message}${fix ? `\n  fix: ${fix}` : ""}`, exitCode };
    }
    case "TransportError":
      return { text: `error: ${error.message}\n  fix: ${(error as FleetError).fix}`, exitCode: 1 };
    case "ProviderError":
      return { text: `error: ${error.message}`, exitCode: 1 };
    default:
      return fromSystem(error) ?? bug(error);
  }
}

/** The disk, said in words: these reach us from any place that reads or writes. */
function fromSystem(error: Error): { text: string; exitCode: number } | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  const cause: Record<string, [string, string]> = {
    ENOSPC: ["the disk is full", "free some space, then run this again"],
    EROFS: ["the file system is read-only", "mount it writable, or work in another folder"],
    EMFILE: ["too many files are open", "raise the limit with `ulimit -n 4096`, then run this again"],
    EACCES: ["permission denied", "run this as the user that owns it, or change its permissions"],
  };
  const known = code === undefined ? undefined : cause[code];
  if (!known) return undefined;
  return { text: `error: ${path ? `${path}: ` : ""}${known[0]}\n  fix: ${known[1]}`, exitCode: 2 };
}

function bug(error: Error): { text: string; exitCode: number } {
  return {
    text: `This is a bug in agent-fleet, not something that you did. Please report it with these lines:\n${error.stack ?? error.message}`,
    exitCode: 255,
  };
}
