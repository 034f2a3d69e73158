import grpc from "@grpc/grpc-js";
import analyzerGrpc from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import analyzerProto from "@pulumi/pulumi/proto/analyzer_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import { RunEnding } from "../deploy/execution/executor.js";
import { EngineError } from "../errors.js";
import { LOOPBACK_OPTIONS } from "../loopback.js";
import { displayPath } from "../project/yaml.js";
import { mergeConfig, type PackConfig, unknownPolicies, validateConfig } from "./pack-config.js";
import { type PackLaunch, PackProcess } from "./pack-process.js";
import type { PackProject } from "./pack-project.js";
import type { PolicyInfo } from "./types.js";
import { initialConfigOf, policiesOf } from "./wire.js";

/** How long the pack's end may take to be seen after its connection broke, in milliseconds. */
const END_GRACE = 2_000;

export interface PackOptions {
  config: PackConfig | undefined;
  /** For the start, and for each answer. */
  timeoutSeconds: number;
  /** `ns:name` of the config values that are secret. */
  secretKeys: string[];
  /** Aborted when nobody waits for an answer any more. */
  signal: AbortSignal;
}

type Call<Response> = (
  request: unknown,
  metadata: grpc.Metadata,
  options: Partial<grpc.CallOptions>,
  callback: (error: grpc.ServiceError | null, response: Response) => void,
) => grpc.ClientUnaryCall;

/** A policy pack that runs: Pulumi's Analyzer service, spoken to as the real engine does. */
export class PolicyPack {
  readonly #process: PackProcess;
  #client: analyzerGrpc.AnalyzerClient | undefined;
  name: string;
  version = "";
  /** With the levels that the settings give them. */
  policies: PolicyInfo[] = [];
  /** Said once it runs. */
  readonly warnings: string[] = [];

  constructor(
    private readonly project: PackProject,
    private readonly launch: PackLaunch,
    private readonly options: PackOptions,
  ) {
    this.name = displayPath(project.dir);
    this.#process = new PackProcess(project, launch);
  }

  /** Resolves when the pack is ready to look at resources. Rejects with an EngineError that says what is wrong with it. */
  async start(): Promise<void> {
    const port = await this.#port();
    this.#client = new analyzerGrpc.AnalyzerClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
      LOOPBACK_OPTIONS,
    );
    const client = this.#client;
    const handshake = new analyzerProto.AnalyzerHandshakeRequest();
    handshake.setRootDirectory(this.project.dir);
    handshake.setProgramDirectory(this.project.dir);
    await this.#ifThere(this.#call(client.handshake, handshake, "started"));
    await this.#ifThere(this.#call(client.configureStack, this.#stackRequest(), "was told of the stack"));
    const info = await this.#call<analyzerProto.AnalyzerInfo>(
      client.getAnalyzerInfo,
      new emptyProto.Empty(),
      "was asked for its policies",
    );
    this.name = info.getName();
    this.version = this.project.version ?? info.getVersion();
    this.policies = policiesOf(info);
    await this.#configure(client, info);
  }

  analyze(request: analyzerProto.AnalyzeRequest): Promise<analyzerProto.AnalyzeResponse> {
    return this.#call(this.#connected.analyze, request, `looked at ${request.getUrn()}`);
  }

  async remediate(request: analyzerProto.AnalyzeRequest): Promise<analyzerProto.RemediateResponse> {
    const response = this.#call<analyzerProto.RemediateResponse>(
      this.#connected.remediate,
      request,
      `mended ${request.getUrn()}`,
    );
    return (await this.#ifThere(response)) ?? new analyzerProto.RemediateResponse();
  }

  async analyzeStack(resources: analyzerProto.AnalyzerResource[]): Promise<analyzerProto.AnalyzeResponse> {
    const request = new analyzerProto.AnalyzeStackRequest();
    request.setResourcesList(resources);
    const response = this.#call<analyzerProto.AnalyzeResponse>(
      this.#connected.analyzeStack,
      request,
      "looked at the stack",
    );
    return (await this.#ifThere(response)) ?? new analyzerProto.AnalyzeResponse();
  }

  /** Ends its process. */
  async close(): Promise<void> {
    this.#client?.close();
    await this.#process.stop();
  }

  get #connected(): analyzerGrpc.AnalyzerClient {
    if (this.#client === undefined) throw new Error(`policy pack ${this.name} is not started`);
    return this.#client;
  }

  /** Names it in messages. */
  get #label(): string {
    return `policy pack ${this.name}${this.version === "" ? "" : `@v${this.version}`}`;
  }

  async #port(): Promise<number> {
    const { timeoutSeconds, signal } = this.options;
    const waited = AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
    const aborted = new Promise<never>((_, reject) => {
      const stop = () =>
        reject(signal.aborted ? new RunEnding() : new Error(`was not ready within ${timeoutSeconds} s of its start`));
      if (waited.aborted) stop();
      else waited.addEventListener("abort", stop, { once: true });
    });
    aborted.catch(() => undefined);
    try {
      return await Promise.race([this.#process.port, aborted]);
    } catch (error) {
      if (error instanceof RunEnding) throw error;
      const { message } = error as Error;
      const fix = message.startsWith("printed")
        ? "let it print with console.error until its PolicyPack is made"
        : "what it printed says more; `node` and `npm ls` in its folder help to find the cause";
      throw new EngineError(`${this.#label} ${message}`, fix, 1);
    }
  }

  #stackRequest(): analyzerProto.AnalyzerStackConfigureRequest {
    const { project, stack, preview, config } = this.launch;
    const request = new analyzerProto.AnalyzerStackConfigureRequest();
    request.setStack(stack);
    request.setProject(project);
    request.setOrganization("organization");
    request.setDryRun(preview);
    request.setConfigSecretKeysList(this.options.secretKeys);
    for (const [key, value] of Object.entries(config)) request.getConfigMap().set(key, value);
    return request;
  }

  async #configure(client: analyzerGrpc.AnalyzerClient, info: analyzerProto.AnalyzerInfo): Promise<void> {
    const given = this.options.config;
    if (!info.getSupportsconfig()) {
      if (given !== undefined) throw new EngineError(`${this.#label} takes no config`, "leave its config file out", 1);
      return;
    }
    const config = mergeConfig(this.policies, initialConfigOf(info), given ?? new Map());
    const faults = await validateConfig(this.policies, config);
    if (faults.length > 0)
      throw new EngineError(`the config of ${this.#label} is not valid:\n  ${faults.join("\n  ")}`, undefined, 1);
    for (const name of unknownPolicies(this.policies, given ?? new Map()))
      this.warnings.push(`the config of ${this.#label} sets "${name}", but it has no such policy`);
    const request = new analyzerProto.ConfigureAnalyzerRequest();
    for (const [name, { level, properties }] of config) {
      const message = new analyzerProto.PolicyConfig();
      message.setEnforcementlevel(
        analyzerProto.EnforcementLevel[
          (level ?? "advisory").toUpperCase() as keyof typeof analyzerProto.EnforcementLevel
        ],
      );
      // biome-ignore lint/suspicious/noExplicitAny: the stub's type of a JSON object is narrower than what JSON.parse gives
      message.setProperties(structProto.Struct.fromJavaScript(properties as any));
      request.getPolicyconfigMap().set(name, message);
    }
    if (config.size > 0) await this.#call(client.configure, request, "was given its config");
    this.policies = this.policies.map((policy) => ({
      ...policy,
      level: config.get(policy.name)?.level ?? policy.level,
    }));
  }

  /** Undefined where the pack's SDK is too old to know the call. */
  async #ifThere<T>(response: Promise<T>): Promise<T | undefined> {
    try {
      return await response;
    } catch (error) {
      if ((error as grpc.ServiceError).code === grpc.status.UNIMPLEMENTED) return undefined;
      throw error;
    }
  }

  #call<Response>(method: unknown, request: unknown, doing: string): Promise<Response> {
    const { timeoutSeconds, signal } = this.options;
    if (signal.aborted) return Promise.reject(new RunEnding());
    const deadline = Date.now() + timeoutSeconds * 1000;
    return new Promise((resolve, reject) => {
      const bound = (method as Call<Response>).bind(this.#client);
      const call = bound(request, new grpc.Metadata(), { deadline }, (error, response) => {
        signal.removeEventListener("abort", cancel);
        if (error === null) resolve(response);
        else void this.#explain(error, doing).then(reject);
      });
      const cancel = () => call.cancel();
      signal.addEventListener("abort", cancel, { once: true });
    });
  }

  /** A failed call in words. What the pack does not know stays as it is. */
  async #explain(error: grpc.ServiceError, doing: string): Promise<Error> {
    const { timeoutSeconds, signal } = this.options;
    if (signal.aborted) return new RunEnding();
    switch (error.code) {
      case grpc.status.UNIMPLEMENTED:
        return error;
      case grpc.status.DEADLINE_EXCEEDED:
        return new EngineError(
          `${this.#label} gave no answer within ${timeoutSeconds} s, while it ${doing}`,
          "look for a policy that waits for something; nothing was done since",
          1,
        );
      case grpc.status.UNAVAILABLE: {
        const waited = new Promise<string>((resolve) => setTimeout(resolve, END_GRACE, "cannot be reached").unref());
        const how = await Promise.race([this.#process.ended, waited]);
        return new EngineError(`${this.#label} ${how}, while it ${doing}`, "what it printed says more", 1);
      }
      default:
        return new EngineError(
          `${this.#label} failed while it ${doing}:\n  ${this.#shortened(error.details)}`,
          undefined,
          1,
        );
    }
  }

  /** A policy's error comes with its whole stack: the place in the pack is what its author needs. */
  #shortened(details: string): string {
    const lines = details.trim().split("\n");
    const frames = lines.filter((line) => /^\s+at /.test(line));
    const own = frames.find((line) => line.includes(this.project.dir) && !line.includes("node_modules"));
    const told = lines.filter((line) => !/^\s+at /.test(line)).map((line) => line.trim());
    return [...told, ...(own ? [own.trim()] : [])].join("\n  ");
  }
}
