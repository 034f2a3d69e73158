import { isUnknown, type ResourceRule, type Verdict } from "../../rule.js";
import { textOf } from "../_texts.js";
import { elementsAt, later } from "../_values.js";
import { CONTAINER } from "./_containers.js";

/** Security options that switch off one of the kernel's fences. Docker takes `:` for `=`, as it was written once. */
const OFF: [RegExp, string][] = [
  [/^seccomp[=:]unconfined$/, "its system calls are not filtered"],
  [/^apparmor[=:]unconfined$/, "AppArmor does not hold it"],
  [/^label[=:]disable$/, "SELinux does not hold it"],
  [/^systempaths[=:]unconfined$/, "the kernel's files in /proc and /sys are not hidden from it"],
];

export const rule: ResourceRule = {
  id: "container-confinement",
  title: "Neither seccomp nor AppArmor nor SELinux is switched off for a container",
  severity: "high",
  benchmarks: ["CIS Docker 1.6.0 5.2", "CIS Docker 1.6.0 5.22"],
  why:
    "Docker's profiles refuse some fifty system calls that no ordinary program makes, and through which most " +
    "escapes from containers went.",
  fix:
    "take the option out of `securityOpts`; Docker's default profile is used then. For a program that really needs " +
    "more name a profile of its own: `seccomp=<profile as JSON>`",
  types: [CONTAINER],
  check: ({ props }) =>
    elementsAt(props, "securityOpts").flatMap(({ path, value }): Verdict[] => {
      if (isUnknown(value)) return [later(path)];
      const off = OFF.find(([option]) => option.test(textOf(value).trim().toLowerCase()));
      return off ? [{ breach: `${off[1]}: ${textOf(value)}`, path }] : [];
    }),
};
