import { isUnknown, type Props, type Subject } from "../../rule.js";
import { entriesAt, textOf } from "../_texts.js";
import { plainType } from "../_types.js";
import { elementsAt, type Found, valueAt } from "../_values.js";
import { CONTAINER, inContainer, SERVICE } from "../containers/_containers.js";
import { CONTAINER_LISTS } from "../containers/_images.js";

/** A value that has a name: a variable, a label. */
export interface Named extends Found {
  /** Empty where the name too is known only later. */
  name: string;
  /** What it is, with the name: `the variable API_KEY`. */
  said: string;
}

/** What everybody sees who may ask for the container: Docker's `inspect`, the cloud's console. */
export interface ContainerTexts {
  named: Named[];
  /** Lists of words that are commands: its own, and that of its health check. */
  commands: Found[][];
}

export function containerTexts(subject: Subject): ContainerTexts {
  const { type, props } = subject;
  const lists = CONTAINER_LISTS[plainType(type)];
  if (lists !== undefined) return ofMany(lists.flatMap((list) => elementsAt(props, list)));
  const path = (key: string) => inContainer(subject, key);
  const environment =
    type === SERVICE
      ? entriesAt(props, path("env")).map((entry) => ({ ...entry, said: `the variable ${entry.name}` }))
      : elementsAt(props, "envs").map(variable);
  return {
    named: [
      ...environment,
      ...elementsAt(props, path("labels")).map((label) => pair(label, "label", "value", "the label")),
      ...(type === SERVICE ? elementsAt(props, "labels").map((one) => pair(one, "label", "value", "the label")) : []),
      ...(type === CONTAINER
        ? entriesAt(props, "logOpts").map((one) => ({ ...one, said: `the log option ${one.name}` }))
        : []),
    ],
    commands: [
      elementsAt(props, path(type === SERVICE ? "commands" : "entrypoints")),
      elementsAt(props, path(type === SERVICE ? "args" : "command")),
      elementsAt(props, path("healthcheck.tests")),
    ],
  };
}

/** Azure's and Google's containers. A value that they take from a vault, or hide, is under another key. */
function ofMany(containers: Found[]): ContainerTexts {
  const unknown = containers.filter(({ value }) => isUnknown(value)).map((found) => ({ ...found, name: "", said: "" }));
  const known = containers.filter(({ value }) => !isUnknown(value));
  return {
    named: [
      ...unknown,
      ...known.flatMap(({ path, value }) =>
        ["environmentVariables", "envs"].flatMap((list) =>
          elementsAt(value, list, path).map((one) => pair(one, "name", "value", "the variable")),
        ),
      ),
    ],
    commands: known.flatMap(({ path, value }) =>
      ["command", "commands", "args"].map((list) => elementsAt(value, list, path)),
    ),
  };
}

/** Docker's own form, `NAME=value`. */
function variable({ path, value }: Found): Named {
  if (isUnknown(value)) return { path, value, name: "", said: "" };
  const text = textOf(value);
  const end = text.indexOf("=");
  const name = end < 0 ? text : text.slice(0, end);
  return { path, name, value: end < 0 ? "" : text.slice(end + 1), said: `the variable ${name}` };
}

function pair({ path, value }: Found, key: string, content: string, what: string): Named {
  if (isUnknown(value)) return { path, value, name: "", said: "" };
  const name = textOf(valueAt(value as Props, key));
  return { path, name, value: valueAt(value as Props, content), said: `${what} ${name}` };
}
