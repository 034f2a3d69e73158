import { setTimeout as wait } from "node:timers/promises";
import type {
  CheckRequest,
  CheckResult,
  CreateRequest,
  CreateResult,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  InvokeResult,
  Provider,
  ProviderFactory,
  ReadRequest,
  ReadResult,
  ResourceCall,
  UpdateRequest,
  UpdateResult,
} from "../../provider.js";
import { containsSecret, type PropertyMap, type PropertyValue, Secret, UNKNOWN } from "../../values.js";
import { diffProperties, equalValues } from "../shared/diff.js";
import { nameOf, plainMap } from "../shared/plain.js";
import { Account, vendorOf } from "./checks/index.js";
import { loadFacts, type PackageFacts, type TypeFacts } from "./facts.js";
import { digest, placeholder, placeholderId, type Subject } from "./placeholder.js";

/** What a simulated change takes: enough for the order of steps to be real. */
const STEP_MS = 2;

/**
 * Stands in for a package's real provider, which is named by `package`: it plans and keeps state, and touches nothing.
 *
 * Changes are judged by the vendor's schema where we have it (docker, command, digitalocean, cloudflare; libvirt's says nothing
 * of replacements): what replaces, what is secret. Of other packages every change is an update. Outputs are the inputs, and for
 * what only the real thing could know, values that are plainly made up: addresses of 192.0.2.0/24, names under `.invalid`.
 * DigitalOcean and Cloudflare refuse what the vendor would, as far as one run can know: see checks/.
 */
export class SimulatedProvider implements Provider {
  readonly acceptsSecrets = true;
  readonly supportsPreview = true;
  readonly simulated = true;
  private facts: Promise<PackageFacts> | undefined;
  /** Where there is a vendor whose rules are known. */
  private readonly account: Account | undefined;
  /** Resources that the state has, with their ids: what is created for one of them takes its place. */
  private readonly present = new Map<string, string>();

  constructor(readonly pkg: string) {
    const vendor = vendorOf(pkg);
    if (vendor) this.account = new Account(vendor);
  }

  get package(): string {
    return this.pkg;
  }

  async configure(_args: PropertyMap): Promise<void> {}

  async check({ urn, olds, news }: CheckRequest): Promise<CheckResult> {
    if (olds !== undefined && !this.present.has(urn)) this.present.set(urn, "");
    return { inputs: news, failures: [] };
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    const { urn, type, id, oldInputs, news, ignoreChanges } = request;
    this.present.set(urn, id);
    this.account?.note(request, id, plainMap(oldInputs));
    const { replaces = [] } = await this.factsOf(type);
    const sameName = isText(oldInputs.name) && equalValues(oldInputs.name, news.name);
    return diffProperties(oldInputs, news, {
      replaces: (key) => replaces.includes(key),
      inputDiff: true,
      ignoreChanges,
      // Two objects cannot bear one name: as the vendors' bridge does it.
      deleteBeforeReplace: sameName && replaces.includes("name"),
    });
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    const { inputs, preview } = request;
    const facts = await this.factsOf(request.type);
    if (preview) return { id: "", outputs: complete(facts, inputs, () => UNKNOWN) };
    const subject = this.subject(request, inputs);
    this.account?.admit(request, subject.inputs);
    // Something new, and not what it replaces, which may have been asked for in the same words; the same in every simulation.
    const former = this.present.get(request.urn);
    if (this.account && former !== undefined) subject.seed = digest(subject.seed, former);
    await wait(STEP_MS, undefined, { signal: request.signal });
    const outputs = complete(facts, inputs, (key, kind) => placeholder(subject, key, kind));
    const id = placeholderId(subject);
    this.account?.note(request, id, subject.inputs);
    return { id, outputs };
  }

  /** What the old outputs knew besides the old inputs stays. */
  async update(request: UpdateRequest): Promise<UpdateResult> {
    const { news, oldInputs, oldOutputs, preview } = request;
    const facts = await this.factsOf(request.type);
    if (!preview) await wait(STEP_MS, undefined, { signal: request.signal });
    const kept = Object.fromEntries(Object.entries(oldOutputs).filter(([key]) => !(key in oldInputs)));
    const subject = this.subject(request, news);
    if (!preview) this.account?.note(request, request.id, subject.inputs);
    return { outputs: complete(facts, { ...kept, ...news }, (key, kind) => placeholder(subject, key, kind)) };
  }

  /** The state is all there is. An object that is imported or looked up is taken to exist as described: as the program asks for it. */
  async read(request: ReadRequest): Promise<ReadResult> {
    const { id, outputs } = request;
    const inputs = request.import?.asked ?? request.inputs;
    const subject = this.subject(request, inputs);
    this.account?.note(request, id, subject.inputs);
    if (Object.keys(outputs).length > 0) return { id, outputs };
    const facts = await this.factsOf(request.type);
    return { id, outputs: complete(facts, inputs, (key, kind) => placeholder(subject, key, kind)), inputs };
  }

  async recover(): Promise<undefined> {}

  async delete(request: DeleteRequest): Promise<void> {
    await wait(STEP_MS, undefined, { signal: request.signal });
    this.account?.forget(request, request.id);
  }

  async invoke(token: string, args: PropertyMap): Promise<InvokeResult> {
    const facts = (await this.load()).functions[token] ?? {};
    const inputs = plainMap(args);
    const subject = { pkg: this.pkg, type: token, name: token.split(":").at(-1)!, seed: seedOf(token, args), inputs };
    const result = complete(facts, args, (key, kind) =>
      key === "id" ? placeholderId(subject) : placeholder(subject, key, kind),
    );
    return { result: { id: placeholderId(subject), ...result }, failures: [] };
  }

  private load(): Promise<PackageFacts> {
    this.facts ??= loadFacts(this.pkg);
    return this.facts;
  }

  private async factsOf(type: string): Promise<TypeFacts> {
    return (await this.load()).resources[type] ?? {};
  }

  private subject({ urn, type }: ResourceCall, inputs: PropertyMap): Subject {
    return { pkg: this.pkg, type, name: nameOf(urn), seed: seedOf(urn, inputs), inputs: plainMap(inputs) };
  }
}

/** Makes the factory of a stand-in for a package's provider. */
export const simulatedProvider =
  (pkg: string): ProviderFactory =>
  () =>
    new SimulatedProvider(pkg);

/** Different for a replacement, since that has other inputs. Secrets have no part in it: ids are shown. */
function seedOf(urn: string, inputs: PropertyMap): string {
  const open = Object.entries(inputs).filter(([, value]) => !containsSecret(value));
  return digest(urn, JSON.stringify(open.sort(([a], [b]) => (a < b ? -1 : 1))));
}

function complete(
  facts: TypeFacts,
  inputs: PropertyMap,
  make: (key: string, kind: NonNullable<TypeFacts["outputs"]>[string]) => PropertyValue,
): PropertyMap {
  const outputs = { ...inputs };
  for (const [key, kind] of Object.entries(facts.outputs ?? {})) {
    if (outputs[key] === undefined || outputs[key] === null) outputs[key] = make(key, kind);
  }
  for (const key of facts.secrets ?? []) {
    const value = outputs[key];
    if (value !== undefined && value !== UNKNOWN && !(value instanceof Secret)) outputs[key] = new Secret(value);
  }
  return outputs;
}

function isText(value: PropertyValue | undefined): boolean {
  return typeof value === "string" && value !== "";
}
