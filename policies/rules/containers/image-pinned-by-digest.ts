import { isUnknown, type ResourceRule, type Verdict } from "../../rule.js";
import { later } from "../_values.js";
import { IMAGE_TYPES, LOCAL_REGISTRIES, namedImages, written } from "./_images.js";

export const rule: ResourceRule = {
  id: "image-pinned-by-digest",
  title: "Images of registries are named by their digest",
  severity: "medium",
  benchmarks: ["CIS Docker 1.6.0 4.2"],
  why:
    "Whoever can push to the repository, or has taken it over, can put another image under a version's tag. A " +
    "digest can only be that one image. Benchmark item 5.28, which wants the newest image always, is met by " +
    "changing the digest in a pull request, where it is seen.",
  fix:
    "in the stack file give the entry of `fleet:images` `pin: true`, so that the tag's digest is looked up and a " +
    "tag that moved is shown as a change; or write the digest: `from: caddy:2.10@sha256:…`. An image named in an " +
    "agent or service directly needs an entry first",
  level: "advisory",
  types: IMAGE_TYPES,
  settings: { localRegistries: LOCAL_REGISTRIES },
  check: (subject, { localRegistries }) =>
    namedImages(subject, localRegistries).flatMap(({ path, image }): Verdict[] => {
      if (isUnknown(image)) return [later(path)];
      return image.digest === undefined ? [{ breach: `${written(image)} is named without its digest`, path }] : [];
    }),
};
