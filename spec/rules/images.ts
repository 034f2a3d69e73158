import type { Rule } from "./rule.js";

const FROM_PACKAGES = ["debian", "node", "npm"] as const;
const FROM_FOLDER = ["context", "dockerfile", "args", "target"] as const;

/** An image is pulled, or built from packages, or built from a folder: one of the three, with that one's keys. */
export const oneWayToAnImage: Rule = (drafts, report) => {
  for (const { path, keys, whole } of drafts.images) {
    const { build, from, pin } = keys;
    if (build && from !== undefined) {
      report({
        path: [...path, "from"],
        at: "key",
        message: "an image is either built or pulled: take build or from out",
      });
      continue;
    }
    // Without `whole` one of the two may be there and wrong, which is reported already.
    if (!build && from === undefined && whole) report({ path, message: "needs build or from" });
    if (pin && build)
      report({
        path: [...path, "pin"],
        at: "key",
        message: "is for from only: what is built is always compared by content",
      });
    if (!build) continue;
    const packages = FROM_PACKAGES.filter((key) => build[key] !== undefined);
    const folder = FROM_FOLDER.filter((key) => build[key] !== undefined);
    if (packages.length > 0 && folder.length > 0) {
      for (const key of folder) {
        report({
          path: [...path, "build", key],
          at: "key",
          message: `does not go with ${packages.join(" and ")}: build from packages or from a folder`,
        });
      }
    } else if (folder.length > 0 && build.context === undefined) {
      report({ path: [...path, "build", "context"], message: "is missing: the folder to build" });
    } else if (packages.length + folder.length === 0) {
      report({ path: [...path, "build"], message: "is empty: write debian (with npm and node) or context" });
    }
    if (build.npm && Object.keys(build.npm).length > 0 && build.node === undefined) {
      report({
        path: [...path, "build", "node"],
        message: "is missing: npm packages need Node, such as node: 24.16.0",
      });
    }
  }
};
