import { isUnknown, type ResourceRule, type Verdict } from "../../rule.js";
import { later } from "../_values.js";
import { IMAGE_TYPES, LOCAL_REGISTRIES, namedImages, type Reference, written } from "./_images.js";

export const rule: ResourceRule = {
  id: "image-registry",
  title: "Images come from registries that are on the list",
  severity: "medium",
  benchmarks: ["CIS Docker 1.6.0 4.2"],
  why:
    "An image runs with all that its container is given. A name that was mistyped, or copied from a page, can lead " +
    "to a registry of anybody's.",
  fix:
    "take the image from a registry of the list, or put its registry, or better the part of it that is yours " +
    "(`ghcr.io/acme`), into the setting `registries`. For the strictest list leave the public ones out",
  types: IMAGE_TYPES,
  settings: {
    registries: {
      type: "array",
      items: { type: "string" },
      default: [
        ...["docker.io", "ghcr.io", "quay.io", "gcr.io", "registry.k8s.io", "mcr.microsoft.com"],
        "public.ecr.aws",
      ],
      description: "Registries, or the beginnings of repositories in them up to a slash: `ghcr.io/acme`.",
    },
    localRegistries: LOCAL_REGISTRIES,
  },
  check: (subject, { registries, localRegistries }) =>
    namedImages(subject, localRegistries).flatMap(({ path, image }): Verdict[] => {
      if (isUnknown(image)) return [later(path)];
      return isListed(image, registries)
        ? []
        : [{ breach: `${written(image)} is of ${image.registry}, which is not on the list`, path }];
    }),
};

const isListed = ({ registry, repository }: Reference, registries: string[]): boolean =>
  registries.some((one) => `${registry}/${repository}/`.startsWith(`${one.replace(/\/$/, "")}/`));
