import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import { packageOf } from "../deploy/goals/urn.js";
import { unwrapSecrets } from "../deploy/properties/property-tools.js";
import type { ProviderResource } from "../provider.js";
import { toStruct } from "../wire.js";

/** The configuration in both of its forms: as arguments, and as the texts that older plugins read, `cloud:config:region`. */
export function configureRequest({ urn, type, name, id, inputs }: ProviderResource): providerProto.ConfigureRequest {
  const args = toStruct(inputs, { keepSecrets: true });
  const request = new providerProto.ConfigureRequest()
    .setUrn(urn)
    .setType(type)
    .setName(name)
    .setArgs(args)
    .setAcceptsecrets(true)
    .setAcceptresources(true)
    .setSendsOldInputs(true)
    .setSendsOldInputsToDelete(true);
  if (id !== undefined) request.setId(id);
  for (const [key, value] of Object.entries(inputs)) {
    if (key === "version") continue;
    const json = toStruct({ value: unwrapSecrets(value) }, { keepSecrets: false, keepResources: false }).toJavaScript()
      .value;
    const text = typeof json === "string" ? json : JSON.stringify(json);
    request.getVariablesMap().set(`${packageOf(type)}:config:${key}`, text);
  }
  return request;
}
