import { type CreateRequest, type CreateResult, PartialFailure, ProviderError } from "../../../provider.js";
import type { PropertyMap } from "../../../values.js";
import type { DockerClient } from "../client.js";
import { nanoseconds } from "../duration.js";
import { type DaemonError, isNotFound, refusal, toProviderError } from "../errors.js";
import { describeOwner } from "../labels.js";
import { inspectContainer, mustInspect, removeContainer } from "./api.js";
import { createBody, objects } from "./create-body.js";
import { outputsOf } from "./describe.js";
import { readLogs } from "./logs.js";
import { endpointSettings, firstEndpoint, settleNetworks } from "./networks.js";
import { settle, start } from "./runtime.js";
import { upload } from "./uploads.js";

/** Creating a container pulls nothing, so a minute is long. */
const CREATE_TIMEOUT_MS = 120_000;

/**
 * Creates a container, attaches it to its networks, uploads its files, starts it and waits as asked. What fails before the
 * container runs removes it again; what fails afterwards leaves it to the state as a partial failure.
 */
export async function createContainer(client: DockerClient, request: CreateRequest): Promise<CreateResult> {
  const { inputs, signal } = request;
  const id = await make(client, inputs, signal);
  try {
    if (objects(inputs.networksAdvanced).length > 0) {
      await settleNetworks(client, await mustInspect(client, id, String(inputs.name), signal), inputs, signal);
    }
    await upload(client, id, inputs, signal);
    if (inputs.start !== false) await start(client, id, inputs, signal);
  } catch (error) {
    throw await undo(client, id, inputs, error);
  }
  if (inputs.attach === true) return attach(client, id, inputs, request);
  const live = await settle(client, id, inputs, request);
  return { id, outputs: outputsOf(live, inputs) };
}

async function make(client: DockerClient, inputs: PropertyMap, signal: AbortSignal | undefined): Promise<string> {
  const name = String(inputs.name);
  await refuseUnknownToDaemon(client, inputs, signal);
  try {
    return await postContainer(client, inputs, signal);
  } catch (error) {
    if (isNotFound(error) && /no such image/i.test((error as DaemonError).reason)) {
      throw new ProviderError(
        `container "${name}": the Docker host has no image ${inputs.image}`,
        "pull or build it first: declare it in the stack as an image, or `docker pull`",
      );
    }
    if (isNameTaken(error)) throw await nameTaken(client, name, signal);
    throw error;
  }
}

/** Has the daemon make the container, which then is there and does not run. Gives its id. */
export async function postContainer(
  client: DockerClient,
  inputs: PropertyMap,
  signal: AbortSignal | undefined,
): Promise<string> {
  const name = String(inputs.name);
  const first = firstEndpoint(inputs);
  const { Id } = await client.post<{ Id: string }>("/containers/create", {
    doing: `creating container "${name}"`,
    query: { name, platform: typeof inputs.platform === "string" && inputs.platform ? inputs.platform : undefined },
    body: {
      ...createBody(inputs),
      ...(first ? { NetworkingConfig: { EndpointsConfig: { [String(first.name)]: endpointSettings(first) } } } : {}),
    },
    timeout: CREATE_TIMEOUT_MS,
    signal,
  });
  return Id;
}

export const isNameTaken = (error: unknown): boolean => /already in use/.test(refusal(error, 409) ?? "");

/** The daemon ignores what its API version does not know yet; that would be a silent loss. */
async function refuseUnknownToDaemon(client: DockerClient, inputs: PropertyMap, signal?: AbortSignal): Promise<void> {
  const healthcheck = inputs.healthcheck as PropertyMap | undefined;
  if (!healthcheck || !nanoseconds(String(healthcheck.startInterval ?? "0s"))) return;
  const { ApiVersion } = await client.get<{ ApiVersion: string }>("/version", {
    doing: "asking Docker's version",
    signal,
  });
  if (Number(ApiVersion.split(".")[1]) >= 44) return;
  throw new ProviderError(
    `container "${inputs.name}": healthcheck.startInterval needs Docker 25 (API 1.44), and the daemon has API ${ApiVersion}`,
    "leave startInterval out",
  );
}

async function nameTaken(client: DockerClient, name: string, signal: AbortSignal | undefined): Promise<ProviderError> {
  const other = await inspectContainer(client, name, signal);
  const what = other
    ? `${other.Id.slice(0, 12)} of image ${other.Config.Image}, ${describeOwner(other.Config.Labels)}`
    : "which is just being removed";
  return new ProviderError(
    `there is already a container "${name}": ${what}. It was not touched`,
    `choose another name, or remove it if nothing needs it (\`docker rm -f ${name}\`)`,
  );
}

/** Removes the container that could not be started. If even that fails, the state must keep it. */
async function undo(client: DockerClient, id: string, inputs: PropertyMap, error: unknown): Promise<unknown> {
  try {
    await removeContainer(
      client,
      id,
      true,
      `removing the container "${inputs.name}" that could not be started`,
      undefined,
    );
    return error;
  } catch {
    const told = toProviderError(error);
    if (!(told instanceof ProviderError)) return told;
    return new PartialFailure(id, { ...inputs, id, mustRun: false }, [told.message]);
  }
}

/** `attach: true`: waits for the container's end, and takes its log with `logs: true`. */
async function attach(
  client: DockerClient,
  id: string,
  inputs: PropertyMap,
  request: CreateRequest,
): Promise<CreateResult> {
  const name = String(inputs.name);
  request.report?.(`waiting for container "${name}" to end`);
  await client.post(`/containers/${id}/wait`, {
    doing: `waiting for container "${name}" to end`,
    query: { condition: "not-running" },
    timeout: (request.timeout ?? 20 * 60) * 1000,
    signal: request.signal,
  });
  const live = await inspectContainer(client, id, request.signal);
  // With rm: true the daemon has removed it by now.
  if (!live) return { id, outputs: { ...inputs, id } };
  const outputs = outputsOf(live, inputs);
  if (inputs.logs === true) outputs.containerLogs = await readLogs(client, live, "all");
  return { id, outputs };
}
