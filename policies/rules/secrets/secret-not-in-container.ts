import { isUnknown, type Props, type ResourceRule, type Verdict } from "../../rule.js";
import { textOf } from "../_texts.js";
import { type Found, later } from "../_values.js";
import { CONTAINER, SERVICE } from "../containers/_containers.js";
import { CONTAINER_LISTS } from "../containers/_images.js";
import { containerTexts, type Named } from "./_container-texts.js";
import { SETTINGS, secretIn, secretsInWords } from "./_secrets.js";

export const rule: ResourceRule = {
  id: "secret-not-in-container",
  title: "No secret stands in a container's environment, labels or command",
  severity: "high",
  benchmarks: ["CIS Docker 1.6.0 4.10"],
  why:
    "Whoever may ask Docker sees them with `docker inspect`, and so does every proxy and monitor that has its " +
    "socket; a child process inherits the environment, and a crash report sends it away. Encryption in the state " +
    "does not help against that.",
  fix:
    "give secrets to the container as files: in the stack file `{ secret: name }` in `files`, `model`, `keys` or " +
    "`settings`, and tell a program of its own by a variable such as `API_KEY_FILE` where it finds the file. If it " +
    "takes them from nothing but its environment, put the names into the setting `allowedNames`, or write an " +
    "exception",
  types: [CONTAINER, SERVICE, ...Object.keys(CONTAINER_LISTS)],
  settings: SETTINGS,
  check(subject, settings) {
    const { named, commands } = containerTexts(subject);
    return [
      ...named.flatMap((one) => ofNamed(one, settings)),
      ...commands.flatMap((words) => ofCommand(words, settings)),
    ];
  },
};

function ofNamed({ path, name, value, said }: Named, settings: Props): Verdict[] {
  if (isUnknown(value)) return [name === "" ? later(path) : { unknown: `${said} is known only later`, path }];
  const secret = secretIn(name, textOf(value), settings);
  return secret === undefined ? [] : [{ breach: `${said} ${secret}`, path }];
}

function ofCommand(words: Found[], settings: Props): Verdict[] {
  const unknown = words.filter(({ value }) => isUnknown(value)).map(({ path }) => later(path));
  const known = words.map(({ path, value }) => ({ path, value: isUnknown(value) ? "" : value }));
  return [
    ...secretsInWords(known, settings).map(({ path, said }) => ({ breach: `in its command ${said}`, path })),
    ...unknown,
  ];
}
