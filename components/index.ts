/** The components, for this project's program and for other Pulumi projects. */
export { Agent, type AgentArgs, type AgentOutputs } from "./agents/agent.js";
export {
  type AgentContext,
  type AgentTransforms,
  type DeployedAgent,
  loadRuntime,
  type Runtime,
} from "./agents/runtime.js";
export { type Cloud, type CloudArgs, loadCloudKind } from "./clouds/cloud.js";
export { ConfigFiles, type ConfigFilesArgs } from "./config-files.js";
export { type HardenedContainerArgs, type HealthCheck, hardenedContainer } from "./containers.js";
export { DataVolume, type DataVolumeArgs } from "./data/volume.js";
export { loadZoneKind, type Zone, type ZoneArgs, type ZoneRecord, type ZoneTransforms } from "./dns/zone.js";
export { type Edge, type EdgeArgs, type EdgeOutputs, type EdgeTransforms, loadEdgeKind } from "./edge/edge.js";
export { SocketProxy, type SocketProxyArgs, type SocketProxyTransforms } from "./edge/socket-proxy.js";
export { Fleet } from "./fleet.js";
export type { FleetArgs, FleetOutputs, FleetTransforms } from "./fleet-args.js";
export { type FleetModules, loadModules } from "./fleet-modules.js";
export { loadMachineKind, type Machine, type MachineArgs } from "./hosts/machine.js";
export { Image, type ImageArgs } from "./images/image.js";
export { entryNetwork } from "./networks.js";
export { loadServiceKind, type Service, type ServiceArgs, type ServiceOutputs } from "./services/service.js";
export { SharedStack } from "./shared.js";
export { readStackConfig } from "./stack-config.js";
export type { Transform } from "./transform.js";
