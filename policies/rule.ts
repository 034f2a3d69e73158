/** A JSON-like value of a resource's inputs. `undefined` in a preview may also mean "known only later": see {@link Ask.unknown}. */
// biome-ignore lint/suspicious/noExplicitAny: inputs are whatever the provider's schema says
export type Props = Record<string, any>;

export type Severity = "low" | "medium" | "high" | "critical";

/** What a rule says of a resource. */
export type Verdict =
  /** Not as it should be: what is wrong with this one, in one sentence without a full stop. `path`: the input that it is about. */
  | { breach: string; path?: string }
  /** It cannot be told, because of this input: `values.yaml is made on the machine`, or it is known only later. */
  | { unknown: string; path?: string };

/** The resource that a rule is asked about. */
export interface Subject {
  urn: string;
  /** Type token, `docker:index/container:Container`. */
  type: string;
  name: string;
  /** Inputs. Reading one that is known only later gives {@link UNKNOWN}, also in depth: test with `isUnknown`. */
  props: Props;
  options: { protect?: boolean; retainOnDelete?: boolean; parent?: string; aliases?: string[] };
}

/** All resources, for rules that look at more than one. */
export interface Stack {
  resources: (Subject & { outputs: Props; dependencies: string[] })[];
}

/** Stands for a value that is known only later. */
export const UNKNOWN: unique symbol = Symbol("known only later");
export const isUnknown = (value: unknown): value is typeof UNKNOWN => value === UNKNOWN;

/** What is common to every rule. */
interface RuleFacts {
  /** Kebab case, the policy's name: `container-no-privileged`. */
  id: string;
  /** What is demanded, in one sentence: `Containers do not run privileged`. */
  title: string;
  severity: Severity;
  /** Benchmark items: `CIS Docker 1.6.0 5.5`, `CKV_DIO_2`, `CIS GCP 4.0 4.1`. Empty if no benchmark has it. */
  benchmarks: string[];
  /** What goes wrong without it; one or two sentences. */
  why: string;
  /** What to write, in the stack file where our components make the resource, else in the resource. */
  fix: string;
  /** JSON Schema of its own settings, by name, each with a default and a description. Exceptions and levels are there for every rule. */
  settings?: Record<string, { type: string; items?: { type: string }; default: unknown; description: string }>;
  /** mandatory unless said otherwise. */
  level?: "advisory" | "mandatory";
}

/** A rule that judges each resource by itself. */
export interface ResourceRule extends RuleFacts {
  /** Type tokens that it looks at. */
  types: string[];
  /** No verdicts: all is well. `settings` has the defaults filled in. */
  check(subject: Subject, settings: Props): Verdict[];
  /** Mends the inputs where that is safe: it can break nothing and lose nothing. Gives the changed inputs; undefined: nothing to mend. */
  remedy?(subject: Subject, settings: Props): Props | undefined;
}

/** A rule that has to see the stack as a whole. Each verdict names its resource. */
export interface StackRule extends RuleFacts {
  checkStack(stack: Stack, settings: Props): (Verdict & { urn: string })[];
}

export type Rule = ResourceRule | StackRule;
export const isStackRule = (rule: Rule): rule is StackRule => "checkStack" in rule;
