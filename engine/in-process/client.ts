import type { Handler } from "../deploy/program/program-service.js";
import { statusOf } from "../deploy/program/program-service.js";
import type { Context } from "./guards.js";

type Callback = (error: Error | null, response?: unknown) => void;

/**
 * A client with the methods that the SDK's generated ones have, which calls the handlers of this very process. Requests and responses
 * are handed over as they are: neither side changes a message once it is sent.
 */
export function directClient(
  handlers: Record<string, Handler>,
  inEngine: Context,
  onUnavailable: () => void,
): { close(): void } {
  const methods = Object.entries(handlers).map(([name, handle]) => {
    const call = (request: never, ...rest: unknown[]) => {
      const callback = rest.at(-1) as Callback;
      // The engine works in its own context; what is called back is the program's again, since `then` is called here.
      inEngine(() => handle(request)).then(
        (response) => callback(null, response),
        (error: unknown) => {
          const failure = grpcError(error);
          callback(failure);
          if (failure.code === UNAVAILABLE) onUnavailable();
        },
      );
    };
    return [name, call] as const;
  });
  return { ...Object.fromEntries(methods), close: () => {} };
}

/** gRPC's number for it. */
const UNAVAILABLE = 14;

/** As the gRPC client has them. */
function grpcError(error: unknown): Error & { code: number; details: string } {
  const { code, details } = statusOf(error);
  return Object.assign(new Error(`${code}: ${details}`), { code, details });
}
