import type { ReviewedResource } from "../types.js";
import { withoutUser } from "./describe.js";
import { addFolders } from "./folders.js";
import type { Places } from "./places.js";
import { maps, text } from "./tree.js";
import type { NodeKind } from "./types.js";

/** Adds what the parts have to do with each other, and the places that only that tells of. */
export function relate(places: Places): void {
  for (const container of places.tree.resources) {
    if (container.type !== "docker:index/container:Container") continue;
    relateVolumes(container, places);
    relateNetworks(container, places);
  }
  addFolders(places);
  relateServed(places);
  relateRecords(places);
  relateStacks(places);
  relateBackups(places);
  addInternet(places);
}

function relateVolumes(container: ReviewedResource, places: Places): void {
  const { builder } = places;
  const owner = places.ownerOf(container);
  const machine = places.machineAround(owner?.id);
  for (const mount of maps(container.inputs.volumes)) {
    const name = text(mount.volumeName);
    const volume = builder.of("volume").find(({ label, parent }) => label === name && parent === machine);
    const path = text(mount.containerPath);
    if (!volume || path === undefined) continue;
    volume.detail = path;
    if (!volume.facts.some(([, value]) => value === path)) volume.facts.push(["Mounted at", path]);
    builder.relate(owner?.id, "stores", volume.id, "keeps data in");
  }
}

function relateNetworks(container: ReviewedResource, places: Places): void {
  const { builder } = places;
  const owner = places.ownerOf(container);
  const machine = places.machineAround(owner?.id);
  if (owner === undefined) return;
  for (const { name } of maps(container.inputs.networksAdvanced)) {
    const told = text(name);
    if (told === undefined) continue;
    const known = builder.of("network").find(({ label, parent }) => label === told && parent === machine);
    const network =
      known?.id ??
      builder.add({
        id: `network:${machine}/${told}`,
        kind: "network",
        label: told,
        detail: "not of this stack",
        parent: machine,
        facts: { "Name on the machine": told, Whose: "somebody else's" },
      });
    const maker = builder.nodes.get(builder.makers.get(network) ?? "");
    // Who is in the network of another can talk to it: that says more than the network does.
    if (maker && maker !== owner && maker.kind !== "edge") builder.relate(owner.id, "reaches", maker.id, "reaches");
    else builder.relate(owner.id, "joins", network, "is in");
  }
}

function relateServed(places: Places): void {
  const { builder, spec } = places;
  const serve = (kind: "agent" | "service", name: string, edge: string | undefined, host: string | undefined) =>
    builder.relate(places.entry("edge", edge)?.id, "serves", places.entry(kind, name)?.id, host ?? "serves");
  for (const [name, { edge, host, services = [] }] of Object.entries(spec.agents ?? {})) {
    serve("agent", name, edge, host);
    for (const service of services)
      builder.relate(places.entry("agent", name)?.id, "reaches", places.entry("service", service)?.id, "uses");
  }
  for (const [name, { edge, host }] of Object.entries(spec.services ?? {})) serve("service", name, edge, host);
  for (const edge of builder.of("edge")) {
    const network = spec.edge?.[edge.label]?.network;
    const found = builder.of("network").find(({ label, parent }) => label === network && parent === edge.parent);
    builder.relate(edge.id, "joins", found?.id, "is in");
  }
}

/** Records lead to the edge that serves their host; without one, to the machine. */
function relateRecords(places: Places): void {
  const { builder, tree, spec } = places;
  const served = new Map(
    [...Object.values(spec.agents ?? {}), ...Object.values(spec.services ?? {})].map(({ host, edge }) => [host, edge]),
  );
  for (const resource of tree.resources) {
    const record = builder.nodes.get(builder.ofUrn(resource.urn) ?? "");
    if (record?.kind !== "record") continue;
    const machine = places.machineOfDependencies(resource);
    const said = places.entry("edge", served.get(record.label));
    const edge = said ?? builder.of("edge").find(({ parent }) => machine !== undefined && parent === machine);
    builder.relate(record.id, "resolves", edge?.id ?? machine, record.detail.split(" ")[0]!);
  }
}

/** What comes from other stacks, by the stack file or by what depends on their outputs. */
function relateStacks(places: Places): void {
  const { builder, tree, spec } = places;
  const node = (shared: string | undefined) => {
    const stack = shared === undefined ? undefined : spec.shared?.[shared]?.stack;
    return stack === undefined ? undefined : places.entry("shared", stack.split("/").at(-1))?.id;
  };
  const relateEntries = (kind: NodeKind, section: Record<string, { shared?: string }> = {}) => {
    for (const [name, { shared }] of Object.entries(section))
      builder.relate(places.entry(kind, name)?.id, "uses", node(shared), "of that stack");
  };
  relateEntries("cloud", spec.clouds);
  relateEntries("hypervisor", spec.hypervisors);
  relateEntries("machine", spec.machines);
  relateEntries("zone", spec.dns);
  for (const [name, { teams = {} }] of Object.entries(spec.services ?? {}))
    for (const { shared } of Object.values(teams))
      builder.relate(places.entry("service", name)?.id, "uses", node(shared), "reads");
  for (const resource of tree.resources) {
    const owner = places.ownerOf(resource);
    // A machine has it from its cloud, and what is on the machine from that.
    if (owner === undefined || !["agent", "service", "zone", "cloud"].includes(owner.kind)) continue;
    for (const dependency of resource.dependencies) {
      const shared = builder.nodes.get(builder.ofUrn(dependency) ?? "");
      if (shared?.kind === "shared") builder.relate(owner.id, "uses", shared.id, "uses its outputs");
    }
  }
}

/** A backup holds the data of all agents and services of its machine. */
function relateBackups({ builder, spec }: Places): void {
  for (const backup of builder.of("backup")) {
    const { repository } = spec.backups?.[backup.label] ?? {};
    for (const { from, to, relation } of builder.edges) {
      const holder = builder.nodes.get(from)?.kind ?? "";
      if (relation !== "stores" || builder.nodes.get(to)?.parent !== backup.parent) continue;
      if (holder === "agent" || holder === "service") builder.relate(to, "saves", backup.id, "is backed up by");
    }
    if (repository === undefined || repository.startsWith("/")) continue;
    const shown = withoutUser(repository);
    const id = builder.add({
      id: `repository:${shown}`,
      kind: "repository",
      label: shown.replace(/^\w+:/, "").replace(/^\w+:\/\//, ""),
      detail: `${/^\w+/.exec(shown)?.[0] ?? ""} repository`,
      facts: { Repository: shown },
    });
    builder.relate(backup.id, "saves", id, "writes to");
  }
}

/** Who comes from outside. */
function addInternet({ builder, spec }: Places): void {
  for (const edge of builder.of("edge")) {
    const { bind, port, httpPort } = spec.edge?.[edge.label] ?? {};
    if (port === undefined) continue;
    const isLocal = bind === "127.0.0.1";
    const from = isLocal
      ? builder.add({ id: "internet:local", kind: "internet", label: "This computer", detail: "nobody else gets in" })
      : builder.add({ id: "internet:all", kind: "internet", label: "Internet", detail: "everybody" });
    builder.relate(from, "routes", edge.id, [port, httpPort].filter(Boolean).join(", "));
  }
}
