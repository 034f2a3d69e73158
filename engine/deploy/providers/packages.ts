import { randomUUID } from "node:crypto";
import type resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import { EngineError } from "../../errors.js";
import { type PackageSpec, specKey, specToInputs } from "../../plugins/package-spec.js";
import { isPropertyMap, type PropertyMap } from "../../values.js";
import { packageOf } from "../goals/urn.js";

/** What requests of all kinds say on the package that is to serve them. */
interface PackageRequest {
  getVersion(): string;
  getPlugindownloadurl(): string;
  getPackageref(): string;
}

/** The packages that the program has registered, by the references that it was given for them. */
export class Packages {
  readonly #specs = new Map<string, PackageSpec>();
  readonly #refs = new Map<string, string>();

  /** Registering the same package again gives the same reference. */
  register(request: resourceProto.RegisterPackageRequest): string {
    const name = request.getName();
    if (name === "") throw new EngineError("a package was registered without a name", undefined, 1);
    if (request.hasExtension$())
      throw new EngineError(
        `the package ${name} is registered with an extension, which the hermetic engine does not support`,
        "use the real engine for this stack (`pulumi up`)",
        1,
      );
    const spec: PackageSpec = { name };
    if (request.getVersion()) spec.version = request.getVersion();
    if (request.getDownloadUrl()) spec.downloadUrl = trimmed(request.getDownloadUrl());
    const checksums = [...request.getChecksumsMap().entries()].map(([platform, sum]) => [platform, hex(sum)]);
    if (checksums.length > 0) spec.checksums = Object.fromEntries(checksums);
    const parameter = request.getParameterization();
    if (parameter !== undefined) {
      const value = parameter.getValue_asU8();
      spec.parameterization = { name: parameter.getName(), version: parameter.getVersion(), value };
    }
    const key = specKey(spec);
    const known = this.#refs.get(key);
    if (known !== undefined) return known;
    const ref = randomUUID();
    this.#refs.set(key, ref);
    this.#specs.set(ref, spec);
    return ref;
  }

  /** What serves a resource or function: the package that it refers to, else that of its type token, in the version that it names. */
  specFor(token: string, request: PackageRequest): PackageSpec {
    const ref = request.getPackageref();
    if (ref !== "") return this.#get(ref);
    const spec: PackageSpec = { name: packageOf(token) };
    if (request.getVersion()) spec.version = request.getVersion();
    if (request.getPlugindownloadurl()) spec.downloadUrl = trimmed(request.getPlugindownloadurl());
    return spec;
  }

  /** Notes in the inputs of a provider resource which plugin it is, as the state has it. */
  completeProviderInputs(inputs: PropertyMap, request: resourceProto.RegisterResourceRequest): void {
    const version = request.getVersion() || undefined;
    const downloadUrl = trimmed(request.getPlugindownloadurl()) || undefined;
    specToInputs(inputs, { name: packageOf(request.getType()), version, downloadUrl });
    const mappings = Object.fromEntries(request.getEnvvarmappingsMap().entries());
    if (Object.keys(mappings).length > 0)
      inputs.__internal = { ...(isPropertyMap(inputs.__internal) ? inputs.__internal : {}), envVarMappings: mappings };
    if (request.getPackageref() !== "") specToInputs(inputs, this.#get(request.getPackageref()));
  }

  #get(ref: string): PackageSpec {
    const spec = this.#specs.get(ref);
    if (spec === undefined) throw new EngineError(`unknown provider package '${ref}'`, undefined, 1);
    return spec;
  }
}

function trimmed(url: string): string {
  return url.replace(/\/$/, "");
}

function hex(sum: Uint8Array | string): string {
  return Buffer.from(sum as string, typeof sum === "string" ? "base64" : undefined).toString("hex");
}
