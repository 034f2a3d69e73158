/**
 * An error that the user can cause and mend. It is shown without a stack trace: what is wrong, where, and the fix.
 * Anything else that is thrown is a bug of ours and shows its stack.
 */
export class EngineError extends Error {
  constructor(
    message: string,
    /** What to do about it, one sentence. */
    readonly fix?: string,
    /** 1: the run failed; 2: bad input or configuration; 6: no such stack; 8: cancelled. As the Pulumi CLI has them. */
    readonly exitCode: 1 | 2 | 6 | 8 = 2,
  ) {
    super(message);
    this.name = "EngineError";
  }
}
