import type { ReviewedResource } from "../types.js";
import { line } from "./builder.js";
import { entryName } from "./entries.js";
import type { Places } from "./places.js";
import { labelsOf, map, text } from "./tree.js";

const VOLUME = "docker:index/volume:Volume";
const NETWORK = "docker:index/network:Network";
const REFERENCE = "pulumi:pulumi:StackReference";

/** Adds what entries have: volumes, disks, networks, records; other stacks; and resources that belong to no entry. */
export function addLeaves(places: Places): void {
  const { tree } = places;
  for (const resource of tree.resources) {
    if (resource.type === VOLUME) addVolume(resource, places);
    else if (resource.type === NETWORK) addNetwork(resource, places);
    else if (resource.type === REFERENCE) addReference(resource, places);
    else addByOwner(resource, places);
  }
  for (const { stack } of Object.values(places.spec.shared ?? {})) addShared(stack, places);
}

function addVolume(volume: ReviewedResource, places: Places): void {
  const { builder, tree } = places;
  const component = tree.parentOf(volume);
  // Configuration is delivered into a volume, too: it is a part of what it configures.
  if (component?.type === "fleet:files:ConfigFiles") return;
  const holder = component?.type === "fleet:data:DataVolume" ? component : volume;
  const name = text(volume.inputs.name) ?? holder.name;
  const owner = places.ownerOf(holder);
  const parent = places.machineAround(owner?.id) ?? places.machineOf(volume);
  const id = builder.add({
    id: `volume:${holder.name}`,
    kind: "volume",
    label: name,
    detail: "Docker volume",
    parent,
    urn: volume.urn,
    facts: { "Name on the machine": name, "Kept when removed": volume.retainOnDelete ? "yes" : undefined },
  });
  if (holder !== volume) builder.own(holder.urn, id);
  builder.relate(owner?.id, "stores", id, "keeps data in");
}

function addNetwork(network: ReviewedResource, places: Places): void {
  const { builder } = places;
  const name = text(network.inputs.name) ?? network.name;
  const owner = places.ownerOf(network)?.id ?? places.named(labelsOf(network)["fleet.entry"]);
  const isInternal = network.inputs.internal === true;
  const id = builder.add({
    id: `network:${network.name}`,
    kind: "network",
    label: name,
    detail: isInternal ? "leads nowhere else" : "Docker network",
    parent: places.machineAround(owner) ?? places.machineOf(network),
    urn: network.urn,
    facts: { "Name on the machine": name, Driver: text(network.inputs.driver) },
  });
  if (owner !== undefined) builder.makers.set(id, owner);
  builder.relate(owner, "joins", id, "is in");
}

function addReference(reference: ReviewedResource, places: Places): void {
  const name = text(reference.inputs.name)?.split("/").at(-1) ?? reference.name;
  addShared(name, places, reference.urn);
}

function addShared(stack: string, { builder }: Places, urn?: string): void {
  const name = stack.split("/").at(-1)!;
  builder.add({ id: `shared:${name}`, kind: "shared", label: name, detail: "another stack", urn });
}

function addByOwner(resource: ReviewedResource, places: Places): void {
  const { builder, tree } = places;
  if (builder.ofUrn(resource.urn) !== undefined) return;
  const parent = tree.parentOf(resource);
  const holder = parent && builder.nodes.get(builder.ofUrn(parent.urn) ?? "");
  if (holder?.kind === "machine" && /\/volume:Volume$/.test(resource.type)) addDisk(resource, holder.id, places);
  else if (holder?.kind === "cloud" && resource.type.endsWith(":Vpc")) addVpc(resource, holder.id, places);
  else if (holder?.kind === "zone" && /record$/i.test(resource.type)) addRecord(resource, holder.id, places);
  else if (isForeign(resource, parent)) {
    const id = `resource:${resource.type}::${resource.name}`;
    const [, , kind = resource.type] = resource.type.split(":");
    builder.add({
      id,
      kind: "resource",
      label: resource.name,
      detail: kind,
      urn: resource.urn,
      facts: { Type: resource.type },
    });
  }
}

/** Of the program itself, and of no entry. */
function isForeign({ type }: ReviewedResource, parent: ReviewedResource | undefined): boolean {
  if (/^pulumi:(pulumi|providers):/.test(type) || type === "fleet:index:Fleet") return false;
  return parent === undefined || parent.type === "pulumi:pulumi:Stack" || parent.type === "fleet:index:Fleet";
}

function addDisk(disk: ReviewedResource, machine: string, places: Places): void {
  const { builder, tree, spec } = places;
  const component = tree.parentOf(disk)!;
  const name = entryName(tree, disk).replace(/-volume$/, "");
  const parts = tree.children(component.urn).filter((part) => part.name.startsWith(`${component.name}-${name}-`));
  const entry = places.entries.find((one) => one.component === component);
  const path = spec.machines?.[entry?.name ?? ""]?.volumes?.[name]?.path ?? mountedAt(parts);
  const size = text(disk.inputs.size);
  const id = builder.add({
    id: `disk:${component.name}/${name}`,
    kind: "disk",
    label: name,
    detail: line(size && `${size} GiB`, path),
    parent: machine,
    urn: disk.urn,
    facts: {
      Name: text(disk.inputs.name),
      Size: size && `${size} GiB`,
      "Mounted at": path,
      Region: text(disk.inputs.region),
      "Kept when removed": disk.retainOnDelete ? "yes" : undefined,
    },
  });
  for (const part of parts) builder.own(part.urn, id);
}

/** Where the command that mounts a disk puts it. */
function mountedAt(parts: ReviewedResource[]): string | undefined {
  for (const { inputs } of parts) {
    const told = text(map(inputs.environment).FLEET_MOUNT);
    if (told === undefined) continue;
    try {
      return text(map(JSON.parse(told)).path);
    } catch {
      // It is masked, or not ours.
    }
  }
  return undefined;
}

function addVpc(vpc: ReviewedResource, cloud: string, { builder }: Places): void {
  const range = text(vpc.inputs.ipRange);
  builder.add({
    id: `network:${vpc.name}`,
    kind: "network",
    label: text(vpc.inputs.name) ?? vpc.name,
    detail: line("VPC", range),
    parent: cloud,
    urn: vpc.urn,
    facts: { Addresses: range, Region: text(vpc.inputs.region) },
  });
}

function addRecord(record: ReviewedResource, zone: string, places: Places): void {
  const { inputs } = record;
  const type = text(inputs.type) ?? "record";
  const host = hostOf(record, places.builder.nodes.get(zone)!.facts);
  const machine = places.machineOfDependencies(record);
  const value = machine
    ? `the address of ${places.builder.nodes.get(machine)!.label}`
    : text(inputs.value ?? inputs.content);
  places.builder.add({
    id: `record:${record.name}`,
    kind: "record",
    label: host,
    detail: machine || value === undefined ? type : `${type} ${value}`,
    parent: zone,
    urn: record.urn,
    facts: { Type: type, "Host name": host, Value: value, "Time to live": text(inputs.ttl) && `${text(inputs.ttl)} s` },
  });
}

/** A record's whole name: some providers write it relative to the zone's domain. */
function hostOf({ inputs, name }: ReviewedResource, zoneFacts: [string, string][] = []): string {
  const told = text(inputs.name) ?? name;
  const domain = text(inputs.domain) ?? zoneFacts.find(([fact]) => fact === "Domain")?.[1];
  if (domain === undefined || told === domain || told.endsWith(`.${domain}`)) return told;
  return told === "@" ? domain : `${told}.${domain}`;
}
