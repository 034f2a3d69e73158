import { dirname } from "node:path";
import grpc from "@grpc/grpc-js";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import { LOOPBACK_OPTIONS } from "../loopback.js";
import type { PluginFeatures } from "./plugin-provider.js";
import { call, RpcError } from "./rpc.js";

/** How long a plugin may take to answer on the port that it told, in milliseconds. */
const CONNECT_TIMEOUT = 30_000;

/** A client for the plugin on a port of this machine, once it can be reached. */
export async function connect(port: number): Promise<grpc.Client> {
  const credentials = grpc.credentials.createInsecure();
  const client = new providerGrpc.ResourceProviderClient(`127.0.0.1:${port}`, credentials, LOOPBACK_OPTIONS);
  await new Promise<void>((resolve, reject) => {
    client.waitForReady(Date.now() + CONNECT_TIMEOUT, (error) => (error ? reject(error) : resolve()));
  });
  return client;
}

/** Tells the plugin what the engine can do, and is told what it can; undefined for a plugin of the time before. */
export async function shakeHands(
  client: grpc.Client,
  engineAddress: string,
  /** The plugin's executable or folder; undefined if it was started by somebody else. */
  path: string | undefined,
): Promise<PluginFeatures | undefined> {
  const request = new providerProto.ProviderHandshakeRequest()
    .setEngineAddress(engineAddress)
    .setConfigureWithUrn(true)
    .setSupportsRefreshBeforeUpdate(true)
    .setInvokeWithPreview(true);
  if (path !== undefined) request.setRootDirectory(dirname(path)).setProgramDirectory(dirname(path));
  try {
    const answer: providerProto.ProviderHandshakeResponse = await call(client, "handshake", request);
    return {
      secrets: answer.getAcceptSecrets(),
      resources: answer.getAcceptResources(),
      outputs: answer.getAcceptOutputs(),
      preview: true,
    };
  } catch (error) {
    if (error instanceof RpcError && error.unimplemented) return undefined;
    throw error;
  }
}

/** Tells a plugin that somebody else started where the engine is. */
export async function attach(client: grpc.Client, engineAddress: string): Promise<void> {
  await call(client, "attach", new pluginProto.PluginAttach().setAddress(engineAddress));
}

/** Makes the plugin serve a parameterized package. Gives the package's name as the plugin has it. */
export async function parameterize(
  client: grpc.Client,
  { name, version, value }: { name: string; version: string; value: Uint8Array },
): Promise<string> {
  const parameter = new providerProto.ParameterizeRequest.ParametersValue()
    .setName(name)
    .setVersion(version)
    .setValue(value);
  const request = new providerProto.ParameterizeRequest().setValue(parameter);
  const answer: providerProto.ParameterizeResponse = await call(client, "parameterize", request);
  return answer.getName();
}
