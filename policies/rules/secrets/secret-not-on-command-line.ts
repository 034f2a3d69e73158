import { isUnknown, type ResourceRule, type Verdict } from "../../rule.js";
import { textOf } from "../_texts.js";
import { later, valueAt } from "../_values.js";
import { SETTINGS, secretsInText } from "./_secrets.js";

const COMMANDS = ["create", "update", "delete"];

export const rule: ResourceRule = {
  id: "secret-not-on-command-line",
  title: "No secret stands in the text of a command",
  severity: "high",
  benchmarks: [],
  why:
    "While a command runs, every user of the machine sees its words in the list of processes; shells keep them in a " +
    "history, and a command that fails is printed with them.",
  fix:
    "hand it over by `stdin`, or by `environment` where the program reads it from there by itself. `$TOKEN` in the " +
    "text is of no use if the shell puts the value on the program's own command line: give that a file",
  types: ["command:local:Command", "command:remote:Command"],
  settings: SETTINGS,
  check: ({ props }, settings) =>
    COMMANDS.flatMap((path): Verdict[] => {
      const command = valueAt(props, path);
      if (isUnknown(command)) return [later(path)];
      return secretsInText(textOf(command), settings).map((said) => ({ breach: `${path}: ${said}`, path }));
    }),
};
