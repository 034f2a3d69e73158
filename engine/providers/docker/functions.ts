import type { NetworkInspectInfo } from "dockerode";
import { type InvokeResult, ProviderError } from "../../provider.js";
import type { PropertyMap } from "../../values.js";
import { isNotFound, refusal } from "./errors.js";
import { findLocalImage } from "./image/api.js";
import { splitTag } from "./image/build.js";
import { encode, type Session } from "./resource.js";

type Lookup = (session: Session, name: string, signal: AbortSignal) => Promise<PropertyMap>;

const FUNCTIONS: Record<string, Lookup> = {
  "docker:index/getNetwork:getNetwork": getNetwork,
  "docker:index/getRegistryImage:getRegistryImage": getRegistryImage,
  "docker:index/getRemoteImage:getRemoteImage": getRemoteImage,
};

/** Calls one of the package's functions. */
export async function invokeFunction(
  session: Session,
  token: string,
  args: PropertyMap,
  signal: AbortSignal,
): Promise<InvokeResult> {
  const lookup = Object.hasOwn(FUNCTIONS, token) ? FUNCTIONS[token] : undefined;
  if (!lookup) {
    throw new ProviderError(
      `the hermetic engine has no function ${token}`,
      `it has ${Object.keys(FUNCTIONS).join(", ")}; run this stack with the real engine (\`--engine pulumi\`)`,
    );
  }
  if (typeof args.name !== "string" || args.name === "") {
    return { result: {}, failures: [{ property: "name", reason: '"name" is required' }] };
  }
  if (args.insecureSkipVerify === true) {
    const reason = "is not supported here: the daemon asks the registry; list it in the daemon's insecure-registries";
    return { result: {}, failures: [{ property: "insecureSkipVerify", reason }] };
  }
  return { result: await lookup(session, args.name, signal), failures: [] };
}

/** The digest that a registry has for a name. The daemon asks, so that its mirrors and certificates count. */
async function getRegistryImage(
  { client, registryAuth }: Session,
  name: string,
  signal: AbortSignal,
): Promise<PropertyMap> {
  const doing = `asking the registry for image ${name}`;
  try {
    const { Descriptor } = await client.get<{ Descriptor: { digest: string } }>(
      `/distribution/${reference(name)}/json`,
      {
        doing,
        authconfig: await registryAuth.forImage(name),
        signal,
      },
    );
    return { id: Descriptor.digest, name, sha256Digest: Descriptor.digest };
  } catch (error) {
    const reason = refusal(error, 400, 401, 403, 404, 500);
    if (reason === undefined) throw error;
    throw new ProviderError(
      `the digest of image ${name} cannot be had from its registry: ${reason}`,
      "check the name, that the Docker host reaches the registry, and `docker login`; or name the image by its digest",
    );
  }
}

/** The path of a reference: its slashes stay, its tag must be there. */
function reference(name: string): string {
  const full = name.includes("@") ? name : splitTag(name).join(":");
  return full.split("/").map(encode).join("/");
}

/** An image that the Docker host has; nothing is pulled. */
async function getRemoteImage({ client }: Session, name: string, signal: AbortSignal): Promise<PropertyMap> {
  const image = await findLocalImage(client, name, signal);
  if (!image) throw new ProviderError(`the Docker host has no image ${name}`, "pull or build it first");
  return { id: image.Id, name, repoDigest: image.RepoDigests?.[0] ?? "" };
}

async function getNetwork({ client }: Session, name: string, signal: AbortSignal): Promise<PropertyMap> {
  let live: NetworkInspectInfo;
  try {
    live = await client.get<NetworkInspectInfo>(`/networks/${encode(name)}`, {
      doing: `reading network "${name}"`,
      signal,
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new ProviderError(`the Docker host has no network "${name}"`, "declare it in the stack, or correct its name");
  }
  return {
    id: live.Id,
    name: live.Name,
    driver: live.Driver,
    internal: live.Internal,
    scope: live.Scope,
    options: (live.Options as PropertyMap | null) ?? {},
    ipamConfigs: (live.IPAM?.Config ?? []).map((config) => ({
      gateway: config.Gateway ?? "",
      subnet: config.Subnet ?? "",
    })),
    containers: Object.entries(live.Containers ?? {}).map(([containerId, container]) => ({
      containerId,
      name: container.Name,
      endpointId: container.EndpointID,
      macAddress: container.MacAddress,
      ipv4Address: container.IPv4Address,
      ipv6Address: container.IPv6Address,
    })),
  };
}
