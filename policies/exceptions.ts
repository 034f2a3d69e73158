import { isDeepStrictEqual } from "node:util";

/** What is let pass for a while. */
export interface Exception {
  /** The resource's name or URN, or a glob of either: `*` stands for any text without a colon, `**` for any text. */
  resource: string;
  reason: string;
  /** Last day on which it holds, UTC: `2027-06-30`. */
  expires: string;
}

/** JSON Schema of a rule's exceptions. */
export const EXCEPTIONS_SCHEMA = {
  type: "array" as const,
  description: "What this rule lets pass: `resource` (a name, a URN or a glob), `reason`, `expires` (YYYY-MM-DD).",
  default: [],
  items: {
    type: "object" as const,
    properties: {
      resource: { type: "string" as const, minLength: 1 },
      reason: { type: "string" as const, minLength: 1 },
      expires: { type: "string" as const, pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
    },
    required: ["resource", "reason", "expires"],
    additionalProperties: false,
  },
};

/** The exceptions of one rule, and which of them were needed. */
export class Exceptions {
  readonly #all: Exception[];
  readonly #needed = new Set<Exception>();

  constructor(
    all: Exception[],
    private readonly today: string,
  ) {
    this.#all = [...all];
  }

  /** Takes in more. Those that are there already do not count. */
  add(more: Exception[]): void {
    for (const exception of more) {
      if (!this.#all.some((known) => isDeepStrictEqual(known, exception))) this.#all.push(exception);
    }
  }

  /** The exception that a resource has. One that has expired is given only if there is no other. */
  of(resource: { urn: string; name: string }): Exception | undefined {
    const fitting = this.#all.filter((exception) => covers(exception, resource));
    const found = fitting.find((exception) => !this.hasExpired(exception)) ?? fitting[0];
    if (found) this.#needed.add(found);
    return found;
  }

  /** Whether a resource has one that has not expired. */
  coverNow(resource: { urn: string; name: string }): boolean {
    return this.#all.some((exception) => covers(exception, resource) && !this.hasExpired(exception));
  }

  hasExpired({ expires }: Exception): boolean {
    return expires < this.today;
  }

  expired(): Exception[] {
    return this.#all.filter((exception) => this.hasExpired(exception));
  }

  /** Those that let nothing pass so far. */
  unneeded(): Exception[] {
    return this.#all.filter((exception) => !this.#needed.has(exception));
  }
}

/** Today in UTC, `2026-11-29`. */
export const today = (): string => new Date().toISOString().slice(0, 10);

function covers({ resource }: Exception, { urn, name }: { urn: string; name: string }): boolean {
  const parts = resource.split(/(\*+)/).map((part) => {
    if (!part.startsWith("*")) return part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&");
    return part === "*" ? "[^:]*" : ".*";
  });
  const pattern = new RegExp(`^${parts.join("")}$`, "s");
  return pattern.test(name) || pattern.test(urn);
}
