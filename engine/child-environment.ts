/**
 * The environment of a process that the engine starts and speaks to, a program, plugin or policy pack. What opens the state and its
 * secrets is not its business. It reaches the engine past any proxy: gRPC for Node would ask that of `http_proxy` even for the
 * loopback. What `no_proxy` says for other addresses still holds.
 */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE, PULUMI_CONFIG, ...rest } = env;
  const others = env.no_grpc_proxy ?? env.no_proxy;
  return { ...rest, no_grpc_proxy: [...(others ? [others] : []), "127.0.0.1", "localhost"].join(",") };
}
