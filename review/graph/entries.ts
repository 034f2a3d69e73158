import type { ReviewedResource } from "../types.js";
import type { Tree } from "./tree.js";
import type { NodeKind } from "./types.js";

/** An entry of the stack file, by its component. */
export interface Entry {
  kind: NodeKind;
  /** Its name in the stack file. */
  name: string;
  component: ReviewedResource;
  /** What the component's type says: `DigitalOcean` of a machine, `Traefik` of an edge. */
  variety: string;
}

const FLEET = "fleet:index:Fleet";

/** What the components of each room are, directly below the fleet. */
const KINDS = new Map<string, NodeKind>([
  ["agents", "agent"],
  ["backups", "backup"],
  ["clouds", "cloud"],
  ["databases", "database"],
  ["dns", "zone"],
  ["edge", "edge"],
  ["hosts", "machine"],
  ["hypervisors", "hypervisor"],
  ["services", "service"],
  ["tunnels", "tunnel"],
]);

/** What ends a component's type, beside the variety. */
const ENDINGS = /(Machine|Cloud|Zone|Hypervisor|Tunnel|Database)$/;

/** Every entry of the fleet that has a component. */
export function entriesOf(tree: Tree): Entry[] {
  return tree.resources.flatMap((resource) => {
    const [, room = "", variety = ""] = /^fleet:([a-z]+):(\w+)$/.exec(resource.type) ?? [];
    const kind = KINDS.get(room);
    if (kind === undefined || isPart(tree, resource)) return [];
    return [{ kind, name: entryName(tree, resource), component: resource, variety: variety.replace(ENDINGS, "") }];
  });
}

/** Components within components are parts of those: a machine's baseline, a proxy's socket proxy. */
function isPart(tree: Tree, resource: ReviewedResource): boolean {
  const parent = tree.parentOf(resource);
  return parent !== undefined && parent.type !== FLEET && parent.type.startsWith("fleet:");
}

/** A resource's name without that of what it is in: children's names begin with their parents'. */
export function entryName(tree: Tree, resource: ReviewedResource): string {
  const parent = tree.parentOf(resource)?.name;
  const { name } = resource;
  return parent !== undefined && name.startsWith(`${parent}-`) ? name.slice(parent.length + 1) : name;
}
