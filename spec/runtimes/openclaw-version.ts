import type { Draft, Drafts } from "../read.js";
import { imageUse } from "../schema/images.js";

/** OpenClaw's version in an agent's image, where something tells it. */
export function openClawVersion({ keys }: Draft<"agents">, drafts: Drafts): string | undefined {
  if (keys.version !== undefined) return keys.version;
  return keys.image === undefined ? undefined : versionIn(keys.image, drafts);
}

/** By the image's packages or its reference; of one that begins from another, by that one's. */
function versionIn(name: string, drafts: Drafts): string | undefined {
  const use = imageUse(name);
  const image = "entry" in use ? drafts.images.find((draft) => draft.name === use.entry)?.keys : undefined;
  const { npm, base } = image?.build ?? {};
  if (npm && Object.hasOwn(npm, "openclaw")) return npm.openclaw;
  // The rules see to it that a base has none itself; a file may have that fault.
  if (base !== undefined && base !== name) return versionIn(base, { ...drafts, images: withoutBase(drafts) });
  const reference = "reference" in use ? use.reference : image?.from;
  return /:(\d{4}\.\d+\.\d+)(?:-[\w.-]+)?(?:@|$)/.exec(reference ?? "")?.[1];
}

const withoutBase = ({ images }: Drafts) => images.filter(({ keys }) => keys.build?.base === undefined);
