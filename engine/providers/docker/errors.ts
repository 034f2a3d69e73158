import { PartialFailure, ProviderError } from "../../provider.js";
import type { Endpoint } from "../../transport/endpoint.mjs";
import { TransportError } from "../../transport/error.mjs";

/** An answer of the daemon, or its absence. Resource code looks at `status`; what it does not handle is told by `toProviderError`. */
export class DaemonError extends Error {
  constructor(
    /** HTTP status; undefined when no answer came. */
    readonly status: number | undefined,
    /** The daemon's own words. */
    readonly reason: string,
    /** What was being done: `creating container "web"`. */
    readonly doing: string,
    /** errno of the connection, `ENOENT`; `TIMEOUT` and `ABORTED` are ours. */
    readonly code: string | undefined,
    readonly endpoint: Endpoint,
    /** What to do about it, where what failed has said so itself. */
    readonly fix?: string,
  ) {
    super(`${doing}: ${reason}`);
    this.name = "DaemonError";
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof DaemonError && error.status === 404;
}

/** The daemon's reason if it answered with one of these statuses. */
export function refusal(error: unknown, ...statuses: number[]): string | undefined {
  return error instanceof DaemonError && error.status !== undefined && statuses.includes(error.status)
    ? error.reason
    : undefined;
}

/** Turns what the connection threw into a DaemonError. */
export function toDaemonError(error: unknown, doing: string, endpoint: Endpoint): DaemonError {
  if (error instanceof DaemonError) return error;
  const { statusCode, json, code, message } = error as {
    statusCode?: number;
    json?: { message?: string } | Buffer | null;
    code?: string;
    message?: string;
  };
  const said = json && !Buffer.isBuffer(json) ? json.message : undefined;
  const hungUp = message === "socket hang up" || message === "aborted";
  return new DaemonError(
    statusCode,
    (said ?? message ?? String(error)).trim(),
    doing,
    code ?? (hungUp ? "ECONNRESET" : undefined),
    endpoint,
    error instanceof TransportError ? error.fix : undefined,
  );
}

/** Every failure of the daemon as a user is told it. Anything else passes unchanged: it is a bug of ours. */
export function toProviderError(error: unknown): unknown {
  if (error instanceof TransportError) return new ProviderError(error.message, error.fix);
  if (error instanceof ProviderError || error instanceof PartialFailure || !(error instanceof DaemonError))
    return error;
  const { status, code, reason, doing, endpoint, fix } = error;
  if (fix !== undefined) return new ProviderError(`${doing}: ${reason}`, fix);
  const where = `${endpoint.url} (${endpoint.source})`;
  if (status !== undefined) return new ProviderError(`${doing}: Docker refused: ${reason}`, fixFor(reason));
  switch (code) {
    case "ABORTED":
      return new ProviderError(`${doing}: cancelled`);
    case "TIMEOUT":
      return new ProviderError(
        `${doing}: Docker at ${where} ${reason}`,
        "see whether the daemon hangs (`docker ps`, `systemctl status docker`), then run again",
      );
    case "ENOENT":
    case "ECONNREFUSED":
    case "ENOTFOUND":
    case "EHOSTUNREACH":
    case "ETIMEDOUT":
      return new ProviderError(
        `${doing}: no Docker daemon answers at ${where}: ${code === "ENOENT" ? "the socket does not exist" : reason}`,
        "start it (`systemctl start docker`, or Docker Desktop), or name the right one in DOCKER_HOST; `fleet doctor` checks it",
      );
    case "EACCES":
    case "EPERM":
      return new ProviderError(
        `${doing}: no permission to use Docker at ${where}`,
        "add yourself to the group docker (`sudo usermod -aG docker $USER`) and log in again; `fleet doctor` checks it",
      );
    case "ECONNRESET":
    case "EPIPE":
      return new ProviderError(
        `${doing}: the connection to Docker at ${where} broke off`,
        "see whether the daemon runs (`systemctl status docker`), then run again: it goes on where it stopped",
      );
    default:
      if (CERTIFICATES.test(code ?? "")) {
        return new ProviderError(
          `${doing}: Docker at ${where} and this computer do not take each other's certificates: ${reason}`,
          "ca must be the authority of the daemon's certificate, which must name the address; cert must be signed by the one that the daemon takes, and key belong to it",
        );
      }
      return new ProviderError(
        `${doing}: cannot talk to Docker at ${where}: ${reason}`,
        "`fleet doctor` checks the daemon",
      );
  }
}

/** Node's and OpenSSL's codes for what is wrong with a certificate, a key, or the other side's opinion of them. */
const CERTIFICATES =
  /^(ERR_(OSSL|SSL|TLS)_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|HOSTNAME_MISMATCH|EPROTO$)/;

const FIXES: [RegExp, string][] = [
  [/no space left on device/i, "free disk space on the Docker host (`docker system df`, `docker image prune`)"],
  [/bind source path does not exist/i, "create that path on the Docker host first, or correct the mount's source"],
  [/executable file not found|no such file or directory.*exec|exec: /i, "correct command, entrypoints or the image"],
  [/unable to find user|no matching entries in passwd/i, "use a user that the image has, or a number (uid:gid)"],
  [/network .* not found/i, "declare the network in the stack, or correct its name"],
  [/Minimum memory limit|minimum memory/i, "raise memory: Docker's least is 6 MB"],
  [/CPUs? .*(available|are only)/i, "ask for no more CPUs than the Docker host has"],
];

function fixFor(reason: string): string | undefined {
  return FIXES.find(([pattern]) => pattern.test(reason))?.[1];
}
