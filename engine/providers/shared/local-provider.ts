import {
  type CheckFailure,
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DiffRequest,
  type DiffResult,
  type InvokeResult,
  type Provider,
  ProviderError,
  type ReadRequest,
  type ReadResult,
  type UpdateRequest,
  type UpdateResult,
} from "../../provider.js";
import { type PropertyMap, Secret, UNKNOWN } from "../../values.js";
import { diffProperties, equalValues } from "./diff.js";
import { checkFields, type Fields, withDefaults } from "./fields.js";
import { plainMap } from "./plain.js";

/** A kind of resource that lives in the state alone: nothing outside has to be asked, made or removed. */
export interface LocalResource {
  fields: Fields;
  /** Outputs besides the inputs. Unknown in a preview of a creation. */
  generated: readonly string[];
  /** Outputs that are secret, whatever the inputs were. */
  secrets?: readonly string[];
  /** Rules across fields. Gets plain inputs with defaults; keys that are not known yet hold UNKNOWN. */
  validate?(inputs: PropertyMap): CheckFailure[];
  /** Fills in defaults that depend on other fields. */
  normalize?(inputs: PropertyMap): PropertyMap;
  /** Makes the generated outputs. Inputs are plain, known and have their defaults. */
  create(inputs: PropertyMap, request: CreateRequest): Promise<CreateResult>;
  /** What to know of an object that is imported by this id: the outputs. Not given: it cannot be imported. */
  import?(id: string): Promise<CreateResult>;
  /** Outputs that time has changed. */
  refresh?(outputs: PropertyMap): PropertyMap;
  /** Keys of outputs that force a replacement now, by the new inputs. */
  expired?(outputs: PropertyMap, inputs: PropertyMap): string[];
}

export type Invoke = (args: PropertyMap, fail: (property: string, reason: string) => void) => Promise<PropertyMap>;

/** A provider whose resources are computed here and kept in the state only. */
export class LocalProvider implements Provider {
  readonly supportsPreview = true;

  constructor(
    readonly pkg: string,
    private readonly resources: Record<string, LocalResource>,
    private readonly invokes: Record<string, Invoke> = {},
  ) {}

  get package(): string {
    return this.pkg;
  }

  async configure(_args: PropertyMap): Promise<void> {}

  async check({ type, news }: CheckRequest): Promise<CheckResult> {
    const resource = this.resource(type);
    const { inputs, failures } = checkFields(resource.fields, news);
    if (failures.length === 0) failures.push(...(resource.validate?.(this.complete(resource, inputs)) ?? []));
    return { inputs, failures };
  }

  /** Old state is compared by its outputs: those hold the defaults too, so that writing a default out is no change. */
  async diff({ type, oldOutputs, oldInputs, news, ignoreChanges }: DiffRequest): Promise<DiffResult> {
    const resource = this.resource(type);
    const outputs = plainMap(oldOutputs);
    const known = Object.keys(outputs).length > 0 ? outputs : plainMap(oldInputs);
    const olds = this.complete(resource, known);
    const now = this.complete(resource, news);
    const result = diffProperties(dropEmpty(olds), dropEmpty(now), {
      replaces: (key) => resource.fields[key]?.replaces !== false,
      inputDiff: false,
      ignoreChanges,
    });
    const expired = resource.expired?.(outputs, now) ?? [];
    if (expired.length === 0) return result;
    return {
      changes: "some",
      diffs: [...(result.diffs ?? []), ...expired],
      replaces: [...(result.replaces ?? []), ...expired],
      detailedDiff: {
        ...result.detailedDiff,
        ...Object.fromEntries(expired.map((key) => [key, { kind: "update-replace" as const, inputDiff: false }])),
      },
    };
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    const resource = this.resource(request.type);
    const inputs = this.complete(resource, request.inputs);
    if (request.preview) {
      const unknown = Object.fromEntries([...resource.generated, "id"].map((key) => [key, UNKNOWN]));
      return { id: "", outputs: this.markSecrets(resource, { ...inputs, ...unknown }) };
    }
    const made = await resource.create(inputs, request);
    return { id: made.id, outputs: this.markSecrets(resource, { ...inputs, ...made.outputs, id: made.id }) };
  }

  async update({ type, oldOutputs, news }: UpdateRequest): Promise<UpdateResult> {
    const resource = this.resource(type);
    const kept = Object.fromEntries(Object.entries(oldOutputs).filter(([key]) => !(key in resource.fields)));
    const outputs = { ...kept, ...this.complete(resource, news) };
    return { outputs: this.markSecrets(resource, outputs) };
  }

  async read({ type, id, outputs, inputs }: ReadRequest): Promise<ReadResult> {
    const resource = this.resource(type);
    if (Object.keys(outputs).length > 0) {
      return { id, outputs: { ...outputs, ...resource.refresh?.(plainMap(outputs)) } };
    }
    if (!resource.import) {
      throw new ProviderError(
        `${type} cannot be imported: what it generated is in no place that could be read`,
        "let the program create a new one",
      );
    }
    const made = await resource.import(id);
    const all = { ...this.complete(resource, { ...plainMap(inputs), ...made.outputs }), ...made.outputs, id: made.id };
    return { id: made.id, outputs: this.markSecrets(resource, all), inputs: this.inputsOf(resource, all) };
  }

  async delete(): Promise<void> {}

  /** A creation that was interrupted has left nothing anywhere. */
  async recover(): Promise<undefined> {}

  async invoke(token: string, args: PropertyMap): Promise<InvokeResult> {
    const invoke = this.invokes[token];
    if (!invoke) throw new ProviderError(`the ${this.pkg} provider has no function ${token}`);
    const failures: CheckFailure[] = [];
    const result = await invoke(plainMap(args), (property, reason) => failures.push({ property, reason }));
    return { result, failures };
  }

  private resource(type: string): LocalResource {
    const resource = this.resources[type];
    if (resource) return resource;
    throw new ProviderError(
      `the ${this.pkg} provider has no resource type ${type}`,
      `known are ${Object.keys(this.resources).join(", ")}`,
    );
  }

  private complete(resource: LocalResource, inputs: PropertyMap): PropertyMap {
    const known = plainMap(inputs);
    return withDefaults(resource.fields, resource.normalize?.(known) ?? known);
  }

  private inputsOf(resource: LocalResource, outputs: PropertyMap): PropertyMap {
    return Object.fromEntries(
      Object.entries(resource.fields)
        .filter(([key, field]) => outputs[key] !== undefined && !equalValues(field.default, outputs[key]))
        .map(([key]) => [key, outputs[key]!]),
    );
  }

  private markSecrets(resource: LocalResource, outputs: PropertyMap): PropertyMap {
    const marked = { ...outputs };
    for (const key of resource.secrets ?? []) {
      const value = marked[key];
      if (value !== undefined && value !== UNKNOWN && !(value instanceof Secret)) marked[key] = new Secret(value);
    }
    return marked;
  }
}

/** Empty lists and maps say as little as missing ones. */
function dropEmpty(map: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(map).filter(
      ([, value]) => typeof value !== "object" || value === null || value === UNKNOWN || Object.keys(value).length > 0,
    ),
  );
}
