import { isUnknown, type Stack, type StackRule } from "../../rule.js";
import { elementsAt, type Placed } from "../_values.js";
import { DO_FIREWALL } from "./_openings.js";

type Resource = Stack["resources"][number];

const DROPLET = "digitalocean:index/droplet:Droplet";

export const rule: StackRule = {
  id: "droplet-behind-firewall",
  title: "Every droplet is behind a cloud firewall",
  severity: "high",
  benchmarks: [],
  why: "Without one, every port that anything on the droplet opens is open to the world. Docker's ports pass by the host's own firewall.",
  fix: "make a digitalocean Firewall with one of the droplet's tags, or with its id; machines of the fleet have one",
  checkStack({ resources }) {
    const firewalls = resources.filter(({ type }) => type === DO_FIREWALL);
    return resources
      .filter(({ type }) => type === DROPLET)
      .flatMap((droplet): Placed[] => {
        const found = firewalls.map((firewall) => covers(firewall, droplet));
        if (found.includes(true)) return [];
        return found.includes(undefined)
          ? [{ urn: droplet.urn, unknown: "which droplets the stack's firewalls are for is known only later" }]
          : [{ urn: droplet.urn, breach: "no firewall of this stack names it or one of its tags" }];
      });
  },
};

/** Undefined: known only later. */
function covers(firewall: Resource, droplet: Resource): boolean | undefined {
  const tags = valuesOf(firewall, "tags");
  const own = valuesOf(droplet, "tags");
  if (tags.some((tag) => !isUnknown(tag) && own.includes(tag))) return true;
  const ids = valuesOf(firewall, "dropletIds");
  // The id of a new droplet is known only later, but not that it is this one's.
  if (ids.length > 0 && firewall.dependencies.includes(droplet.urn)) return true;
  // What outputs tell of the id: do:droplet:123.
  const id = String(droplet.outputs.dropletUrn ?? "")
    .split(":")
    .at(-1);
  if (id !== "" && ids.some((one) => !isUnknown(one) && String(one) === id)) return true;
  const isUnsure = tags.some(isUnknown) || ids.some(isUnknown) || (tags.length > 0 && own.some(isUnknown));
  return isUnsure ? undefined : false;
}

const valuesOf = ({ props }: Resource, key: string) => elementsAt(props, key).map(({ value }) => value);
