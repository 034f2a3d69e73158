import { EngineError } from "../../errors.js";
import type { Adopter } from "../../run.js";
import type { ResourceState } from "../../state/types.js";
import type { Goal } from "../goals/goal.js";
import { isProviderType, splitProviderRef } from "../goals/urn.js";

/**
 * Existing objects that resources of the program take up because whoever runs the engine says so: as if the program had the
 * `import` option for them.
 */
export class Adoption {
  /** The URN that each object of the state belongs to: two resources of one object would delete it under each other. */
  readonly #holders = new Map<string, string>();

  constructor(
    resources: readonly ResourceState[],
    private readonly adopter: Adopter | undefined,
  ) {
    if (adopter === undefined) return;
    for (const { custom, external, pendingReplacement, type, provider, id, urn } of resources)
      if (custom && !external && !pendingReplacement && id) this.#holders.set(objectKey(type, provider, id), urn);
  }

  /** Lets a registration take up the object that is meant for it, if there is one. */
  settle(goal: Goal, old: ResourceState | undefined): void {
    if (this.adopter === undefined || !goal.custom || goal.importId !== undefined || isProviderType(goal.type)) return;
    if (old !== undefined) {
      // Taken up by a run that came no further, perhaps not to the comparison: it is no more to be replaced than it was then.
      if (old.importID && !old.external) Object.assign(goal, { importId: old.importID, adopted: true });
      return;
    }
    const { urn, type, name, inputs, provider } = goal;
    const id = this.adopter({ urn, type, name, inputs });
    if (id === undefined) return;
    const key = objectKey(type, provider, id);
    const holder = this.#holders.get(key);
    if (holder !== undefined) {
      throw new EngineError(
        `${urn} is to take up ${id}, which belongs to ${holder} already`,
        "give the resource that one's URN as an alias, or take that one out of the state first",
        1,
      );
    }
    this.#holders.set(key, urn);
    Object.assign(goal, { importId: id, adopted: true });
  }
}

/** Names an object; an id need not be unique beyond its provider: volumes of two machines may have one name. */
function objectKey(type: string, provider: string | undefined, id: string): string {
  return [type, provider && splitProviderRef(provider).urn, id].join(" ");
}
