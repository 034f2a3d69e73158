import { posix } from "node:path";
import { isUnknown, type Subject, UNKNOWN } from "../../rule.js";
import { textOf } from "../_texts.js";
import { elementsAt, type Found, valueAt } from "../_values.js";
import { CONTAINER, SERVICE, TASK } from "./_containers.js";

export const VOLUME = "docker:index/volume:Volume";

/** A file or folder of the machine that a container is given. */
export interface HostMount {
  path: string;
  /** Absolute, in one spelling; UNKNOWN where it, or whether it is one of the machine's, is known only later. */
  source: string | typeof UNKNOWN;
  readOnly: boolean | typeof UNKNOWN;
}

/** What is mounted from the machine by a container, a service, or a volume that is no more than a name for a folder. */
export function hostMounts({ type, props }: Subject): HostMount[] {
  switch (type) {
    case CONTAINER:
      return [...elementsAt(props, "volumes").flatMap(ofVolume), ...elementsAt(props, "mounts").flatMap(ofMount)];
    case SERVICE:
      return elementsAt(props, `${TASK}.mounts`).flatMap(ofMount);
    case VOLUME:
      return boundFolder({ path: "driverOpts", value: valueAt(props, "driverOpts") });
    default:
      return [];
  }
}

/** One spelling for one folder: `/var/run` is a link to `/run`. */
export const canonical = (path: string): string =>
  posix
    .normalize(path)
    .replace(/(?<=.)\/$/, "")
    .replace(/^\/var\/run(?=\/|$)/, "/run");

/** Whether a path is that folder, or lies in it. Both canonical. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);

/**
 * A `volumeName` that is known only later is that of a volume, which is no path. One that is a path is taken for one by
 * Docker.
 */
function ofVolume({ path, value }: Found): HostMount[] {
  if (isUnknown(value)) return [{ path, source: UNKNOWN, readOnly: UNKNOWN }];
  const readOnly = flag(valueAt(value, "readOnly"));
  const source = valueAt(value, "hostPath");
  if (isUnknown(source)) return [{ path: `${path}.hostPath`, source: UNKNOWN, readOnly }];
  if (textOf(source) !== "") return [{ path: `${path}.hostPath`, source: canonical(textOf(source)), readOnly }];
  const name = valueAt(value, "volumeName");
  return textOf(name).startsWith("/")
    ? [{ path: `${path}.volumeName`, source: canonical(textOf(name)), readOnly }]
    : [];
}

function ofMount({ path, value }: Found): HostMount[] {
  const type = valueAt(value, "type");
  if (isUnknown(value) || isUnknown(type)) return [{ path, source: UNKNOWN, readOnly: UNKNOWN }];
  if (type === "volume") {
    const options = "volumeOptions.driverOptions";
    return boundFolder({ path: `${path}.${options}`, value: valueAt(value, options) });
  }
  if (type !== "bind") return [];
  const source = valueAt(value, "source");
  const readOnly = flag(valueAt(value, "readOnly"));
  return [{ path: `${path}.source`, source: isUnknown(source) ? UNKNOWN : canonical(textOf(source)), readOnly }];
}

/** Options of the local driver that make a volume a folder of the machine: `{ type: none, o: bind, device: /etc }`. */
function boundFolder({ path, value }: Found): HostMount[] {
  const [options, device] = [valueAt(value, "o"), valueAt(value, "device")];
  if ([value, options, device].some(isUnknown)) return [{ path, source: UNKNOWN, readOnly: UNKNOWN }];
  const words = textOf(options).split(",");
  if (!words.includes("bind") && !words.includes("rbind")) return [];
  return [{ path: `${path}.device`, source: canonical(textOf(device)), readOnly: words.includes("ro") }];
}

const flag = (value: unknown): boolean | typeof UNKNOWN => (isUnknown(value) ? UNKNOWN : value === true);
