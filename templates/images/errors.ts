/** A failed build that the user can mend: shown without a stack trace, with the fix. Exit code 2. */
export class BuildError extends Error {
  constructor(
    message: string,
    /** What to do about it, one sentence. */
    readonly fix?: string,
  ) {
    super(message);
    this.name = "BuildError";
  }
}

/** Takes user names and passwords out of the addresses in a text, so that a proxy's or mirror's never reach a log. */
export function redact(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, "$1***@");
}
