import { isUnknown, type ResourceRule, type Verdict } from "../../rule.js";
import { later } from "../_values.js";
import { IMAGE_TYPES, LOCAL_REGISTRIES, namedImages, written } from "./_images.js";

export const rule: ResourceRule = {
  id: "image-no-moving-tag",
  title: "Images are not named by a tag that is made to move, such as latest",
  severity: "high",
  benchmarks: ["DS-0001"],
  why:
    "What runs is then whatever the registry had on the day of the pull: no plan shows that it changed, two " +
    "machines have different ones, and there is no way back to the one that worked.",
  fix:
    "in the stack file name a version in `fleet:images`, `from: caddy:2.10`, or keep the tag and write `pin: true`, " +
    "which looks up its digest. Images that are built (`build`) are fine as they are; let containers use their id",
  types: IMAGE_TYPES,
  settings: {
    movingTags: {
      type: "array",
      items: { type: "string" },
      default: [
        ...["latest", "stable", "current", "rolling", "lts", "main", "master", "trunk", "head", "dev", "develop"],
        ...["edge", "nightly", "next", "canary", "unstable", "testing", "staging", "production"],
      ],
      description: "Tags that stand for another image from time to time. One that is missing is `latest`.",
    },
    localRegistries: LOCAL_REGISTRIES,
  },
  check: (subject, { movingTags, localRegistries }) =>
    namedImages(subject, localRegistries).flatMap(({ path, image }): Verdict[] => {
      if (isUnknown(image)) return [later(path)];
      if (image.digest !== undefined) return [];
      const { tag = "latest" } = image;
      if (!movingTags.includes(tag.toLowerCase())) return [];
      const said = image.tag === undefined ? `${written(image)} has no tag, which is latest` : written(image);
      return [{ breach: `${said}${image.tag === undefined ? "" : " is a tag that moves"}`, path }];
    }),
};
