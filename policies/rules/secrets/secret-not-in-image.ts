import { isUnknown, type ResourceRule, type Subject, type Verdict } from "../../rule.js";
import { entriesAt, textOf } from "../_texts.js";
import { IMAGE, REMOTE_IMAGE } from "../containers/_images.js";
import { SETTINGS, secretIn } from "./_secrets.js";

export const rule: ResourceRule = {
  id: "secret-not-in-image",
  title: "No secret is built into an image",
  severity: "high",
  benchmarks: ["CIS Docker 1.6.0 4.10"],
  why: "Build arguments and labels stay in the image's history, for everybody who can pull it and in every copy of it.",
  fix:
    "take it out of `build.args` in the stack file, which is for versions and the like, elsewhere out of " +
    "`buildArgs` and `labels`. What the build itself needs is given by `build.secrets`, which leave no trace; what " +
    "the program needs is given to the container as a file",
  types: [REMOTE_IMAGE, IMAGE],
  settings: SETTINGS,
  check: (subject, settings) =>
    parts(subject).flatMap(({ path, name, value, what }): Verdict[] => {
      if (isUnknown(value)) return [{ unknown: `${path} is known only later`, path }];
      const secret = secretIn(name, textOf(value), settings);
      return secret === undefined ? [] : [{ breach: `${what} ${name} ${secret}`, path }];
    }),
};

const PARTS: Record<string, [string, string][]> = {
  [REMOTE_IMAGE]: [
    ["build.buildArgs", "the build argument"],
    ["build.labels", "the label"],
    ["build.label", "the label"],
  ],
  [IMAGE]: [["build.args", "the build argument"]],
};

const parts = ({ type, props }: Subject) =>
  (PARTS[type] ?? []).flatMap(([path, what]) => entriesAt(props, path).map((entry) => ({ ...entry, what })));
