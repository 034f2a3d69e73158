import type { ResourceState } from "../../state/types.js";
import { splitProviderRef } from "../goals/urn.js";

/**
 * URNs that resources had before an alias gave them their present ones. States that the run has not come to yet still refer to
 * the former URNs, which no resource in the checkpoint has any more.
 */
export class Renames {
  readonly #present = new Map<string, string>();
  /** Rewritten states, so that each is the same object, and is encoded once, until there is another rename. */
  #rewritten = new WeakMap<ResourceState, ResourceState>();

  add(former: string, present: string): void {
    if (former === present) return;
    this.#present.set(former, present);
    this.#rewritten = new WeakMap();
  }

  get any(): boolean {
    return this.#present.size > 0;
  }

  /**
   * The state with its references up to date, and so without its aliases, which nothing refers to any more; the state itself if
   * nothing has to change.
   */
  apply(state: ResourceState): ResourceState {
    const aliased = state.aliases !== undefined && state.aliases.length > 0;
    if (this.#present.size === 0 && !aliased) return state;
    const known = this.#rewritten.get(state);
    if (known !== undefined) return known;
    const result = aliased || this.#refersToFormer(state) ? this.#rewrite(state) : state;
    this.#rewritten.set(state, result);
    return result;
  }

  #refersToFormer(state: ResourceState): boolean {
    const urns = [
      state.parent,
      state.deletedWith,
      state.provider && splitProviderRef(state.provider).urn,
      ...state.dependencies,
      ...Object.values(state.propertyDependencies).flat(),
      ...(state.replaceWith ?? []),
    ];
    return urns.some((urn) => urn !== undefined && this.#present.has(urn));
  }

  #rewrite(state: ResourceState): ResourceState {
    const one = (urn: string) => this.#present.get(urn) ?? urn;
    const maybe = (urn: string | undefined) => urn && one(urn);
    const provider = state.provider && splitProviderRef(state.provider);
    return {
      ...state,
      aliases: undefined,
      parent: maybe(state.parent),
      deletedWith: maybe(state.deletedWith),
      provider: provider && `${one(provider.urn)}::${provider.id}`,
      dependencies: state.dependencies.map(one),
      propertyDependencies: Object.fromEntries(
        Object.entries(state.propertyDependencies).map(([key, urns]) => [key, urns.map(one)]),
      ),
      replaceWith: state.replaceWith?.map(one),
    };
  }
}
