import type { Path } from "../fleet.js";
import type { ImageInput } from "../schema/images.js";
import type { Report, Rule } from "./rule.js";

const FROM_PACKAGES = ["debian", "node", "npm"] as const;
const FROM_FOLDER = ["context", "dockerfile", "args", "target", "base"] as const;

/** An image is pulled, taken from another stack, built from packages, or built from a folder: one of these, with that one's keys. */
export const oneWayToAnImage: Rule = (drafts, report) => {
  for (const { path, keys, whole } of drafts.images) {
    const { build, from, shared, pin, tag, machine } = keys;
    const [first, ...others] = (["build", "from", "shared"] as const).filter((way) => keys[way] !== undefined);
    if (others.length > 0) {
      for (const key of others) {
        report({
          path: [...path, key],
          at: "key",
          message: `does not go with ${first}: an image comes from one place`,
        });
      }
      continue;
    }
    // Without `whole` one of them may be there and wrong, which is reported already.
    if (!first && whole) report({ path, message: "needs build, from or shared" });
    if (pin && from === undefined)
      report({
        path: [...path, "pin"],
        at: "key",
        message: "is for from only: what is built is always compared by content",
      });
    if (machine !== undefined && shared !== undefined)
      report({
        path: [...path, "machine"],
        at: "key",
        message: "does not go with shared: the other stack makes the image",
      });
    if (tag !== undefined && build?.context === undefined && (from ?? shared) !== undefined)
      report({
        path: [...path, "tag"],
        at: "key",
        message: "is for build.context only: this image has its tag already",
      });
    if (build) buildKeys(path, build, tag, report);
  }
  for (const { path, keys } of drafts.images) {
    const base = drafts.images.find(({ name }) => name === keys.build?.base);
    if (!base || (base.keys.build?.context === undefined && base.keys.shared === undefined)) continue;
    report({
      path: [...path, "build", "base"],
      message: `${base.name} has to be built from packages, or pulled: its content must be known by its reference`,
    });
  }
};

function buildKeys(path: Path, build: NonNullable<ImageInput["build"]>, tag: string | undefined, report: Report): void {
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
  } else if (tag !== undefined && folder.length === 0) {
    report({
      path: [...path, "tag"],
      at: "key",
      message: "is for build.context only: the tag of this image says its content",
    });
  }
  if (build.npm && Object.keys(build.npm).length > 0 && build.node === undefined) {
    report({ path: [...path, "build", "node"], message: "is missing: npm packages need Node, such as node: 24.16.0" });
  }
}
