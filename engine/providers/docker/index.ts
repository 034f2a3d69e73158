import {
  type CheckFailure,
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  type InvokeResult,
  type Provider,
  type ProviderContext,
  ProviderError,
  type ProviderFactory,
  type ReadRequest,
  type ReadResult,
  type RecoverRequest,
  type ResourceCall,
  type UpdateRequest,
  type UpdateResult,
} from "../../provider.js";
import { resolveEndpoint } from "../../transport/endpoint.mjs";
import { containsUnknown, type PropertyMap } from "../../values.js";
import { checkResource } from "./check.js";
import { DockerClient } from "./client.js";
import { checkProviderConfig, decode, diffProviderConfig } from "./config.js";
import { container } from "./container/index.js";
import { diffResource } from "./diff.js";
import { toProviderError } from "./errors.js";
import { invokeFunction } from "./functions.js";
import { image } from "./image/image.js";
import { RegistryAuth } from "./image/registry-auth.js";
import { remoteImage } from "./image/remote-image.js";
import { network } from "./network.js";
import type { ResourceType, Session } from "./resource.js";
import { volume } from "./volume.js";

const TYPES: Record<string, ResourceType> = {
  "docker:index/container:Container": container,
  "docker:index/image:Image": image,
  "docker:index/network:Network": network,
  "docker:index/remoteImage:RemoteImage": remoteImage,
  "docker:index/volume:Volume": volume,
};

/** Types of the vendor's package that this provider does not have, and why. */
const SWARM_TYPES = /^docker:index\/(service|secret|serviceConfig|plugin):/;

/**
 * The docker package over the Engine API of a daemon that is here or reached by TCP or ssh, with the vendor's types, defaults,
 * outputs and diffs, so that a stack moves between this engine and the real one without a difference.
 */
class DockerProvider implements Provider {
  readonly package = "docker";
  readonly supportsPreview = true;
  private config: PropertyMap = {};
  private session: Session | undefined;
  /** Aborted by cancel(): whatever waits for the daemon ends. */
  private readonly cancelled = new AbortController();

  constructor(private readonly context: ProviderContext = { folder: process.cwd() }) {}

  async checkConfig({ news }: { news: PropertyMap }): Promise<CheckResult> {
    return checkProviderConfig(news);
  }

  async diffConfig({ oldInputs, news }: { oldInputs: PropertyMap; news: PropertyMap }): Promise<DiffResult> {
    return diffProviderConfig(oldInputs, news);
  }

  /** Does not connect: a preview needs no daemon. */
  async configure(args: PropertyMap): Promise<void> {
    this.config = Object.fromEntries(Object.entries(args).map(([key, value]) => [key, decode(key, value)]));
    await this.close();
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    const type = typeOf(request.type);
    const result = checkResource(type.shape, request);
    if (result.failures.length > 0 || !type.complete) return result;
    const failures: CheckFailure[] = await type.complete(result.inputs, this.context.folder);
    return { inputs: result.inputs, failures };
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    const type = typeOf(request.type);
    return diffResource(type.shape, request, type.deleteBeforeReplace(request));
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    // What is not in the inputs stays unknown until it is there.
    if (request.preview) return { id: "", outputs: request.inputs };
    return this.call(request, (type, session, call) => type.create(session, call));
  }

  async update(request: UpdateRequest): Promise<UpdateResult> {
    if (request.preview) return { outputs: previewUpdate(typeOf(request.type), request) };
    return this.call(request, (type, session, call) => type.update(session, call));
  }

  read(request: ReadRequest): Promise<ReadResult> {
    return this.call(withKnown(request), (type, session, call) => type.read(session, call));
  }

  delete(request: DeleteRequest): Promise<void> {
    return this.call(request, (type, session, call) => type.delete(session, call));
  }

  recover(request: RecoverRequest): Promise<ReadResult | undefined> {
    return this.call(request, (type, session, call) => type.recover(session, call));
  }

  async invoke(token: string, args: PropertyMap): Promise<InvokeResult> {
    try {
      return await invokeFunction(this.connect(), token, args, this.cancelled.signal);
    } catch (error) {
      throw toProviderError(error);
    }
  }

  async cancel(): Promise<void> {
    this.cancelled.abort();
  }

  async close(): Promise<void> {
    this.session?.client.close();
    this.session = undefined;
  }

  private async call<R extends ResourceCall, T>(
    request: R,
    run: (type: ResourceType, session: Session, request: R) => Promise<T>,
  ): Promise<T> {
    const type = typeOf(request.type);
    const signals = [this.cancelled.signal, ...(request.signal ? [request.signal] : [])];
    try {
      return await run(type, this.connect(), { ...request, signal: AbortSignal.any(signals) });
    } catch (error) {
      throw toProviderError(error);
    }
  }

  private connect(): Session {
    this.session ??= {
      client: new DockerClient(resolveEndpoint(this.config), this.context.folder),
      folder: this.context.folder,
      registryAuth: new RegistryAuth(this.config.registryAuth),
      madeImages: new Set(),
    };
    return this.session;
  }
}

/**
 * The outputs that an update leaves as they are, and those that it is known to change. Without them everything computed (an
 * `imageId`) would be unknown in the preview, and whatever uses it would be shown as replaced.
 */
function previewUpdate(type: ResourceType, { oldInputs, oldOutputs, news }: UpdateRequest): PropertyMap {
  const outputs: PropertyMap = { ...oldOutputs };
  for (const key of Object.keys(oldInputs)) delete outputs[key];
  return { ...outputs, ...news, ...type.unknownAfter?.(oldInputs, news) };
}

/** What a preview does not know yet says nothing about an object that is imported. */
function withKnown(request: ReadRequest): ReadRequest {
  const asked = request.import?.asked;
  if (asked === undefined) return request;
  const known = Object.entries(asked).filter(([, value]) => !containsUnknown(value));
  return { ...request, import: { asked: Object.fromEntries(known) } };
}

function typeOf(token: string): ResourceType {
  const type = Object.hasOwn(TYPES, token) ? TYPES[token] : undefined;
  if (type) return type;
  throw new ProviderError(
    `the hermetic engine has no resource type ${token}`,
    SWARM_TYPES.test(token)
      ? "it belongs to a swarm: run this stack with the real engine (`--engine pulumi`)"
      : `it has ${Object.keys(TYPES).join(", ")}; run this stack with the real engine (\`--engine pulumi\`)`,
  );
}

export const dockerProvider: ProviderFactory = (context) => new DockerProvider(context);
