/** DNS was a part of Azure's network module before it had one of its own; the SDK still knows these names. */
const MOVED: Record<string, string> = {
  "azure-native:network:Zone": "azure-native:dns:Zone",
  "azure-native:network:RecordSet": "azure-native:dns:RecordSet",
  "azure-native:network:DnssecConfig": "azure-native:dns:DnssecConfig",
};

/**
 * The type token that rules know a resource by. Azure Native has one for each version of an API beside the plain one:
 * `azure-native:compute/v20240301:VirtualMachine` is `azure-native:compute:VirtualMachine`.
 */
export function plainType(type: string): string {
  const plain = type.replace(/^(azure-native:[a-z]+)\/v[0-9a-z]+:/, "$1:");
  return MOVED[plain] ?? plain;
}
