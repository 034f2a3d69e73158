import type { Draft, Drafts } from "../read.js";
import { imageUse } from "../schema/images.js";

/** OpenClaw's version in an agent's image, where something tells it. */
export function openClawVersion({ keys }: Draft<"agents">, drafts: Drafts): string | undefined {
  if (keys.version !== undefined) return keys.version;
  if (keys.image === undefined) return undefined;
  const use = imageUse(keys.image);
  const image = "entry" in use ? drafts.images.find((draft) => draft.name === use.entry)?.keys : undefined;
  const fromNpm = image?.build?.npm;
  if (fromNpm && Object.hasOwn(fromNpm, "openclaw")) return fromNpm.openclaw;
  const reference = "reference" in use ? use.reference : image?.from;
  return /:(\d{4}\.\d+\.\d+)(?:-[\w.-]+)?(?:@|$)/.exec(reference ?? "")?.[1];
}
