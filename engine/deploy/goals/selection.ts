import { EngineError } from "../../errors.js";
import type { ResourceState } from "../../state/types.js";
import { allReferencesOf, type Referring, referencesOf } from "../snapshot/references.js";
import { didYouMeanUrn } from "./near-urns.js";
import { isProviderType, parseUrn, ROOT_STACK_TYPE } from "./urn.js";
import { UrnPatterns } from "./urn-patterns.js";

/** Which resources an operation is for. Every list holds URNs and globs, see {@link UrnPatterns}. */
export interface SelectionOptions {
  /** Only these. */
  targets?: string[];
  /** And what depends on them, children included. */
  targetDependents?: boolean;
  /** All but these. Not together with `targets`. */
  excludes?: string[];
  /** And but what depends on those. */
  excludeDependents?: boolean;
  /** Replaced even if nothing of them has changed. */
  replaces?: string[];
}

/**
 * What a run may touch. An operation without targets and excludes touches everything; otherwise providers and the root stack are
 * taken along by themselves. Semantics as the Pulumi engine has them.
 */
export class Selection {
  readonly #targets: UrnPatterns;
  readonly #excludes: UrnPatterns;
  readonly #replaces: UrnPatterns;
  /** With the dependents that the run has come to. */
  readonly #reached: UrnPatterns;

  constructor(private readonly options: SelectionOptions) {
    this.#targets = new UrnPatterns(options.targets);
    this.#excludes = new UrnPatterns(options.excludes);
    this.#replaces = new UrnPatterns(options.replaces);
    if (!this.#targets.isEmpty && !this.#excludes.isEmpty)
      throw new EngineError("targets and excludes cannot be combined", "name what is to be done, or what is not");
    this.#reached = (this.#targets.isEmpty ? this.#excludes : this.#targets).copy();
  }

  /** True if the run may leave out some resources. */
  get isConstrained(): boolean {
    return !this.#targets.isEmpty || !this.#excludes.isEmpty;
  }

  /** True if the resource was asked to be replaced. */
  replaces(urn: string): boolean {
    return this.#replaces.matches(urn);
  }

  /**
   * Whether a registration is part of the operation. To be asked in the order of the registrations: with dependents wanted, what is
   * reached by one decides on those after it.
   */
  admits(resource: Referring & { urn: string; type: string }): boolean {
    const reached = this.#reaches(resource, allReferencesOf(resource), this.#wantsDependents);
    if (reached) this.#reached.add(resource.urn);
    if (!this.isConstrained || isProviderType(resource.type) || isRoot(resource)) return true;
    return this.#targets.isEmpty ? !reached : reached;
  }

  /** The resources of a state that a refresh is for. */
  refreshed(resources: ResourceState[]): Set<ResourceState> {
    if (!this.isConstrained) return new Set(resources);
    const reached = this.#reached.copy();
    const hit = resources.filter((resource) => {
      const is = reached.matches(resource.urn);
      const follows = this.#wantsDependents && referencesOf(resource).some((urn) => reached.matches(urn));
      if (follows) reached.add(resource.urn);
      return is || follows;
    });
    if (!this.#targets.isEmpty) return new Set(hit);
    const left = new Set(hit);
    return new Set(resources.filter((resource) => !left.has(resource)));
  }

  /** Whether a resource of the old state may be deleted, were it no longer wanted. */
  deletable(resources: ResourceState[]): (resource: ResourceState) => boolean {
    if (!this.#targets.isEmpty) {
      const allowed = dependentsOf(resources, this.#targets);
      return ({ urn }) => allowed.has(urn);
    }
    if (this.#excludes.isEmpty) return () => true;
    const kept = neededBy(resources, this.#excludes, this.options.excludeDependents ?? false);
    return ({ urn }) => !kept.has(urn);
  }

  /** Of what is about to be deleted, what nobody named: an error unless dependents are wanted. */
  unnamed(deleted: ResourceState[]): ResourceState[] {
    if (this.#targets.isEmpty || this.options.targetDependents) return [];
    return deleted.filter(({ urn }) => !this.#targets.matches(urn));
  }

  /** Throws EngineError for a URN that was given as it is and that is not known: globs may match nothing. */
  check(
    which: "targets" | "excludes" | "replaces",
    known: ReadonlySet<string>,
    alsoKnown: (urn: string) => boolean = () => false,
  ): void {
    const patterns = { targets: this.#targets, excludes: this.#excludes, replaces: this.#replaces }[which];
    const missing = patterns.literals.filter((urn) => !known.has(urn) && !alsoKnown(urn));
    if (missing.length === 0) return;
    const lines = missing.map((urn) => `  ${urn}${didYouMeanUrn(urn, known)}`);
    const flag = { targets: "--target", excludes: "--exclude", replaces: "--replace" }[which];
    const shell = missing.some((urn) => !urn.includes("$")) ? "; quote a URN: a shell takes the `$` out of it" : "";
    throw new EngineError(
      `what ${flag} names is not in the stack:\n${lines.join("\n")}`,
      `\`fleet state list <stack>\` lists the URNs; \`**::name\` finds a resource by its name${shell}`,
      1,
    );
  }

  get #wantsDependents(): boolean {
    return (this.#targets.isEmpty ? this.options.excludeDependents : this.options.targetDependents) ?? false;
  }

  #reaches(resource: { urn: string }, references: string[], withDependents: boolean): boolean {
    if (this.#reached.matches(resource.urn)) return true;
    return withDependents && references.some((urn) => this.#reached.matches(urn));
  }
}

function isRoot({ urn, type }: { urn: string; type: string }): boolean {
  return type === ROOT_STACK_TYPE && parseUrn(urn).qualifiedType === ROOT_STACK_TYPE;
}

/** URNs of what matches, and of all that depends on it. A state lists a resource after what it refers to: one pass is enough. */
function dependentsOf(resources: ResourceState[], patterns: UrnPatterns): Set<string> {
  const found = new Set<string>();
  for (const resource of resources) {
    const follows = patterns.matches(resource.urn) || allReferencesOf(resource).some((urn) => found.has(urn));
    if (follows) found.add(resource.urn);
  }
  return found;
}

/** URNs of what matches, and of all that it cannot be without. */
function neededBy(resources: ResourceState[], patterns: UrnPatterns, withDependents: boolean): Set<string> {
  const seed = withDependents ? dependentsOf(resources, patterns) : undefined;
  const components = new Set(resources.filter(({ custom }) => !custom).map(({ urn }) => urn));
  const kept = new Set<string>();
  // Backwards: what a resource refers to stands before it.
  for (let at = resources.length - 1; at >= 0; at--) {
    const resource = resources[at] as ResourceState;
    if (!kept.has(resource.urn) && !patterns.matches(resource.urn) && !seed?.has(resource.urn)) continue;
    kept.add(resource.urn);
    for (const urn of allReferencesOf(resource)) {
      kept.add(urn);
      // Depending on a component means depending on what is in it, as far as that was there first. A parent is no such dependency.
      if (urn !== resource.parent && components.has(urn)) keepContent(urn, resources.slice(0, at), kept);
    }
  }
  return kept;
}

function keepContent(component: string, resources: ResourceState[], kept: Set<string>): void {
  const inside = new Set([component]);
  for (const resource of resources) {
    if (!resource.parent || !inside.has(resource.parent)) continue;
    inside.add(resource.urn);
    kept.add(resource.urn);
  }
}
