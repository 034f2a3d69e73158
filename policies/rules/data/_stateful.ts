import { isUnknown, type Props, type Subject } from "../../rule.js";
import { plainType } from "../_types.js";

export const DOCKER_VOLUME = "docker:index/volume:Volume";
export const DO_VOLUME = "digitalocean:index/volume:Volume";
export const DO_DATABASE = "digitalocean:index/databaseCluster:DatabaseCluster";
export const GCP_DISKS = ["gcp:compute/disk:Disk", "gcp:compute/regionDisk:RegionDisk"];
export const GCP_DATABASE = "gcp:sql/databaseInstance:DatabaseInstance";
export const AZURE_DISK = "azure-native:compute:Disk";
export const AZURE_DATABASE = "azure-native:dbforpostgresql:Server";
export const CLASSIC_DATABASE = "azure:postgresql/flexibleServer:FlexibleServer";
export const CLASSIC_DISK = "azure:compute/managedDisk:ManagedDisk";
export const LIBVIRT_VOLUME = "libvirt:index/volume:Volume";

/** What holds data that nothing else can bring back. */
export const DISKS = [DOCKER_VOLUME, DO_VOLUME, ...GCP_DISKS, AZURE_DISK, CLASSIC_DISK, LIBVIRT_VOLUME];
export const DATABASES = [DO_DATABASE, GCP_DATABASE, AZURE_DATABASE, CLASSIC_DATABASE];

/** Types of the components that a resource is in, outermost first. URNs have them. */
export const componentsOf = ({ urn }: { urn: string }) => (urn.split("::")[2] ?? "").split("$").slice(0, -1);

/**
 * Whether a disk or volume holds data. Not: what is filled by a program whenever it is made, such as the volume of an agent's
 * configuration, or a base image. Undefined: known only later.
 */
export function holdsData(resource: Pick<Subject, "urn" | "type" | "props">): boolean | undefined {
  const { props } = resource;
  switch (plainType(resource.type)) {
    case DOCKER_VOLUME:
      return !componentsOf(resource).includes("fleet:files:ConfigFiles");
    case LIBVIRT_VOLUME: {
      const create = (props.create as Props | undefined) ?? undefined;
      return isUnknown(create) ? undefined : create?.content === undefined;
    }
    default:
      return true;
  }
}
