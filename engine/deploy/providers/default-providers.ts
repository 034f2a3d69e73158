import { EngineError } from "../../errors.js";
import { type PackageSpec, packageName, specKey, specToInputs } from "../../plugins/package-spec.js";
import { parseVersion } from "../../plugins/version.js";
import type { ResourceState } from "../../state/types.js";
import { type PropertyMap, Secret } from "../../values.js";
import { emptyGoal, type Goal } from "../goals/goal.js";
import { makeUrn, providerType } from "../goals/urn.js";
import { providerRef } from "./provider-registry.js";

/** What default providers are made from. */
export interface ProviderConfig {
  stack: string;
  project: string;
  /** `ns:name` to text. The keys of a package's namespace become its default provider's inputs. */
  config: Record<string, string>;
  secretKeys: string[];
}

/** Their code is part of the program: they get all of its config, under full keys. */
const DYNAMIC_PACKAGES = new Set(["pulumi-nodejs", "pulumi-python"]);

/** The providers of resources that name none: one for each package, version, source and parameterization. */
export class DefaultProviders {
  readonly #refs = new Map<string, Promise<string>>();

  constructor(
    private readonly config: ProviderConfig,
    /** Registers a provider resource. */
    private readonly register: (goal: Goal) => Promise<ResourceState>,
  ) {}

  /** The reference of a package's default provider, which is registered when it is first needed. */
  ref(spec: PackageSpec): Promise<string> {
    const key = specKey(spec);
    const known = this.#refs.get(key);
    if (known !== undefined) return known;
    const made = this.#make(spec);
    this.#refs.set(key, made);
    return made;
  }

  async #make(spec: PackageSpec): Promise<string> {
    const state = await this.register(defaultProviderGoal(spec, this.config));
    return providerRef(state.urn, state.id);
  }
}

/** The goal of a package's default provider. A spec without a version means whatever is there. */
export function defaultProviderGoal(spec: PackageSpec, config: ProviderConfig): Goal {
  const pkg = packageName(spec);
  refuseDisabled(pkg, config.config);
  const type = providerType(pkg);
  const name = defaultProviderName(spec);
  const inputs = configured(pkg, config);
  specToInputs(inputs, spec);
  return { ...emptyGoal(makeUrn(config.stack, config.project, undefined, type, name), type, true), inputs };
}

function configured(pkg: string, { config, secretKeys }: ProviderConfig): PropertyMap {
  const inputs: PropertyMap = {};
  for (const [key, value] of Object.entries(config)) {
    const whole = DYNAMIC_PACKAGES.has(pkg);
    if (!whole && !key.startsWith(`${pkg}:`)) continue;
    inputs[whole ? key : key.slice(pkg.length + 1)] = secretKeys.includes(key) ? new Secret(value) : value;
  }
  return inputs;
}

/** `default_1_2_3_beta_1`, with the source at the end if it is not Pulumi's. */
function defaultProviderName(spec: PackageSpec): string {
  const version = spec.parameterization?.version ?? spec.version;
  const parts = ["default"];
  if (version !== undefined) {
    const parsed = parseVersion(version);
    if (parsed === undefined || version.startsWith("v"))
      throw new EngineError(
        `the version "${version}" of the package ${spec.name} is not a semantic version`,
        undefined,
        1,
      );
    parts.push(String(parsed.major), String(parsed.minor), String(parsed.patch), ...parsed.pre, ...parsed.build);
  }
  if (spec.downloadUrl) parts.push(asName(spec.downloadUrl));
  return parts.join("_");
}

/** A text as a name can hold it: each part between slashes begins with a letter, `_` or `.`. */
function asName(text: string): string {
  const parts = text.split("/").filter((part) => part !== "");
  const named = parts.map((part) => part.replace(/^[^A-Za-z0-9_.]/, "_").replace(/(?!^)[^A-Za-z0-9_.-]/g, "_"));
  return named.join("/") || "_";
}

function refuseDisabled(pkg: string, config: Record<string, string>): void {
  const disabled = config["pulumi:disable-default-providers"];
  if (!disabled || pkg === "pulumi") return;
  let list: unknown;
  try {
    list = JSON.parse(disabled);
  } catch {
    // Told below.
  }
  if (!Array.isArray(list) || list.some((item) => typeof item !== "string"))
    throw new EngineError(
      `pulumi:disable-default-providers: ${disabled} is not a list of packages`,
      'write it as a JSON list, ["aws", "docker"] or ["*"]',
    );
  const barred = list.map((item: string) => item.trim());
  if (barred.includes("*") || barred.includes(pkg)) {
    throw new EngineError(
      `default providers are disabled for "${pkg}"`,
      "pass an explicit provider, or change pulumi:disable-default-providers",
      1,
    );
  }
}
