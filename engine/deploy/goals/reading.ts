import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import { EngineError } from "../../errors.js";
import { PartialFailure } from "../../provider.js";
import { UNKNOWN_SENTINELS } from "../../signatures.js";
import type { ResourceState } from "../../state/types.js";
import { containsUnknown } from "../../values.js";
import { collapseMap, fromStruct, toStruct } from "../../wire.js";
import type { BoundProvider } from "../providers/bound-provider.js";
import { emptyGoal, type Goal } from "./goal.js";
import { checkType, placeOf, position, type RegistrationContext, stackTrace } from "./registration.js";
import { makeUrn } from "./urn.js";

/** What a program wants to read: the goal of an external resource, and the id of the object; undefined while it is not known. */
export interface ReadGoal {
  goal: Goal;
  id: string | undefined;
}

/** Decodes a request to read an object (`Type.get`, StackReference). The provider is not decided on yet. */
export function decodeRead(request: resourceProto.ReadResourceRequest, context: RegistrationContext): ReadGoal {
  const type = request.getType();
  const { urn, parent } = placeOf(request, context);
  checkType(type, `"${request.getName()}"`);
  const id = request.getId();
  if (id === "") throw new EngineError(`${urn}: it is to be read, but its id is empty`, "give the object's id", 1);
  const goal: Goal = {
    ...emptyGoal(urn, type, true),
    inputs: collapseMap(fromStruct(request.getProperties(), context.programDir)),
    parent,
    dependencies: [...request.getDependenciesList()].sort(),
    provider: request.getProvider() || undefined,
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    sourcePosition: position(request.getSourceposition(), context.root),
    stackTrace: stackTrace(request, context.root),
  };
  return { goal, id: UNKNOWN_SENTINELS.has(id) ? undefined : id };
}

/** The answer to a request to read. */
export function readResponse(
  state: ResourceState,
  request: resourceProto.ReadResourceRequest,
): resourceProto.ReadResourceResponse {
  return new resourceProto.ReadResourceResponse()
    .setUrn(state.urn)
    .setResult(resourceProto.Result.SUCCESS)
    .setProperties(toStruct(state.outputs, { keepSecrets: request.getAcceptsecrets() }));
}

/** Asks a provider whether there is an object of a type under an id. Nothing of it goes into the state. */
export async function answerExists(
  request: resourceProto.ExistsResourceRequest,
  provider: BoundProvider,
  context: RegistrationContext,
  signal: AbortSignal,
): Promise<resourceProto.ExistsResourceResponse> {
  const type = request.getType();
  const id = request.getId();
  const response = new resourceProto.ExistsResourceResponse();
  const inputs = collapseMap(fromStruct(request.getProperties(), context.programDir));
  if (UNKNOWN_SENTINELS.has(id) || !provider.configured || containsUnknown(inputs)) return response.setUnknown(true);
  const urn = makeUrn(context.stack, context.project, request.getParent() || undefined, type, id);
  try {
    const found = await provider.read({ urn, type, signal }, id, inputs, inputs);
    return response.setExists(found.id !== "");
  } catch (error) {
    // It is there, if not as it should be.
    if (error instanceof PartialFailure) return response.setExists(error.id !== "");
    throw error;
  }
}
