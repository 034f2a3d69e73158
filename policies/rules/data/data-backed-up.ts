import { isUnknown, type Stack, type StackRule, type Verdict } from "../../rule.js";
import { plainType } from "../_types.js";
import {
  AZURE_DISK,
  CLASSIC_DISK,
  componentsOf,
  DISKS,
  DO_VOLUME,
  DOCKER_VOLUME,
  GCP_DISKS,
  holdsData,
} from "./_stateful.js";

type Resource = Stack["resources"][number];

const BACKUP = "fleet:backups:Backup";
/** What makes copies of a disk, by the disk's type. It names the disk, so it comes after it. */
const COPIERS: Record<string, string[]> = {
  [DO_VOLUME]: ["digitalocean:index/volumeSnapshot:VolumeSnapshot"],
  [AZURE_DISK]: ["azure-native:dataprotection:BackupInstance", "azure-native:recoveryservices:ProtectedItem"],
  [CLASSIC_DISK]: ["azure:dataprotection/backupInstanceDisk:BackupInstanceDisk"],
  ...Object.fromEntries(
    GCP_DISKS.map((type) => [
      type,
      [
        "gcp:compute/diskResourcePolicyAttachment:DiskResourcePolicyAttachment",
        "gcp:compute/regionDiskResourcePolicyAttachment:RegionDiskResourcePolicyAttachment",
      ],
    ]),
  ),
};

export const rule: StackRule = {
  id: "data-backed-up",
  title: "What holds data has a backup",
  severity: "high",
  benchmarks: [],
  why: "To keep a disk helps against a mistake in a plan, not against a full or broken file system, a stolen key, or an agent that deletes.",
  fix:
    "name the machine in an entry of fleet:backups; of a bare disk: a snapshot schedule (GCP resource policy), a backup instance (Azure) " +
    "or volume snapshots (DigitalOcean)",
  checkStack(stack) {
    const backups = backupsOf(stack);
    return stack.resources
      .filter((resource) => DISKS.includes(plainType(resource.type)))
      .flatMap((resource) =>
        verdictsOf(resource, stack, backups).map((verdict) => ({ ...verdict, urn: resource.urn })),
      );
  },
};

function verdictsOf(resource: Resource, { resources }: Stack, backups: Set<string>[]): Verdict[] {
  const isData = holdsData(resource);
  if (isData === false) return [];
  const type = plainType(resource.type);
  const policies = GCP_DISKS.includes(type) ? resource.props.resourcePolicies : undefined;
  if (Array.isArray(policies) && policies.length > 0) return [];
  const copiers = COPIERS[type] ?? [];
  if (resources.some((one) => copiers.includes(plainType(one.type)) && one.dependencies.includes(resource.urn)))
    return [];
  const isCovered = coveredBy(backups, resource, resources);
  if (isCovered === true) return [];
  if (isCovered === undefined) return [{ unknown: "whether a backup of the fleet reaches it cannot be seen" }];
  if (isData === undefined || isUnknown(policies))
    return [{ unknown: "what it holds and what copies it is known only later" }];
  return [{ breach: "nothing in this stack backs it up" }];
}

/** For each backup of the fleet: all that its parts come after, which the machine that they run on is among. */
function backupsOf({ resources }: Stack): Set<string>[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  return resources
    .filter(({ type }) => type === BACKUP)
    .map((backup) => {
      const reached = new Set<string>();
      const follow = (urn: string): void => {
        if (reached.has(urn)) return;
        reached.add(urn);
        for (const dependency of byUrn.get(urn)?.dependencies ?? []) follow(dependency);
      };
      const isPart = ({ options }: Resource): boolean =>
        options.parent !== undefined &&
        (options.parent === backup.urn || (byUrn.has(options.parent) && isPart(byUrn.get(options.parent)!)));
      for (const { urn } of resources.filter(isPart)) follow(urn);
      return reached;
    });
}

/**
 * Whether a backup of the fleet reaches what holds data. Those of a machine take all that is on it, so it does if both are on one
 * machine. Undefined: there is a backup, and several machines, and nothing says on which of them the data is.
 */
function coveredBy(backups: Set<string>[], resource: Resource, resources: Resource[]): boolean | undefined {
  const isOfHost = [DOCKER_VOLUME, DO_VOLUME].includes(resource.type);
  if (backups.length === 0 || !isOfHost || !componentsOf(resource).some((type) => type.startsWith("fleet:")))
    return false;
  const machine = machineOf(resource, resources);
  if (machine !== undefined) return backups.some((reached) => reached.has(machine));
  const machines = resources.filter(({ type }) => /^fleet:hosts:\w*Machine$/.test(type));
  return machines.length === 1 ? true : undefined;
}

/** The droplet that the data is on. Where there is none, as on a host that exists, nothing stands for the machine. */
function machineOf(resource: Resource, resources: Resource[]): string | undefined {
  const droplets = resources.filter(({ type }) => type === "digitalocean:index/droplet:Droplet");
  const isMachine = ({ urn, options }: Resource) =>
    resource.dependencies.includes(urn) || (options.parent !== undefined && options.parent === resource.options.parent);
  return droplets.find(isMachine)?.urn;
}
