import { ProviderError, type ResourceCall } from "../../../provider.js";
import type { DockerClient } from "../client.js";
import { isNotFound, refusal, toDaemonError } from "../errors.js";
import type { Session } from "../resource.js";
import { splitTag } from "./build.js";
import { readProgress, throttled } from "./progress.js";
import { registryOf } from "./registry-auth.js";

/** A local image, as far as it matters here. */
export interface LocalImage {
  Id: string;
  RepoTags: string[] | null;
  RepoDigests: string[] | null;
  Config?: { Labels?: Record<string, string> | null };
}

const PULL_SILENCE_MS = 5 * 60 * 1000;

/** The image that a name, a digest reference or an id stands for on the Docker host. */
export async function findLocalImage(
  client: DockerClient,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<LocalImage | undefined> {
  try {
    return await client.get<LocalImage>(`/images/${encodeURIComponent(reference)}/json`, {
      doing: `reading image ${reference}`,
      signal,
    });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Pulls an image with the registry's credentials. */
export async function pullImage(
  { client, registryAuth }: Session,
  reference: string,
  platform: string | undefined,
  call: ResourceCall,
): Promise<void> {
  const doing = `pulling image ${reference}`;
  const [repository, tag] = reference.includes("@") ? [reference, undefined] : splitTag(reference);
  const credentials = await registryAuth.forImage(reference);
  let failed: string | undefined;
  try {
    const stream = await client.stream("POST", "/images/create", {
      doing,
      query: { fromImage: repository, tag, platform },
      authconfig: credentials,
      timeout: PULL_SILENCE_MS,
      signal: call.signal,
    });
    const show = throttled(call.report);
    failed = await readProgress(stream, (line) => {
      if (line.status) show(line.id ? `${line.id}: ${line.status}` : line.status);
    });
  } catch (error) {
    failed = refusal(error, 400, 401, 403, 404, 500);
    if (failed === undefined) throw toDaemonError(error, doing, client.endpoint);
  }
  if (failed !== undefined) throw pullFailure(reference, failed);
}

function pullFailure(reference: string, reason: string): ProviderError {
  const registry = registryOf(reference);
  const denied = /denied|unauthorized|no basic auth|authentication required/i.test(reason);
  const unreachable = /dial tcp|no such host|i\/o timeout|connection refused|Client\.Timeout|TLS|x509/i.test(reason);
  const missing = /not found|manifest unknown|no such/i.test(reason) && !unreachable;
  const fix = unreachable
    ? `see that the Docker host reaches ${registry}; without a registry, load the image (\`docker load\`) or build it (an \`images\` entry)`
    : denied || missing
      ? `check the name, or log in: \`docker login ${registry === "docker.io" ? "" : registry}\``.replace(" `", "`")
      : undefined;
  return new ProviderError(`image ${reference} is not on the Docker host and cannot be pulled: ${reason.trim()}`, fix);
}

/**
 * Takes a name off an image, and with its last name the image. Whoever uses the image still is told.
 * Nothing happens if the name has moved on to another image that somebody uses.
 */
export async function removeImage(
  client: DockerClient,
  name: string,
  imageId: string,
  force: boolean,
  call: ResourceCall,
): Promise<void> {
  const named = await findLocalImage(client, name, call.signal);
  const target = named?.Id === imageId ? name : await untaggedOnly(client, imageId, call.signal);
  if (target === undefined) return;
  try {
    await client.delete(`/images/${encodeURIComponent(target)}`, {
      doing: `removing image ${name}`,
      query: { force },
      timeout: 5 * 60 * 1000,
      signal: call.signal,
    });
  } catch (error) {
    if (isNotFound(error)) return;
    const reason = refusal(error, 409);
    if (reason === undefined) throw error;
    const users = await usersOf(client, imageId, call.signal);
    throw new ProviderError(
      `image ${name} cannot be removed: ${users.length > 0 ? `${users.join(", ")} still ${users.length > 1 ? "use" : "uses"} it` : reason}`,
      "remove those containers first, or keep the image (keepLocally: true)",
    );
  }
}

/** The id of an image that no name holds any more. */
async function untaggedOnly(client: DockerClient, imageId: string, signal?: AbortSignal): Promise<string | undefined> {
  const image = imageId ? await findLocalImage(client, imageId, signal) : undefined;
  return image && (image.RepoTags ?? []).length === 0 ? image.Id : undefined;
}

async function usersOf(client: DockerClient, imageId: string, signal?: AbortSignal): Promise<string[]> {
  const found = await client.get<{ Names: string[]; State: string; ImageID: string }[]>("/containers/json", {
    doing: "listing containers",
    query: { all: true },
    signal,
  });
  return found
    .filter((user) => user.ImageID === imageId)
    .map((user) => `container "${user.Names[0]?.slice(1)}" (${user.State})`);
}
