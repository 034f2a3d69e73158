import { isUnknown, type ResourceRule, type Verdict } from "../../rule.js";
import { isPrivate, isWorld } from "../_addresses.js";
import { breachesFirst, later } from "../_values.js";
import { FIREWALLS, openings } from "./_openings.js";

export const rule: ResourceRule = {
  id: "firewall-no-all-ports",
  title: "No firewall rule lets strangers in to all ports",
  severity: "high",
  benchmarks: ["CKV_GCP_2", "GCP-0027", "AZU-0047", "DIG-0001", "CKV_DIO_4"],
  why:
    "Who opens everything has no firewall: a port that an agent or a container opens by itself, such as Docker's or a gateway's, is " +
    "reached from outside at once.",
  fix: "name the ports one by one; open all ports to private addresses or to named machines only",
  settings: {
    widest: {
      type: "number",
      default: 1024,
      description: "How many ports one rule may open at most to addresses that are not private.",
    },
  },
  types: FIREWALLS,
  check: (subject, { widest }) =>
    breachesFirst(
      openings(subject, "in").flatMap((opening): Verdict[] => {
        if ("later" in opening) return [later(opening.path)];
        const { path, peers, ports } = opening;
        const strangers = peers.filter((peer) => isUnknown(peer) || isStranger(peer));
        const wide = ports.filter((range) => isUnknown(range) || range[1] - range[0] + 1 > widest);
        if (strangers.length === 0 || wide.length === 0) return [];
        return strangers.every(isUnknown) || wide.every(isUnknown)
          ? [{ unknown: "whom the rule lets in to what is known only later", path }]
          : [{ breach: `it lets strangers in to more than ${widest} ports`, path }];
      }),
    ),
};

/** Azure's service tags, such as VirtualNetwork, stand for what is inside or its own. */
const isStranger = (peer: string) => isWorld(peer) || (/^[0-9a-f.:]+(\/\d+)?$/i.test(peer) && !isPrivate(peer));
