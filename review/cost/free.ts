/** Packages none of whose resources is paid for: what they make is on machines that are, or nothing at all. */
const FREE_PACKAGES = new Set([
  "pulumi",
  "docker",
  "docker-build",
  "command",
  "random",
  "tls",
  "time",
  "local",
  "null",
  "archive",
  "cloudinit",
  "std",
  // Own hardware; its power is reckoned in own-hardware.ts.
  "libvirt",
]);

/** Names of paid vendors' resources that cost nothing by themselves: traffic, requests and seats are usage. */
const FREE_NAMES: Record<string, string> = {
  digitalocean: `
    Domain DnsRecord Firewall Vpc VpcPeering Project ProjectResources SshKey Tag Certificate Cdn VolumeAttachment
    ReservedIpAssignment FloatingIpAssignment ContainerRegistryDockerCredentials MonitorAlert UptimeAlert
    DatabaseDb DatabaseUser DatabaseFirewall DatabaseConnectionPool
    DatabasePostgresqlConfig DatabaseMysqlConfig DatabaseRedisConfig DatabaseValkeyConfig
    SpacesKey SpacesBucketObject SpacesBucketPolicy SpacesBucketCorsConfiguration SpacesBucketLogging`,
  "gcp:compute": `
    Network Subnetwork NetworkPeering Firewall Route Router ProjectMetadata ProjectMetadataItem
    ResourcePolicy DiskResourcePolicyAttachment AttachedDisk InstanceTemplate HealthCheck
    InstanceIAMMember InstanceIAMBinding InstanceIAMPolicy`,
  "gcp:projects": "Service IAMMember IAMBinding IAMPolicy IAMCustomRole",
  "gcp:serviceaccount": "Account Key IAMMember IAMBinding IAMPolicy",
  "gcp:organizations": "Project Folder",
  "gcp:dns": "RecordSet",
  "gcp:sql": "Database User",
  "gcp:secretmanager": "Secret SecretIamMember SecretIamBinding SecretIamPolicy",
  "gcp:storage": "BucketIAMMember BucketIAMBinding BucketIAMPolicy",
  "azure-native:resources": "ResourceGroup",
  "azure-native:network": `
    VirtualNetwork Subnet NetworkSecurityGroup SecurityRule NetworkInterface RouteTable Route VirtualNetworkPeering
    RecordSet`,
  "azure-native:dns": "RecordSet",
  "azure-native:compute": "SshPublicKey AvailabilitySet VirtualMachineExtension",
  "azure-native:dbforpostgresql": "Database FirewallRule Configuration Administrator VirtualNetworkRule",
  "azure-native:authorization": "RoleAssignment RoleDefinition ManagementLockByScope",
  "azure-native:managedidentity": "UserAssignedIdentity FederatedIdentityCredential",
  cloudflare: `
    DnsRecord Record ZoneDnssec ZoneSetting ZoneDnsSettings ApiToken AccountToken Ruleset
    OriginCaCertificate UniversalSslSetting
    EmailRoutingAddress EmailRoutingDns EmailRoutingRule EmailRoutingCatchAll EmailRoutingSettings
    ZeroTrustTunnelCloudflared ZeroTrustTunnelCloudflaredConfig ZeroTrustTunnelCloudflaredRoute
    ZeroTrustTunnelCloudflaredVirtualNetwork Tunnel TunnelConfig TunnelRoute TunnelVirtualNetwork
    ZeroTrustAccessApplication ZeroTrustAccessPolicy ZeroTrustAccessGroup ZeroTrustAccessServiceToken
    ZeroTrustAccessIdentityProvider AccessApplication AccessPolicy AccessGroup AccessServiceToken`,
};

const FREE_KINDS = new Set(
  Object.entries(FREE_NAMES).flatMap(([room, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => `${room}:${name}`),
  ),
);

/** Whether resources of a kind (see pricer.ts) cost nothing by themselves. */
export const isFree = (kind: string): boolean => FREE_KINDS.has(kind) || FREE_PACKAGES.has(kind.split(":")[0]!);
