import { randomBytes } from "node:crypto";
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
  type UpdateRequest,
  type UpdateResult,
} from "../../provider.js";
import { type PropertyMap, UNKNOWN } from "../../values.js";
import { diffProperties } from "../shared/diff.js";
import { checkFields } from "../shared/fields.js";
import { nameOf } from "../shared/plain.js";
import { execute, SECRET_ARGUMENT, secretNeedsArgument } from "./execute.js";
import { commandFields, runFields } from "./schema.js";

const LOCAL_COMMAND = "command:local:Command";
const LOCAL_RUN = "command:local:run";

/**
 * Commands that are run on this machine: types, inputs, outputs and ids as `@pulumi/command` 1.2. Remote commands belong to
 * machines that are reached by ssh, and are refused.
 */
export class CommandProvider implements Provider {
  readonly package = "command";
  readonly acceptsSecrets = true;
  readonly supportsPreview = true;
  private readonly cancelled = new AbortController();

  constructor(private readonly context: ProviderContext = { folder: process.cwd() }) {}

  async configure(_args: PropertyMap): Promise<void> {}

  async check({ type, news }: CheckRequest): Promise<CheckResult> {
    localOnly(type);
    const { inputs, failures } = checkFields(commandFields, news);
    failures.push(...secretArguments(inputs, ["create", "update", "delete"]));
    return { inputs, failures };
  }

  async diff({ oldInputs, news, ignoreChanges }: DiffRequest): Promise<DiffResult> {
    return diffProperties(oldInputs, news, { replaces: (key) => key === "triggers", inputDiff: true, ignoreChanges });
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    localOnly(request.type);
    const { inputs } = request;
    if (request.preview) return { id: "", outputs: { ...inputs, ...unknownOutputs(inputs) } };
    const name = nameOf(request.urn);
    const id = name + randomBytes(4).toString("hex");
    if (inputs.create === undefined || inputs.create === null) {
      return { id, outputs: { ...inputs, stdout: "", stderr: "" } };
    }
    return { id, outputs: { ...inputs, ...(await this.run("create", request, inputs)) } };
  }

  /** Runs `update`, or `create` again if there is none. With neither, the last outputs stay. */
  async update(request: UpdateRequest): Promise<UpdateResult> {
    localOnly(request.type);
    const { news, oldOutputs } = request;
    const operation = isGiven(news, "update") ? "update" : "create";
    const last = Object.fromEntries(
      ["stdout", "stderr", "assets", "archive"].flatMap((key) =>
        oldOutputs[key] === undefined ? [] : [[key, oldOutputs[key]!]],
      ),
    );
    if (!isGiven(news, operation)) return { outputs: { ...news, ...last } };
    if (request.preview) return { outputs: { ...news, ...unknownOutputs(news) } };
    return { outputs: { ...news, ...(await this.run(operation, request, news, oldOutputs)) } };
  }

  /** There is nothing to ask: a command leaves its outputs and no more. */
  async read({ type, id, outputs }: ReadRequest): Promise<ReadResult> {
    localOnly(type);
    if (Object.keys(outputs).length === 0) {
      throw new ProviderError(
        "a command cannot be imported: what it did can be read nowhere",
        "let the program run it",
      );
    }
    return { id, outputs };
  }

  /** A command ends with the engine that ran it, and leaves no object: the next run runs it again. */
  async recover(): Promise<undefined> {}

  async delete(request: DeleteRequest): Promise<void> {
    if (request.type !== LOCAL_COMMAND) localOnly(request.type);
    const inputs = { ...request.oldInputs };
    if (!isGiven(inputs, "delete")) return;
    await this.run("delete", request, inputs, request.oldOutputs);
  }

  async invoke(token: string, args: PropertyMap): Promise<InvokeResult> {
    if (token !== LOCAL_RUN) throw new ProviderError(`the command provider has no function ${token}`);
    const { inputs, failures } = checkFields(runFields, args);
    failures.push(...secretArguments(inputs, ["command"]));
    if (failures.length > 0) return { result: {}, failures };
    const outputs = await execute({
      operation: "run",
      name: "command:local:run",
      command: inputs.command!,
      inputs,
      folder: this.context.folder,
      signal: this.cancelled.signal,
    });
    return { result: { ...inputs, ...outputs }, failures: [] };
  }

  async cancel(): Promise<void> {
    this.cancelled.abort();
  }

  private run(
    operation: "create" | "update" | "delete",
    request: CreateRequest | UpdateRequest | DeleteRequest,
    inputs: PropertyMap,
    previous?: PropertyMap,
  ): Promise<PropertyMap> {
    const { signal } = request;
    return execute({
      operation,
      name: nameOf(request.urn),
      command: inputs[operation]!,
      inputs,
      previous,
      folder: this.context.folder,
      tolerant: operation === "delete",
      signal: signal ? AbortSignal.any([signal, this.cancelled.signal]) : this.cancelled.signal,
      timeout: request.timeout,
      report: request.report,
    });
  }
}

export const commandProvider: ProviderFactory = (context) => new CommandProvider(context);

function isGiven(inputs: PropertyMap, key: string): boolean {
  return inputs[key] !== undefined && inputs[key] !== null;
}

function unknownOutputs(inputs: PropertyMap): PropertyMap {
  return {
    stdout: UNKNOWN,
    stderr: UNKNOWN,
    ...(isGiven(inputs, "assetPaths") ? { assets: UNKNOWN } : {}),
    ...(isGiven(inputs, "archivePaths") ? { archive: UNKNOWN } : {}),
  };
}

function secretArguments(inputs: PropertyMap, keys: string[]): CheckFailure[] {
  return keys
    .filter((key) => secretNeedsArgument(inputs[key], inputs.interpreter))
    .map((property) => ({ property, reason: SECRET_ARGUMENT }));
}

function localOnly(type: string): void {
  if (type === LOCAL_COMMAND) return;
  if (type.startsWith("command:remote:")) {
    throw new ProviderError(
      `${type} runs on a machine that is reached by ssh, which this engine does not do yet`,
      "run this stack with the real pulumi engine",
    );
  }
  throw new ProviderError(`the command provider has no resource type ${type}`, `known is ${LOCAL_COMMAND}`);
}
