import { TransportError } from "../../engine/transport/error.mjs";

/** Why a call to Docker failed, in words. Docker's own messages name objects and paths, never a file's content. */
export function dockerReason(error) {
  if (error instanceof TransportError) return `${error.message}\n  fix: ${error.fix}`;
  const reason = error.json?.message ?? error.message ?? String(error);
  if (error.syscall === "connect" && ["ENOENT", "ECONNREFUSED", "EACCES"].includes(error.code)) {
    return `Docker cannot be reached at ${error.address}: ${reason}`;
  }
  if (["ECONNRESET", "EPIPE"].includes(error.code)) {
    return "the connection to Docker broke off: see whether the daemon runs, then run again: it goes on where it stopped";
  }
  return reason;
}
