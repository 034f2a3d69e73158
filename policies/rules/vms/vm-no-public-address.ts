import { isUnknown, type Props, type ResourceRule, type Verdict } from "../../rule.js";
import { plainType } from "../_types.js";
import { breachesFirst, elementsAt, later } from "../_values.js";
import { GCP_MACHINES } from "./_gcp.js";

const DROPLET = "digitalocean:index/droplet:Droplet";
const AZURE_VM = "azure-native:compute:VirtualMachine";
const AZURE_NIC = "azure-native:network:NetworkInterface";
const CLASSIC_NIC = "azure:network/networkInterface:NetworkInterface";

export const rule: ResourceRule = {
  id: "vm-no-public-address",
  title: "Only machines that are marked as edge have a public address",
  severity: "high",
  benchmarks: ["CIS GCP 4.0 4.9", "CKV_GCP_40", "CKV_AZURE_119", "GCP-0031"],
  why:
    "A public address is scanned within minutes, and one slip in a firewall then opens the machine to all. Agents only need to get out: " +
    "a NAT gateway or a tunnel does that.",
  fix:
    "leave the public address out (accessConfigs, publicIPAddress, publicNetworking: false) and put a tunnel or NAT there; a machine " +
    "that has to be reached from the Internet gets the label or tag edge",
  settings: {
    edgeMarks: {
      type: "array",
      items: { type: "string" },
      default: ["edge", "fleet-edge"],
      description:
        'Tags, or keys of labels, that mark a machine that has to be reached. A label with the value "false" marks none.',
    },
  },
  types: [...GCP_MACHINES, AZURE_VM, AZURE_NIC, CLASSIC_NIC, DROPLET],
  check({ type, props }, { edgeMarks }) {
    const found = breachesFirst(publicAddresses(plainType(type), props));
    if (found.length === 0) return [];
    const marked = isMarked(props, edgeMarks);
    if (marked === undefined) return [{ unknown: "whether it is marked as edge is known only later", path: "tags" }];
    return marked ? [] : found;
  },
};

function publicAddresses(type: string, props: Props): Verdict[] {
  const breach = (path: string): Verdict => ({ breach: "it has a public address and is not marked as edge", path });
  const given = (value: unknown, path: string) => {
    if (isUnknown(value)) return [later(path)];
    return value === undefined || value === null || value === "" ? [] : [breach(path)];
  };
  switch (type) {
    case DROPLET:
      if (isUnknown(props.publicNetworking)) return [later("publicNetworking")];
      return props.publicNetworking === false ? [] : [breach("publicNetworking")];
    case AZURE_NIC:
      return elementsAt(props, "ipConfigurations").flatMap(({ value, path }) =>
        isUnknown(value) ? [later(path)] : given(value.publicIPAddress, `${path}.publicIPAddress`),
      );
    case CLASSIC_NIC:
      return elementsAt(props, "ipConfigurations").flatMap(({ value, path }) => {
        if (isUnknown(value)) return [later(path)];
        // The id of an address that is made in the same stack.
        return isUnknown(value.publicIpAddressId)
          ? [breach(`${path}.publicIpAddressId`)]
          : given(value.publicIpAddressId, `${path}.publicIpAddressId`);
      });
    case AZURE_VM:
      return elementsAt(props, "networkProfile.networkInterfaceConfigurations").flatMap(({ value, path }) =>
        isUnknown(value)
          ? [later(path)]
          : elementsAt(value, "ipConfigurations", path).flatMap((one) =>
              isUnknown(one.value)
                ? [later(one.path)]
                : given(one.value.publicIPAddressConfiguration, `${one.path}.publicIPAddressConfiguration`),
            ),
      );
    default:
      return elementsAt(props, "networkInterfaces").flatMap(({ value, path }) =>
        isUnknown(value)
          ? [later(path)]
          : ["accessConfigs", "ipv6AccessConfigs"].flatMap((key) => {
              if (isUnknown(value[key])) return [later(`${path}.${key}`)];
              return value[key]?.length > 0 ? [breach(`${path}.${key}`)] : [];
            }),
      );
  }
}

/** By a tag (a list) or a label (a map, which Azure calls tags). Undefined: known only later. */
function isMarked(props: Props, marks: string[]): boolean | undefined {
  let unsure = false;
  for (const given of [props.labels, props.tags]) {
    if (isUnknown(given)) unsure = true;
    else if (Array.isArray(given)) {
      if (given.some((tag) => marks.includes(tag))) return true;
      unsure ||= given.some(isUnknown);
    } else if (given) {
      const values = marks.filter((mark) => Object.hasOwn(given, mark)).map((mark) => given[mark]);
      if (values.some((value) => !isUnknown(value) && value !== "false")) return true;
      unsure ||= values.some(isUnknown);
    }
  }
  return unsure ? undefined : false;
}
