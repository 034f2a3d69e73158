import grpc from "@grpc/grpc-js";
import callbackGrpc from "@pulumi/pulumi/proto/callback_grpc_pb.js";
import callbackProto from "@pulumi/pulumi/proto/callback_pb.js";
import { EngineError } from "../../errors.js";
import { LOOPBACK_OPTIONS } from "../../loopback.js";

/** The stubs come without types for their clients; this is all that is used of one. */
interface CallbacksClient extends grpc.Client {
  invoke(
    request: callbackProto.CallbackInvokeRequest,
    done: (error: grpc.ServiceError | null, response?: callbackProto.CallbackInvokeResponse) => void,
  ): grpc.ClientUnaryCall;
}

/** A function of the program: takes an encoded request, gives an encoded response. */
export type CallbackFunction = (request: Uint8Array) => Promise<Uint8Array>;

/** Calls functions that stayed in the program (transforms, hooks) through Pulumi's Callbacks service, which the SDK serves. */
export class Callbacks {
  readonly #clients = new Map<string, CallbacksClient>();

  /** `abort`: ends calls that are under way, for the second Ctrl-C. */
  constructor(private readonly abort: AbortSignal) {}

  /** The function behind a callback. Rejects with what the function threw, or an EngineError if nobody answers. */
  wrap(callback: callbackProto.Callback | undefined): CallbackFunction {
    const target = callback?.getTarget();
    const token = callback?.getToken() ?? "";
    if (!target) throw new EngineError("the program registered a callback without saying where to call it");
    return (request) => this.#invoke(target, token, request);
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  #client(target: string): CallbacksClient {
    const known = this.#clients.get(target);
    if (known !== undefined) return known;
    const made: CallbacksClient = new callbackGrpc.CallbacksClient(
      target,
      grpc.credentials.createInsecure(),
      LOOPBACK_OPTIONS,
    );
    this.#clients.set(target, made);
    return made;
  }

  #invoke(target: string, token: string, body: Uint8Array): Promise<Uint8Array> {
    const request = new callbackProto.CallbackInvokeRequest().setToken(token).setRequest(body);
    return new Promise((resolve, reject) => {
      const call = this.#client(target).invoke(request, (error, response) => {
        this.abort.removeEventListener("abort", cancel);
        if (error) reject(failure(error, this.abort.aborted));
        else resolve(response?.getResponse_asU8() ?? new Uint8Array());
      });
      const cancel = () => call.cancel();
      if (this.abort.aborted) cancel();
      else this.abort.addEventListener("abort", cancel, { once: true });
    });
  }
}

function failure(error: grpc.ServiceError, aborted: boolean): Error {
  if (aborted) return new EngineError("the call back into the program was cut off");
  // A connection that breaks off cancels what is under way on it.
  if (error.code === grpc.status.UNAVAILABLE || error.code === grpc.status.CANCELLED) {
    const fix = "let the program run until the engine is done with it, without process.exit()";
    return new EngineError("the program ended while it was called back, or before", fix);
  }
  // Thrown in the program: `details` is its message.
  return new Error(error.details || error.message);
}
