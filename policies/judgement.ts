import { type Exception, Exceptions, today } from "./exceptions.js";
import { judge, judgeStack } from "./judge.js";
import { messageOf } from "./message.js";
import type { Props, ResourceRule, Rule, Stack, StackRule, Subject, Verdict } from "./rule.js";
import type { StackSettings } from "./stack-settings.js";

/** What is reported. */
export interface Finding {
  urn: string;
  message: string;
  /** Advice, whatever the rule's level: it could not be told, or is excepted. */
  isAdvice: boolean;
}

/** Level of a rule that nobody has set another one for. */
export const levelOf = (rule: Rule): "advisory" | "mandatory" => rule.level ?? "mandatory";

/** Judges one stack by rules, and keeps account of its exceptions. */
export class Judgement {
  readonly #exceptions = new Map<string, Exceptions>();

  constructor(
    private readonly settings: StackSettings,
    /** `2026-11-29`, in UTC. */
    private readonly date = today(),
  ) {
    for (const [id, { level, exceptions }] of settings.rules) {
      if (level !== "disabled") this.#exceptions.set(id, new Exceptions(exceptions, date));
    }
  }

  /** @param given settings of the rule, also `exceptions` beside those of the stack's file */
  ofResource(rule: ResourceRule, subject: Subject, given: Props): Finding[] {
    const { exceptions, settings } = this.#apart(rule, given);
    return judge(rule, subject, settings).map((verdict) => found(rule, verdict, subject, exceptions));
  }

  /** As {@link ofResource}. */
  ofStack(rule: StackRule, stack: Stack, given: Props): Finding[] {
    const { exceptions, settings } = this.#apart(rule, given);
    return judgeStack(rule, stack, settings).map((verdict) => {
      const { urn } = verdict;
      return found(rule, verdict, { urn, name: urn.split("::").at(-1)! }, exceptions);
    });
  }

  /** Whether a resource is excepted, and so not to be mended. */
  excepts(rule: Rule, subject: Subject, given: Props): boolean {
    return this.#apart(rule, given).exceptions.coverNow(subject);
  }

  /** What is wrong with the stack's own settings. */
  ofSettings(root: string): Finding[] {
    return this.settings.faults.map((fault) => ({
      urn: root,
      message: `${fault}\nfix: correct it in the stack file`,
      isAdvice: false,
    }));
  }

  /** Exceptions that have expired, and those that nobody needs; once everything else was looked at. */
  ofExceptions(root: string): Finding[] {
    return [...this.#exceptions].flatMap(([id, exceptions]) => {
      const finding = (said: string, { resource, reason }: Exception, isAdvice: boolean): Finding => ({
        urn: root,
        message: `${said}: ${id} for ${resource} (${reason})\nfix: set right what it is about and remove it`,
        isAdvice,
      });
      const expired = exceptions.expired();
      return [
        ...expired.map((one) => finding(`exception expired on ${one.expires}`, one, false)),
        ...exceptions
          .unneeded()
          .filter((one) => !expired.includes(one))
          .map((one) => finding("exception lets nothing pass", one, true)),
      ];
    });
  }

  #apart(rule: Rule, given: Props): { settings: Props; exceptions: Exceptions } {
    const { exceptions: more = [], ...settings } = given;
    const exceptions = this.#exceptions.get(rule.id) ?? new Exceptions([], this.date);
    this.#exceptions.set(rule.id, exceptions);
    exceptions.add(more as Exception[]);
    return { settings, exceptions };
  }
}

function found(rule: Rule, verdict: Verdict, resource: { urn: string; name: string }, exceptions: Exceptions): Finding {
  const exception = exceptions.of(resource);
  const expired = exception !== undefined && exceptions.hasExpired(exception);
  return {
    urn: resource.urn,
    message: messageOf(rule, verdict, exception && { exception, expired }),
    isAdvice: "unknown" in verdict || (exception !== undefined && !expired),
  };
}
