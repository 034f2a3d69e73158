/** The pack's name. */
export const PACK = "agent-fleet";

/** What the pack says of its own settings: no rules, since nothing can be excepted from them. */
export const SETTINGS_POLICY = {
  name: "policy-settings",
  displayName: "What the stack file says of policies can be followed",
  description: "A rule that is misspelt, or an exception without a reason, would silently do nothing.",
  remediationSteps: "correct the section fleet:policies of the stack file",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["policies"],
} as const;

export const EXCEPTIONS_POLICY = {
  name: "policy-exceptions",
  displayName: "Exceptions from policies are needed, and have not expired",
  description: "An exception is for a while: what nobody looks at again stays wrong for ever.",
  remediationSteps: "set right what it is about and remove it, or give it a later day",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["policies"],
} as const;
