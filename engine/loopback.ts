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

/** Lets a server listen on a free port of the loopback; gives `127.0.0.1:<port>`. */
export function listenOnLoopback(server: grpc.Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(`127.0.0.1:${port}`);
    });
  });
}

/**
 * The environment of a process that speaks to the engine: gRPC for Node would ask the proxy of `http_proxy` even for the loopback. What
 * `no_proxy` says for other addresses still holds.
 */
export function reachingLoopback(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const others = env.no_grpc_proxy ?? env.no_proxy;
  return { ...env, no_grpc_proxy: [...(others ? [others] : []), "127.0.0.1", "localhost"].join(",") };
}
