import type {
  Policies,
  PolicyConfigSchema,
  PolicyPackConfig,
  ReportViolation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { EXCEPTIONS_SCHEMA } from "./exceptions.js";
import { looksAt, settingsOf } from "./judge.js";
import { type Finding, type Judgement, levelOf } from "./judgement.js";
import { EXCEPTIONS_POLICY, SETTINGS_POLICY } from "./own-policies.js";
import { written } from "./remediation.js";
import { isStackRule, type Props, type ResourceRule, type Rule, type StackRule } from "./rule.js";
import type { FoundRule } from "./rules.js";
import type { StackSettings } from "./stack-settings.js";
import { stackOf, subjectOf } from "./subjects.js";

const ROOT_STACK = "pulumi:pulumi:Stack";

/** What the stack's file sets. A pack's config file goes over it. */
export function initialConfig(found: FoundRule[], { rules }: StackSettings): PolicyPackConfig {
  const entries = [...rules].map(([id, { level, settings }]) => {
    const { rule } = found.find((one) => one.rule.id === id)!;
    return [id, { enforcementLevel: level ?? levelOf(rule), ...settings }];
  });
  return Object.fromEntries(entries);
}

/** Makes policies of rules, for one run. */
export class Adapter {
  /** What each resource was registered with. */
  readonly #inputs = new Map<string, Props>();

  constructor(
    private readonly found: FoundRule[],
    private readonly judgement: Judgement,
  ) {}

  policies(): Policies {
    return [
      this.#settingsPolicy(),
      ...this.found.map(({ rule, area }) =>
        isStackRule(rule) ? this.#stackPolicy(rule, area) : this.#resourcePolicy(rule, area),
      ),
      this.#exceptionsPolicy(),
    ];
  }

  #resourcePolicy(rule: ResourceRule, area: string): ResourceValidationPolicy {
    const remedy = rule.remedy?.bind(rule);
    return {
      ...factsOf(rule, area),
      validateResource: (args, report) => {
        if (!looksAt(rule, args.type)) args.notApplicable();
        tell(report, this.judgement.ofResource(rule, subjectOf(args), args.getConfig()));
      },
      ...(remedy && {
        remediateResource: (args) => {
          if (!looksAt(rule, args.type)) args.notApplicable();
          const given = args.getConfig<Props>();
          const subject = subjectOf(args);
          if (this.judgement.excepts(rule, subject, given)) return undefined;
          const mended = remedy(subject, settingsOf(rule, given));
          return mended && written(args.props, subject.props, mended);
        },
      }),
    };
  }

  #stackPolicy(rule: StackRule, area: string): StackValidationPolicy {
    return {
      ...factsOf(rule, area),
      validateStack: ({ resources, getConfig }, report) => {
        tell(report, this.judgement.ofStack(rule, stackOf(resources, this.#inputs), getConfig()));
      },
    };
  }

  /** Says at once, on the root of the stack, what is wrong with the stack's settings: before anything is done. */
  #settingsPolicy(): ResourceValidationPolicy {
    return {
      ...SETTINGS_POLICY,
      tags: [...SETTINGS_POLICY.tags],
      validateResource: (args, report) => {
        this.#inputs.set(args.urn, subjectOf(args).props);
        if (args.type === ROOT_STACK) tell(report, this.judgement.ofSettings(args.urn));
      },
    };
  }

  #exceptionsPolicy(): StackValidationPolicy {
    return {
      ...EXCEPTIONS_POLICY,
      tags: [...EXCEPTIONS_POLICY.tags],
      validateStack: ({ resources }, report) => {
        const root = resources.find(({ type }) => type === ROOT_STACK);
        tell(report, this.judgement.ofExceptions(root?.urn ?? ""));
      },
    };
  }
}

function factsOf(rule: Rule, area: string) {
  const { id, title, severity, benchmarks, why, fix, settings = {} } = rule;
  return {
    name: id,
    displayName: title,
    description: why,
    enforcementLevel: levelOf(rule),
    severity,
    tags: [area, ...benchmarks],
    remediationSteps: fix,
    configSchema: {
      properties: { ...(settings as PolicyConfigSchema["properties"]), exceptions: EXCEPTIONS_SCHEMA },
    },
  };
}

/** Reports with a level of its own where it is no more than advice: the SDK takes that, though its types do not say so. */
function tell(report: ReportViolation, findings: Finding[]): void {
  const tellOne = report as unknown as (violation: {
    message: string;
    urn: string;
    enforcementLevel?: "advisory";
  }) => void;
  for (const { message, urn, isAdvice } of findings)
    tellOne({ message, urn, ...(isAdvice && { enforcementLevel: "advisory" }) });
}
