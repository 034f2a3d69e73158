import { EngineError } from "../errors.js";

/** One message for whatever was thrown, with the fix if it has one. Things that are no errors are not printed: they may hold secrets. */
export function messageOf(error: unknown): string {
  if (error instanceof EngineError && error.fix) return `${error.message}\n  fix: ${error.fix}`;
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join("; ");
  if (typeof error === "object" && error !== null) {
    const { message, code, name } = error as { message?: unknown; code?: unknown; name?: unknown };
    const text = [message, code, name].find((item) => typeof item === "string" && item !== "");
    return text === undefined ? "it failed without a message" : String(text);
  }
  return error === undefined || error === null || error === "" ? "it failed without a message" : String(error);
}

/** True for errors that only a fault in the code makes, not the world outside: those are shown with their stack. */
export function isBug(error: unknown): boolean {
  if (!(error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError)) return false;
  // `fetch` and the file system use TypeError and RangeError too, with a code or a cause.
  return (error as { code?: unknown }).code === undefined && error.cause === undefined;
}
