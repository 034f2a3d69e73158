import { planDigest } from "../../review/digest.js";
import type {
  Cost,
  CostItem,
  Kept,
  Loss,
  PlannedStep,
  PolicyFinding,
  PropertyChange,
  Review,
  ReviewedOp,
  ReviewedResource,
  StackReview,
} from "../../review/types.js";

/** Type tokens that tests speak of. */
export const TYPES = {
  agent: "fleet:agents:Agent",
  container: "docker:index/container:Container",
  volume: "docker:index/volume:Volume",
  droplet: "digitalocean:index/droplet:Droplet",
  record: "cloudflare:index/dnsRecord:DnsRecord",
} as const;

export const urnOf = (stack: string, type: string, name: string): string =>
  `urn:pulumi:${stack}::fleet::${type}::${name}`;

/** A property that differs; `replaces` and `secret` as given. */
export const change = (path: string, more: Partial<PropertyChange> = {}): PropertyChange => ({
  path,
  kind: more.after === undefined ? "delete" : more.before === undefined ? "add" : "update",
  replaces: false,
  secret: false,
  ...more,
});

/** A step of a plan. Its replacing keys are those of its changes, if none are given. */
export function step(
  stack: string,
  op: ReviewedOp,
  type: string,
  name: string,
  changes: PropertyChange[] = [],
  more: Partial<PlannedStep> = {},
): PlannedStep {
  const keys = changes.filter(({ replaces }) => replaces).map(({ path }) => path.split(/[.[]/)[0]!);
  return {
    op,
    urn: urnOf(stack, type, name),
    type,
    name,
    custom: !type.startsWith("fleet:"),
    replaceKeys: [...new Set(keys)],
    changes,
    retained: false,
    ...more,
  };
}

/** A resource as the state has it. */
export const resource = (
  stack: string,
  type: string,
  name: string,
  inputs: ReviewedResource["inputs"] = {},
  more: Partial<ReviewedResource> = {},
): ReviewedResource => ({
  urn: urnOf(stack, type, name),
  type,
  name,
  custom: !type.startsWith("fleet:"),
  inputs,
  outputs: inputs,
  dependencies: [],
  protect: false,
  retainOnDelete: false,
  ...more,
});

/** The loss that a step is. */
export const lossOf = (planned: PlannedStep, what: string, more: Partial<Loss> = {}): Loss => ({
  urn: planned.urn,
  type: planned.type,
  name: planned.name,
  op: planned.op as Loss["op"],
  what,
  keys: planned.replaceKeys,
  ...more,
});

export const keptOf = (planned: PlannedStep, what: string): Kept => lossOf(planned, what);

export const finding = (
  stack: string,
  policy: string,
  name: string,
  message: string,
  more: Partial<PolicyFinding> = {},
): PolicyFinding => ({
  policy,
  pack: "agent-fleet",
  level: "mandatory",
  severity: "high",
  urn: urnOf(stack, TYPES.container, name),
  message,
  ...more,
});

export function cost(items: CostItem[] = []): Cost {
  return {
    items,
    total: items.reduce((sum, { monthly }) => sum + (monthly ?? 0), 0),
    unknown: items.filter(({ monthly }) => monthly === undefined).length,
    prices: "2026-11-01",
  };
}

export const costItem = (stack: string, name: string, what: string, monthly?: number, why?: string): CostItem => ({
  urn: urnOf(stack, TYPES.droplet, name),
  name,
  what,
  ...(monthly === undefined ? { why: why ?? "no price is known" } : { monthly }),
});

/** A stack's review of these steps: all well, no losses, no cost and no policies unless given. */
export function stackReview(
  stack: string,
  steps: PlannedStep[],
  more: Partial<Omit<StackReview, "plan">> & { plan?: Partial<StackReview["plan"]> } = {},
): StackReview {
  return {
    stack,
    reasons: [{ kind: "stack-file", text: `stacks/Pulumi.${stack}.yaml` }],
    losses: [],
    kept: [],
    cost: { before: cost(), after: cost() },
    digest: planDigest(steps),
    ...more,
    plan: { stack, outcome: "succeeded", errors: [], steps, before: [], after: [], ...more.plan },
  };
}

export const review = (stacks: StackReview[], more: Partial<Review> = {}): Review => ({
  base: { commit: "0b5e7a11c0ffee0b5e7a11c0ffee0b5e7a11c0ff", name: "main" },
  head: { commit: "4ead5ee4ead5ee4ead5ee4ead5ee4ead5ee4ead5", name: "bigger-droplet" },
  stacks,
  unaffected: [],
  ...more,
});
