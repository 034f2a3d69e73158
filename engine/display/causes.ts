import type { StepInfo, StepOp } from "../events.js";
import type { Masker } from "./mask.js";
import { urnName } from "./style.js";

/** What is replaced in a plan, and in which order. */
export class ReplacementCauses {
  readonly #order = new Map<string, "delete first" | "create first">();
  readonly #replaced: Set<string>;

  constructor(
    steps: StepInfo[],
    private readonly masker: Masker,
  ) {
    for (const { op, urn } of steps) {
      if (op !== "delete-replaced" && op !== "create-replacement") continue;
      if (!this.#order.has(urn)) this.#order.set(urn, op === "delete-replaced" ? "delete first" : "create first");
    }
    const ops: StepOp[] = ["replace", "delete-replaced", "create-replacement"];
    this.#replaced = new Set(steps.filter(({ op }) => ops.includes(op)).map(({ urn }) => urn));
  }

  /** Which of the two objects goes first; undefined if the plan does not say. */
  order(urn: string): "delete first" | "create first" | undefined {
    return this.#order.get(urn);
  }

  /** Why a resource is replaced, if no property of its own says so. */
  of(step: StepInfo): string | undefined {
    const keys = step.replaceKeys ?? [];
    for (const key of keys) {
      if (step.old?.inputs[key] !== undefined || step.new?.inputs[key] !== undefined) continue;
      const cause = this.#byOption(key, step);
      if (cause !== undefined) return cause;
    }
    if (keys.length > 0 || Object.keys(step.detailedDiff ?? {}).length > 0) return undefined;
    if (step.old?.pendingReplacement) return "its replacement was interrupted";
    if (step.old?.taint) return "its creation had failed";
    const names = this.#replacedOf(step.old?.dependencies);
    return names === undefined ? undefined : `it depends on ${names}`;
  }

  /** What is replaced, by name, of that which a property's value comes from. */
  behind(step: StepInfo, key: string): string | undefined {
    return this.#replacedOf(step.new?.propertyDependencies[key]);
  }

  #byOption(key: string, step: StepInfo): string | undefined {
    const { new: next, old } = step;
    switch (key) {
      case "provider": {
        const urn = next?.provider?.slice(0, next.provider.lastIndexOf("::"));
        return this.#replacedOf(urn === undefined ? [] : [urn], "its provider % is replaced") ?? "its provider changed";
      }
      case "replacementTrigger":
        return "its replacement trigger changed";
      case "deletedWith":
        return this.#with(next?.deletedWith ? [next.deletedWith] : [], "deleted");
      case "replaceWith":
        return this.#with(next?.replaceWith ?? [], "replaced");
      case "#initerror":
        return "it had not become ready";
      case "id":
        return old?.taint ? "its creation had failed" : "as was asked for";
      default:
        return undefined;
    }
  }

  #with(urns: string[], how: string): string {
    return `it is ${how} with ${this.#replacedOf(urns) ?? "another one"}, which is replaced`;
  }

  #replacedOf(urns: string[] = [], sentence = "%"): string | undefined {
    const names = urns.filter((urn) => this.#replaced.has(urn)).map(urnName);
    return names.length > 0 ? sentence.replace("%", this.masker.mask([...new Set(names)].join(", "))) : undefined;
  }
}
