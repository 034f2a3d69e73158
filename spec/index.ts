/** The stack config: read, checked and typed. Pure: it touches no file, no process and nothing of Pulumi's. */
export { backedUp, backupOf } from "./backups.js";
export type { Place } from "./check/places.js";
export { checkStackText, formatFault, readStackText } from "./check/stack-file.js";
export type { LocatedFault } from "./check/yaml.js";
export { hostsInZone, relativeName } from "./dns.js";
export { type JsonSchema, jsonSchema } from "./docs/json-schema.js";
export { referencePage } from "./docs/reference.js";
export { didYouMean } from "./faults/suggest.js";
export { type Fault, type FleetSpec, isExternal, type Path } from "./fleet.js";
export { type ParsedFleet, parseFleet } from "./parse.js";
export { caaParts } from "./rules/dns/values.js";
export { isMissingHostKey } from "./rules/machines.js";
export type { VolumeSpec } from "./runtimes/agent.js";
export { CLAW_VARIABLES, type ClawAgentSpec } from "./runtimes/claw.js";
export type { ContainerAgentSpec } from "./runtimes/container.js";
export { type AgentSpec, type RuntimeName, runtimes } from "./runtimes/index.js";
export type { OpenClawAgentSpec } from "./runtimes/openclaw.js";
export type { McpServer, PaAgentSpec } from "./runtimes/pa.js";
export type { OwnSecret } from "./runtimes/runtime.js";
export type { BackupSpec } from "./schema/backups.js";
export type { BaselineSpec } from "./schema/baseline.js";
export type { CloudSpec, SharedCloud } from "./schema/clouds.js";
export type { DnsSpec, RecordSpec, RecordType, SharedZone } from "./schema/dns.js";
export type {
  CaddyEdgeSpec,
  CaddyNativeEdgeSpec,
  EdgeSpec,
  SocketProxySpec,
  TraefikEdgeSpec,
} from "./schema/edge.js";
export { type ConfigValue, isIpv4, isSecretRef, NAME, SECRET_NAME, type SecretRef } from "./schema/fields.js";
export type {
  DockerfileImageSpec,
  ImageSpec,
  ImageUse,
  PackagesImageSpec,
  PulledImageSpec,
  SharedImageSpec,
} from "./schema/images.js";
export {
  type DockerMachineSpec,
  type DropletSpec,
  type ExistingMachineSpec,
  hasPublicAddress,
  isHost,
  type MachineAddress,
  type MachineSpec,
  type SharedMachineSpec,
} from "./schema/machines.js";
export type { PolicySettings } from "./schema/review.js";
export type { SharedSpec } from "./schema/shared.js";
export { gatewayTokens, type OwnToken, type SecretPlace, secretPlaces } from "./secret-places.js";
export { type MissingSecret, missingSecrets, type SecretUse, secretUses } from "./secrets.js";
export { ENTRY_SECTIONS, SECTIONS } from "./sections.js";
export { type ServedHost, servedHosts } from "./served.js";
export { BUILD_SERVICE_PORT, type BuildServiceSpec } from "./services/build-service.js";
export type { CrmSyncSpec } from "./services/crm-sync.js";
export { dataOfService, type EntryData, type EntryDatabase } from "./services/data.js";
export { hasServiceNetwork, partsOf, type ServicePart, type ServiceSpec } from "./services/index.js";
export type { TezMcpSpec } from "./services/tez-mcp.js";
export type { TezRelaySpec } from "./services/tez-relay.js";
export { TWENTY_DATABASE, TWENTY_PORT, type TwentySpec } from "./services/twenty.js";
export { knownHostsFile, knownHostsLines, sshOptions } from "./ssh.js";
export { type DockerAddress, isLoopback, readDockerAddress } from "./values/docker-address.js";
export { Duration } from "./values/duration.js";
export { readHostKey } from "./values/host-key.js";
export { LEAST_REASON, readReason } from "./values/reason.js";
export { Size } from "./values/size.js";
export { volumeName } from "./values/volume-name.js";
