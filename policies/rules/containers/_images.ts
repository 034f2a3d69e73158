import { isUnknown, type Props, type Subject, UNKNOWN } from "../../rule.js";
import { textOf } from "../_texts.js";
import { plainType } from "../_types.js";
import { elementsAt, type Found, valueAt } from "../_values.js";
import { CONTAINER, inContainer, SERVICE } from "./_containers.js";

export const REMOTE_IMAGE = "docker:index/remoteImage:RemoteImage";
export const IMAGE = "docker:index/image:Image";
export const CONTAINER_GROUP = "azure-native:containerinstance:ContainerGroup";
export const RUN_SERVICE = "gcp:cloudrunv2/service:Service";
export const RUN_JOB = "gcp:cloudrunv2/job:Job";

/** Everything that names an image. */
export const IMAGE_TYPES = [REMOTE_IMAGE, IMAGE, CONTAINER, SERVICE, CONTAINER_GROUP, RUN_SERVICE, RUN_JOB];

/** Lists of containers inside other resources. */
export const CONTAINER_LISTS: Record<string, string[]> = {
  [CONTAINER_GROUP]: ["containers", "initContainers"],
  [RUN_SERVICE]: ["template.containers"],
  [RUN_JOB]: ["template.template.containers"],
};

/** A reference to an image of a registry, taken apart. */
export interface Reference {
  /** `docker.io` where none is named. */
  registry: string;
  /** `library/caddy` for Docker's own. */
  repository: string;
  tag?: string;
  digest?: string;
}

/** An image that a resource names: a reference, or UNKNOWN where it is known only later. */
export interface NamedImage {
  path: string;
  image: Reference | typeof UNKNOWN;
}

/** An image's id says exactly which it is: `sha256:…`, as Docker and our components give it. */
const ID = /^(sha256:)?[0-9a-f]{64}$/;

/**
 * The images that a resource takes from a registry. Not among them: what it builds itself, images by their id, and
 * images of a registry that is none, such as `fleet.local`, where our components keep what they built on the machine.
 */
export function namedImages(subject: Subject, localRegistries: string[]): NamedImage[] {
  return references(subject).flatMap(({ path, value }): NamedImage[] => {
    if (isUnknown(value)) return [{ path, image: UNKNOWN }];
    const text = textOf(value).trim();
    if (text === "" || ID.test(text)) return [];
    const image = parse(text);
    return localRegistries.includes(image.registry) ? [] : [{ path, image }];
  });
}

function references(subject: Subject): Found[] {
  const { props } = subject;
  const type = plainType(subject.type);
  const one = (path: string): Found[] => [{ path, value: valueAt(props, path) }];
  switch (type) {
    case REMOTE_IMAGE:
      return unlessBuilt(props, one("name"));
    case IMAGE:
      return unlessBuilt(props, one("imageName"));
    case CONTAINER:
    case SERVICE:
      return one(inContainer(subject, "image"));
    default:
      return (CONTAINER_LISTS[type] ?? []).flatMap((list) =>
        elementsAt(props, list).map(({ path, value }) =>
          isUnknown(value) ? { path, value } : { path: `${path}.image`, value: valueAt(value, "image") },
        ),
      );
  }
}

/** What is built here is the image, whatever it is called. */
function unlessBuilt(props: Props, references: Found[]): Found[] {
  const build = valueAt(props, "build");
  if (isUnknown(build)) return [{ path: "build", value: UNKNOWN }];
  return build === undefined ? references : [];
}

/** Takes `registry:5000/acme/agent:1.2@sha256:…` apart, by Docker's rule for what is a registry. */
export function parse(reference: string): Reference {
  const [name, digest] = reference.split("@") as [string, string | undefined];
  const tagged = /^(.*):([^:/]+)$/.exec(name);
  const [path, tag] = tagged ? [tagged[1]!, tagged[2]] : [name, undefined];
  const [first, ...rest] = path.split("/") as [string, ...string[]];
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const repository = isRegistry ? rest.join("/") : rest.length > 0 ? path : `library/${path}`;
  return { registry: isRegistry ? first : "docker.io", repository, ...(tag && { tag }), ...(digest && { digest }) };
}

/** As people write it: without `docker.io/library`. */
export const written = ({ registry, repository, tag }: Reference): string =>
  `${`${registry}/${repository}`.replace(/^docker\.io\/(library\/)?/, "")}${tag ? `:${tag}` : ""}`;

/** A setting of all rules about images. */
export const LOCAL_REGISTRIES = {
  type: "array",
  items: { type: "string" },
  default: ["fleet.local"],
  description: "Registries that are none: images of their names were built on the machine.",
};
