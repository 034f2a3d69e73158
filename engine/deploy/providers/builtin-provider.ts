import { randomUUID } from "node:crypto";
import { EngineError } from "../../errors.js";
import type {
  CheckRequest,
  CheckResult,
  CreateRequest,
  CreateResult,
  DiffRequest,
  DiffResult,
  InvokeResult,
  Provider,
  ReadRequest,
  ReadResult,
  UpdateRequest,
  UpdateResult,
} from "../../provider.js";
import type { ResourceState } from "../../state/types.js";
import { containsSecret, type PropertyMap, Unknown } from "../../values.js";
import { sameValue } from "../properties/property-tools.js";
import type { StackReader } from "./stack-reader.js";

/** What the engine's own provider knows of the run that it is part of. */
export interface BuiltinSources {
  stacks: StackReader;
  /** A resource that this run has registered or read. */
  resource: (urn: string) => ResourceState | undefined;
}

const STACK_REFERENCE = "pulumi:pulumi:StackReference";
const STASH = "pulumi:index:Stash";
/** The one input that each type has. */
const INPUT: Record<string, string> = { [STACK_REFERENCE]: "name", [STASH]: "input" };

/**
 * The package `pulumi`: other stacks' outputs (StackReference), a value that outlives what it came from (Stash), and what the SDK
 * asks of the run itself. Behaves as the built-in provider of Pulumi's engine does.
 */
export class BuiltinProvider implements Provider {
  readonly package = "pulumi";
  readonly acceptsSecrets = true;
  readonly supportsPreview = true;

  constructor(private readonly sources: BuiltinSources) {}

  async configure(): Promise<void> {}

  async check({ type, news }: CheckRequest): Promise<CheckResult> {
    const input = inputOf(type);
    const failures = Object.keys(news)
      .filter((key) => key !== input)
      .map((key) => ({ property: key, reason: `${type} has no such property; it has ${input}` }));
    if (news[input] === undefined) failures.push({ property: input, reason: "is missing" });
    return { inputs: news, failures };
  }

  async diff({ type, oldInputs, news }: DiffRequest): Promise<DiffResult> {
    const input = inputOf(type);
    if (sameValue(oldInputs[input], news[input])) return { changes: "none" };
    return { changes: "some", diffs: [input], replaces: type === STACK_REFERENCE ? [input] : [] };
  }

  async create({ type, inputs, preview }: CreateRequest): Promise<CreateResult> {
    const id = preview ? "" : randomUUID();
    if (inputOf(type) === "input")
      return { id, outputs: { input: inputs.input ?? null, output: inputs.input ?? null } };
    return { id, outputs: await this.#stackOutputs(inputs) };
  }

  /** A stash keeps what it was given first, until it is replaced. */
  async update({ type, news, oldOutputs }: UpdateRequest): Promise<UpdateResult> {
    if (type !== STASH) throw new EngineError(`${type} cannot be updated`, undefined, 1);
    return { outputs: { input: news.input ?? null, output: oldOutputs.output ?? null } };
  }

  async read({ type, id, inputs, outputs }: ReadRequest): Promise<ReadResult> {
    if (inputs[inputOf(type)] === undefined)
      throw new EngineError(`${type} cannot be imported`, "take the `import` option off", 1);
    if (type === STASH) return { id, inputs, outputs };
    return { id, inputs, outputs: await this.#stackOutputs(inputs) };
  }

  /** Nothing lies outside the state. */
  async delete(): Promise<void> {}

  async invoke(token: string, args: PropertyMap): Promise<InvokeResult> {
    switch (token) {
      case "pulumi:pulumi:getResource":
        return { result: this.#resource(args), failures: [] };
      case "pulumi:pulumi:readStackOutputs":
        return { result: await this.#stackOutputs(args), failures: [] };
      case "pulumi:pulumi:readStackResourceOutputs": {
        const name = text(args, "stackName");
        return { result: { name, outputs: await this.sources.stacks.resourceOutputs(name) }, failures: [] };
      }
      default:
        throw new EngineError(`the package pulumi has no function ${token}`, undefined, 1);
    }
  }

  #resource(args: PropertyMap): PropertyMap {
    const urn = text(args, "urn");
    const state = this.sources.resource(urn);
    if (state === undefined) throw new EngineError(`no resource ${urn} in this run`, undefined, 1);
    return { urn, id: state.id ?? "", provider: state.provider ?? "", state: state.outputs };
  }

  async #stackOutputs(inputs: PropertyMap): Promise<PropertyMap> {
    if (inputs.name instanceof Unknown)
      return { name: inputs.name, outputs: inputs.name, secretOutputNames: inputs.name };
    const name = text(inputs, "name");
    const outputs = await this.sources.stacks.outputs(name);
    const secretOutputNames = Object.keys(outputs).filter((key) => containsSecret(outputs[key]));
    return { name, outputs, secretOutputNames: secretOutputNames.sort() };
  }
}

function inputOf(type: string): string {
  const input = INPUT[type];
  if (input === undefined) throw new EngineError(`the package pulumi has no resource type ${type}`, undefined, 1);
  return input;
}

function text(map: PropertyMap, key: string): string {
  const value = map[key];
  if (typeof value === "string") return value;
  throw new EngineError(`\`${key}\` of a function of the package pulumi should be a text`, undefined, 1);
}
