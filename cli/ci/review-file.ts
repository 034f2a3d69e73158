import { z } from "zod";
import type { Cost, Json, Loss, PlannedStep, Review, ReviewedResource, StackReview } from "../../review/types.js";
import { ArtifactFault } from "./limited.js";

/** Bounds of what a stranger's job may hand over: far above what a review of hundreds of stacks is. */
const MOST = { depth: 64, nodes: 4_000_000, text: 256 * 1024, items: 100_000 };

const text = (most = 4096) => z.string().max(most);
const list = <T extends z.ZodType>(item: T) => z.array(item).max(MOST.items);
const json = z.custom<Json>((value) => value !== undefined);
const money = z.number().min(-1e12).max(1e12);
const removal = z.enum(["replace", "delete"]);

const change = z.object({
  path: text(),
  kind: z.enum(["add", "update", "delete"]),
  replaces: z.boolean(),
  secret: z.boolean(),
  before: json.optional(),
  after: json.optional(),
});

const step: z.ZodType<PlannedStep> = z.object({
  op: z.enum(["create", "update", "replace", "delete", "import", "read", "discard", "refresh"]),
  urn: text(),
  type: text(),
  name: text(),
  custom: z.boolean(),
  replaceKeys: list(text()),
  changes: list(change),
  retained: z.boolean(),
  formerUrn: text().optional(),
  deletedWith: text().optional(),
});

const kept = z.object({ urn: text(), type: text(), name: text(), op: removal, what: text(200), keys: list(text()) });
const loss: z.ZodType<Loss> = kept.extend({
  goesWith: text().optional(),
  staysBehind: z.boolean().optional(),
  acknowledged: z.object({ reason: text(), by: z.enum(["stack file", "label", "command line"]) }).optional(),
});

const finding = z.object({
  policy: text(200),
  pack: text(200),
  level: z.enum(["advisory", "mandatory"]),
  severity: z.enum(["low", "medium", "high", "critical"]).optional(),
  urn: text(),
  message: text(MOST.text),
});

const cost: z.ZodType<Cost> = z.object({
  items: list(z.object({ urn: text(), name: text(), what: text(), monthly: money.optional(), why: text().optional() })),
  total: money,
  unknown: z.number().int().min(0).max(MOST.items),
  prices: text(40),
});

const properties = z.record(text(), json);
const resource: z.ZodType<ReviewedResource> = z.object({
  urn: text(),
  type: text(),
  name: text(),
  custom: z.boolean(),
  parent: text().optional(),
  inputs: properties,
  outputs: properties,
  dependencies: list(text()),
  protect: z.boolean(),
  retainOnDelete: z.boolean(),
});

const stack: z.ZodType<StackReview> = z.object({
  stack: z.string().regex(/^[\w.-]{1,100}$/),
  reasons: list(
    z.object({
      kind: z.enum(["stack-file", "project", "code", "template", "package", "file", "refers-to", "new", "removed"]),
      text: text(),
    }),
  ),
  plan: z.object({
    stack: z.string().regex(/^[\w.-]{1,100}$/),
    outcome: z.enum(["succeeded", "failed"]),
    errors: list(text(MOST.text)),
    steps: list(step),
    // Whole states are of no use to a comment, and by far the largest part: what is new is all that is shown of them.
    before: z.unknown().transform(() => []),
    after: list(resource),
    moved: list(z.object({ urn: text(), formerUrn: text() })).optional(),
  }),
  losses: list(loss),
  kept: list(kept),
  cost: z.object({ before: cost, after: cost }),
  policies: z.object({ before: list(finding), after: list(finding) }).optional(),
  digest: z.string().regex(/^[\w:+/=.-]{1,200}$/),
});

const commit = z.string().regex(/^([0-9a-f]{40}|working tree)$/);
const version = z.object({ commit, name: text(300) });
const review: z.ZodType<Review> = z.object({
  base: version,
  head: version,
  stacks: list(stack),
  unaffected: list(z.string().regex(/^[\w.-]{1,100}$/)),
});

const meta = z.object({
  number: z.number().int().positive(),
  head: z.string().regex(/^[0-9a-f]{40}$/),
  base: z.string().regex(/^[0-9a-f]{40}$/),
  /** Why there is no review. */
  failure: text(MOST.text).optional(),
});

/** What a job says of itself. */
export type Meta = z.output<typeof meta>;

/** Reads a review that another process has written. Throws ArtifactFault if it is not of the shape, or out of all bounds. */
export const readReview = (source: string): Review => read(source, review, "review.json");
export const readMeta = (source: string): Meta => read(source, meta, "meta.json");

function read<T>(source: string, schema: z.ZodType<T>, name: string): T {
  const value = parse(source, name);
  const found = schema.safeParse(value);
  if (found.success) return found.data;
  // What stands there is not repeated: it may be anything. Nor is the path's text, which may be a key of theirs.
  const path = (found.error.issues[0]?.path ?? []).map((key) => (/^\w{1,40}$/.test(String(key)) ? key : "…")).join(".");
  throw bad(name, `\`${path}\` is not as it should be`);
}

function parse(source: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(source);
    if (!isBounded(value)) throw bad(name, "it is out of all bounds");
    return value;
  } catch (error) {
    throw error instanceof ArtifactFault ? error : bad(name, "it is no JSON");
  }
}

const bad = (name: string, why: string): ArtifactFault =>
  new ArtifactFault(
    `${name} of the artifact is not taken: ${why}`,
    "if the pull request changes the review itself, run `./fleet diff` on a machine of yours instead",
  );

/** Without recursion: a stranger's depth must not end this process. */
function isBounded(root: unknown): boolean {
  const open: [value: unknown, depth: number][] = [[root, 0]];
  let nodes = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    if (++nodes > MOST.nodes || depth > MOST.depth) return false;
    if (typeof value === "string" && value.length > MOST.text) return false;
    if (typeof value !== "object" || value === null) continue;
    for (const [key, item] of Object.entries(value)) {
      if (key.length > 4096) return false;
      open.push([item, depth + 1]);
    }
  }
  return true;
}
