import type resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import { packageOf } from "./urn.js";

/** The `providers` of components: by package, with those of the components around them, of which the inner ones win. */
export class ComponentProviders {
  readonly #of = new Map<string, Map<string, string>>();

  /** The provider that a resource or function gets from what it is in, if it names none itself. */
  resolve(token: string, parent: string): string | undefined {
    return this.#of.get(parent)?.get(packageOf(token));
  }

  /** Adds to a component's registration what the component around it has. */
  inherit(request: resourceProto.RegisterResourceRequest): void {
    if (request.getCustom()) return;
    const own = request.getProvidersMap();
    for (const [pkg, ref] of this.#of.get(request.getParent()) ?? []) if (!own.has(pkg)) own.set(pkg, ref);
  }

  /** Keeps a component's providers for what is registered inside. */
  remember(urn: string, request: resourceProto.RegisterResourceRequest): void {
    if (!request.getCustom()) this.#of.set(urn, new Map(request.getProvidersMap().entries()));
  }
}
