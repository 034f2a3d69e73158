import { isUnknown, type Props, type ResourceRule, type Verdict } from "../../rule.js";
import { textOf } from "../_texts.js";
import { elementsAt, later, valueAt } from "../_values.js";
import { CONTAINER } from "./_containers.js";

export const rule: ResourceRule = {
  id: "container-no-devices",
  title: "Containers are given no devices of the machine",
  severity: "high",
  benchmarks: ["CIS Docker 1.6.0 5.18"],
  why:
    "A disk as a device is every file on it, past all permissions; other devices let a container reach the kernel " +
    "by drivers that were never meant for untrusted callers.",
  fix:
    "take the device out of `devices`. One that is needed, such as /dev/net/tun, goes into the setting `allowed`; " +
    "graphics cards (`gpus`, `deviceRequests`) need `gpus: true`",
  types: [CONTAINER],
  settings: {
    allowed: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Devices that a container may be given, by their path on the machine.",
    },
    gpus: { type: "boolean", default: false, description: "Whether containers may be given graphics cards." },
  },
  check: ({ props }, { allowed, gpus }) => [
    ...elementsAt(props, "devices").flatMap(({ path, value }): Verdict[] => {
      const device = isUnknown(value) ? value : valueAt(value, "hostPath");
      if (isUnknown(device)) return [later(path)];
      return allowed.includes(textOf(device)) ? [] : [{ breach: `it is given the device ${textOf(device)}`, path }];
    }),
    ...(gpus ? [] : cards(props)),
  ],
};

function cards(props: Props): Verdict[] {
  const all = valueAt(props, "gpus");
  const verdicts: Verdict[] = elementsAt(props, "deviceRequests").map(({ path, value }) =>
    isUnknown(value) ? later(path) : { breach: "it is given devices by a driver, such as graphics cards", path },
  );
  if (isUnknown(all)) verdicts.push(later("gpus"));
  else if (textOf(all) !== "") verdicts.push({ breach: "it is given graphics cards", path: "gpus" });
  return verdicts;
}
