import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../../values.js";
import { equal, grantsEach, isEmpty, satisfies } from "../compare.js";
import { elementOf, type Field } from "../shape.js";
import { deviceRequests, objects } from "./create-body.js";
import { healthcheck } from "./describe.js";
import type { ImageInspect, Inspected } from "./inspected.js";
import { containerShape } from "./shape.js";

const { fields } = containerShape;
const volume = elementOf(fields.volumes);
const mount = elementOf(fields.mounts);
const port = elementOf(fields.ports);

/** What is seen of a container, its volumes and mounts as they are asked for: `docker run` has both `-v` and `--mount` for the same. */
export function inAskedForm(seen: PropertyMap, asked: PropertyMap | undefined): PropertyMap {
  let [volumes, mounts] = [objects(seen.volumes), objects(seen.mounts)];
  for (const wanted of objects(asked?.volumes)) {
    if (volumes.some((item) => equal(volume, wanted, item))) continue;
    const found = mounts.find((item) => equal(volume, wanted, asVolume(item)));
    if (found === undefined) continue;
    mounts = mounts.filter((item) => item !== found);
    volumes = [...volumes, wanted];
  }
  for (const wanted of objects(asked?.mounts)) {
    if (mounts.some((item) => equal(mount, wanted, item))) continue;
    const found = volumes.find((item) => equal(mount, wanted, asMount(item)));
    if (found === undefined) continue;
    volumes = volumes.filter((item) => item !== found);
    mounts = [...mounts, wanted];
  }
  return { ...seen, volumes, mounts };
}

/** Undefined for what only a mount can be. */
function asVolume({
  type,
  source,
  target,
  readOnly,
  bindOptions,
  volumeOptions,
}: PropertyMap): PropertyMap | undefined {
  if (type === "tmpfs" || !isEmpty(bindOptions) || !isEmpty(volumeOptions)) return undefined;
  const from = type === "bind" ? "hostPath" : "volumeName";
  return { [from]: source ?? "", containerPath: target ?? "", readOnly: readOnly ?? false };
}

/** Undefined for what only a volume can be. */
function asMount({
  volumeName,
  hostPath,
  fromContainer,
  selinuxRelabel,
  ...rest
}: PropertyMap): PropertyMap | undefined {
  if (!isEmpty(fromContainer) || !isEmpty(selinuxRelabel)) return undefined;
  const [type, source] = isEmpty(hostPath) ? ["volume", volumeName] : ["bind", hostPath];
  return { type: type ?? "", source: source ?? "", target: rest.containerPath ?? "", readOnly: rest.readOnly ?? false };
}

export interface AskedOf {
  live: Inspected;
  /** All that is asked for. */
  asked: PropertyMap;
  /** The container's image. */
  image: ImageInspect | undefined;
  /** The image that the asked reference stands for. */
  askedImage: ImageInspect | undefined;
}

/** True if a container is as it is asked to be in one property, `wanted`; `own`: what is seen of it. */
export function asAsked(key: string, wanted: PropertyValue, own: PropertyMap, of: AskedOf): boolean {
  const field = fields[key] as Field;
  const value = own[key];
  switch (key) {
    case "image":
      return wanted === of.live.Image || of.askedImage?.Id === of.live.Image;
    case "platform":
      return platforms(of.image).includes(String(wanted));
    case "gpus":
    case "deviceRequests":
      return sameDevices(of);
    // Where the container differs it has drifted from what was asked, and that is mended in place.
    case "cpus":
    case "networksAdvanced":
      return value !== undefined;
    case "memorySwap":
      return value === -1 || equal(field, wanted, value);
    case "ports":
      // An external port that was left open Docker has chosen.
      return grantsEach(objects(wanted), objects(value), (a, b) =>
        satisfies(port, { ip: "0.0.0.0", protocol: "tcp", ...a }, b),
      );
    case "devices":
      return equal(field, objects(wanted).map(asDevice), value);
    case "healthcheck":
      // What it leaves open it has from the image.
      return isPropertyMap(wanted) && equal(field, { ...imageHealthcheck(of.image), ...wanted }, value);
    case "logOpts":
      return satisfies(field, wanted, value);
    default:
      return equal(field, wanted, value);
  }
}

function imageHealthcheck(image: ImageInspect | undefined): PropertyMap {
  return healthcheck(image?.Config?.Healthcheck) ?? {};
}

function asDevice(device: PropertyMap): PropertyMap {
  const { hostPath = "", containerPath, permissions } = device;
  return { hostPath, containerPath: containerPath || hostPath, permissions: permissions || "rwm" };
}

function platforms(image: ImageInspect | undefined): string[] {
  const { Os, Architecture, Variant } = image ?? {};
  if (!Os) return [];
  return [Os, `${Os}/${Architecture}`, ...(Variant ? [`${Os}/${Architecture}/${Variant}`] : [])];
}

function sameDevices({ live, asked }: AskedOf): boolean {
  const host = live.HostConfig as { DeviceRequests?: DeviceRequest[] | null };
  const text = (request: DeviceRequest) => {
    const { Driver = "", Count = 0, DeviceIDs, Capabilities, Options } = request;
    return JSON.stringify([Driver, Count, [...(DeviceIDs ?? [])].sort(), Capabilities ?? [], Options ?? {}]);
  };
  const list = (requests: DeviceRequest[] | null | undefined) => (requests ?? []).map(text).sort().join();
  return list(host.DeviceRequests) === list(deviceRequests(asked));
}

interface DeviceRequest {
  Driver?: string;
  Count?: number;
  DeviceIDs?: string[] | null;
  Capabilities?: string[][] | null;
  Options?: Record<string, string> | null;
}
