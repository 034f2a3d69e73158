/**
 * A set of URNs as `--target` and its kin name them: URNs as they are, and globs, in which `*` stands for anything without a colon
 * and `**` for anything at all.
 */
export class UrnPatterns {
  readonly #literals: Set<string>;
  readonly #globs: RegExp[];

  constructor(patterns: readonly string[] = []) {
    this.#literals = new Set(patterns.filter((pattern) => !pattern.includes("*")));
    this.#globs = patterns.filter((pattern) => pattern.includes("*")).map(toRegExp);
  }

  get isEmpty(): boolean {
    return this.#literals.size === 0 && this.#globs.length === 0;
  }

  /** The URNs that were given as they are: those must exist. */
  get literals(): string[] {
    return [...this.#literals];
  }

  matches(urn: string): boolean {
    return this.#literals.has(urn) || this.#globs.some((glob) => glob.test(urn));
  }

  copy(): UrnPatterns {
    const copy = new UrnPatterns();
    for (const urn of this.#literals) copy.add(urn);
    copy.#globs.push(...this.#globs);
    return copy;
  }

  add(urn: string): void {
    this.#literals.add(urn);
  }
}

function toRegExp(glob: string): RegExp {
  const parts = glob.split("**").map((part) => part.split("*").map(quote).join("[^:]*"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}

function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
