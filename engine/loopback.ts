import grpc from "@grpc/grpc-js";

/** Messages may be this long, both ways: programs register whole files. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** Of every gRPC server and client of the engine: they all speak to processes of this machine. */
export const LOOPBACK_OPTIONS: grpc.ChannelOptions = {
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  // No proxy of the environment knows this machine's loopback.
  "grpc.enable_http_proxy": 0,
};

/** A gRPC server on a free port of the loopback, from when somebody asks for its address. */
export class LoopbackServer {
  #server: grpc.Server | undefined;
  #address: Promise<string> | undefined;

  constructor(private readonly addServices: (server: grpc.Server) => void) {}

  /** `127.0.0.1:<port>`. */
  address(): Promise<string> {
    this.#address ??= this.#listen();
    return this.#address;
  }

  #listen(): Promise<string> {
    const server = new grpc.Server(LOOPBACK_OPTIONS);
    this.#server = server;
    this.addServices(server);
    return new Promise((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
        if (error) reject(error);
        else resolve(`127.0.0.1:${port}`);
      });
    });
  }

  close(): void {
    this.#server?.forceShutdown();
  }
}
