import { isUnknown, type ResourceRule, type Verdict } from "../../rule.js";
import { isWorld } from "../_addresses.js";
import { breachesFirst, later } from "../_values.js";
import { FIREWALLS, openings } from "./_openings.js";

export const rule: ResourceRule = {
  id: "firewall-no-open-admin-ports",
  title: "SSH and RDP are not open to the world",
  severity: "high",
  benchmarks: [
    "CIS GCP 4.0 3.6",
    "CIS GCP 4.0 3.7",
    "CKV_GCP_2",
    "CKV_GCP_3",
    "CKV_AZURE_9",
    "CKV_AZURE_10",
    "GCP-0070",
    "GCP-0071",
    "AZU-0048",
    "AZU-0050",
    "DIG-0001",
  ],
  why: "An open port for administrators is tried all day long, and the next fault of the SSH server is open to all before the patch is there.",
  fix:
    "name the addresses that administrators come from (of a machine of the fleet: those of the VPN, such as Tailscale's 100.64.0.0/10), " +
    "or leave the port out and come through a VPN",
  settings: {
    ports: {
      type: "array",
      items: { type: "number" },
      default: [22, 3389],
      description: "TCP ports for administrators.",
    },
  },
  types: FIREWALLS,
  check: (subject, { ports }) =>
    breachesFirst(
      openings(subject, "in").flatMap((opening): Verdict[] => {
        if ("later" in opening) return [later(opening.path)];
        const { path, protocol, peers } = opening;
        if (!isUnknown(protocol) && protocol !== undefined && protocol !== "tcp") return [];
        const fromWorld = peers.some((peer) => !isUnknown(peer) && isWorld(peer));
        if (!fromWorld && !peers.some(isUnknown)) return [];
        const open = (ports as number[]).filter((port) =>
          opening.ports.some((range) => !isUnknown(range) && range[0] <= port && port <= range[1]),
        );
        if (open.length === 0 && !opening.ports.some(isUnknown)) return [];
        return open.length > 0 && fromWorld && !isUnknown(protocol)
          ? [{ breach: `TCP port ${open.join(" and ")} is open to the world`, path }]
          : [{ unknown: "whom the rule lets in to what is known only later", path }];
      }),
    ),
};
