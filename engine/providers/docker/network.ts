import type { NetworkInspectInfo } from "dockerode";
import { type CreateResult, ProviderError, type ReadResult } from "../../provider.js";
import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../values.js";
import { cidrRange, overlap } from "./cidr.js";
import type { DockerClient } from "./client.js";
import { grantsEach, satisfies } from "./compare.js";
import { isNotFound, refusal } from "./errors.js";
import { assertImportable, assertStillOurs, describeOwner, fromLabels, sameOwner, toLabels } from "./labels.js";
import { encode, GONE, nameStays, type ResourceType } from "./resource.js";
import { boolean, type Field, labels, map, object, replacing, string } from "./shape.js";

const cidr: Field = {
  kind: "string",
  test: (value) =>
    value === "" || cidrRange(value) ? undefined : `must be a subnet such as 172.30.0.0/24, not "${value}"`,
};

const ipamConfig = object({ auxAddress: map, gateway: string, ipRange: cidr, subnet: cidr });

/** docker:index/network:Network. Nothing of it changes in place. */
export const network: ResourceType = {
  shape: {
    autoName: true,
    fields: {
      attachable: replacing(boolean),
      driver: replacing(string),
      ingress: replacing(boolean),
      internal: replacing(boolean),
      ipamConfigs: replacing({ kind: "set", of: ipamConfig }),
      ipamDriver: { ...replacing(string), default: "default" },
      ipamOptions: replacing(map),
      ipv6: replacing(boolean),
      labels,
      name: replacing({ kind: "string", test: (value) => (value.trim() ? undefined : "must not be empty") }),
      options: replacing(map),
    },
  },
  deleteBeforeReplace: nameStays,

  async create({ client }, { inputs, signal }) {
    const name = String(inputs.name);
    let id: string;
    try {
      const made = await client.post<{ Id: string }>("/networks/create", {
        doing: `creating network "${name}"`,
        body: createBody(inputs),
        signal,
      });
      id = made.Id;
    } catch (error) {
      throw await explain(client, error, inputs, signal);
    }
    const live = await inspect(client, id, signal);
    if (!live) throw new ProviderError(`network "${name}" was removed by somebody else right after its creation`);
    return created(live, inputs);
  },

  async update(_session, { oldOutputs }) {
    return { outputs: oldOutputs };
  },

  async read({ client }, request) {
    const { id, inputs, signal } = request;
    const live = await inspect(client, id, signal);
    if (!live) return GONE;
    if (Object.keys(inputs).length === 0) {
      assertImportable(`network "${live.Name}"`, request, live.Labels);
      return { ...created(live, {}), inputs: inAskedWords(importInputs(live), request.import?.asked) };
    }
    return live.Id === id ? created(live, inputs) : GONE;
  },

  async delete({ client }, { id, oldInputs, signal }) {
    const live = await inspect(client, id, signal);
    if (!live || live.Id !== id) return;
    assertStillOurs(`network "${live.Name}"`, oldInputs, live.Labels);
    try {
      await client.delete(`/networks/${id}`, { doing: `deleting network "${live.Name}"`, signal });
    } catch (error) {
      if (isNotFound(error)) return;
      if (!/active endpoints/.test(refusal(error, 403, 409) ?? "")) throw error;
      const attached = Object.values((await inspect(client, id, signal))?.Containers ?? {}).map((c) => `"${c.Name}"`);
      throw new ProviderError(
        `network "${live.Name}" cannot be deleted: ${attached.length ? `containers ${attached.join(", ")} are` : "a container is"} still attached to it`,
        `detach them (\`docker network disconnect ${live.Name} <container>\`) or remove them, then run again`,
      );
    }
  },

  async recover({ client }, { inputs, known = [], signal }): Promise<ReadResult | undefined> {
    const asked = toLabels(inputs.labels);
    const found = await byName(client, String(inputs.name), signal);
    const ours = found.find((candidate) => sameOwner(asked, candidate.Labels) && !known.includes(candidate.Id));
    const live = ours && (await inspect(client, ours.Id, signal));
    return live ? created(live, inputs) : undefined;
  },
};

function createBody(inputs: PropertyMap): object {
  const configs = Array.isArray(inputs.ipamConfigs) ? inputs.ipamConfigs.filter(isPropertyMap) : [];
  return {
    Name: inputs.name,
    // Docker would otherwise make a second network of the same name.
    CheckDuplicate: true,
    Driver: inputs.driver ?? "bridge",
    Internal: inputs.internal ?? false,
    Attachable: inputs.attachable ?? false,
    Ingress: inputs.ingress ?? false,
    EnableIPv6: inputs.ipv6 ?? false,
    IPAM: {
      Driver: inputs.ipamDriver ?? "default",
      Options: inputs.ipamOptions ?? {},
      Config: configs.map((config) => ({
        ...(config.subnet ? { Subnet: config.subnet } : {}),
        ...(config.ipRange ? { IPRange: config.ipRange } : {}),
        ...(config.gateway ? { Gateway: config.gateway } : {}),
        ...(config.auxAddress ? { AuxiliaryAddresses: config.auxAddress } : {}),
      })),
    },
    Options: inputs.options ?? {},
    Labels: toLabels(inputs.labels),
  };
}

async function explain(
  client: DockerClient,
  error: unknown,
  inputs: PropertyMap,
  signal?: AbortSignal,
): Promise<unknown> {
  const reason = refusal(error, 403, 409, 400, 500) ?? "";
  const name = String(inputs.name);
  if (/already exists/.test(reason)) {
    const [existing] = await byName(client, name, signal);
    return new ProviderError(
      `there is already a network "${name}", ${describeOwner(existing?.Labels)}. It was not touched`,
      `choose another name, or remove it if nothing needs it (\`docker network rm ${name}\`)`,
    );
  }
  if (/[Pp]ool overlaps|conflicts with network/.test(reason)) {
    const subnets = askedSubnets(inputs);
    const others = await client.get<NetworkInspectInfo[]>("/networks", { doing: "listing networks", signal });
    const holder = others.find((other) =>
      other.IPAM?.Config?.some((config) => subnets.some((subnet) => overlap(subnet, config.Subnet ?? ""))),
    );
    return new ProviderError(
      `network "${name}" cannot have subnet ${subnets.join(", ")}: it overlaps ${
        holder
          ? `${holder.IPAM?.Config?.[0]?.Subnet} of network "${holder.Name}"`
          : "another network of the Docker host"
      }`,
      "choose another subnet, or leave it out and let Docker pick a free one",
    );
  }
  if (/non-overlapping IPv4 address pool/.test(reason)) {
    return new ProviderError(
      `network "${name}" cannot be created: the Docker host has no free subnet left`,
      "remove unused networks (`docker network prune`), give a subnet, or widen default-address-pools of the daemon",
    );
  }
  return error;
}

function askedSubnets(inputs: PropertyMap): string[] {
  return Array.isArray(inputs.ipamConfigs)
    ? inputs.ipamConfigs.flatMap((config) => (isPropertyMap(config) && config.subnet ? [String(config.subnet)] : []))
    : [];
}

async function byName(client: DockerClient, name: string, signal?: AbortSignal): Promise<NetworkInspectInfo[]> {
  const found = await client.get<NetworkInspectInfo[]>("/networks", {
    doing: `looking for network "${name}"`,
    query: { filters: JSON.stringify({ name: [name] }) },
    signal,
  });
  // The filter matches parts of names.
  return found.filter((candidate) => candidate.Name === name);
}

async function inspect(
  client: DockerClient,
  id: string,
  signal?: AbortSignal,
): Promise<NetworkInspectInfo | undefined> {
  try {
    return await client.get<NetworkInspectInfo>(`/networks/${encode(id)}`, { doing: `reading network ${id}`, signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function created(live: NetworkInspectInfo, inputs: PropertyMap): CreateResult {
  const imported = Object.keys(inputs).length === 0;
  const outputs: PropertyMap = {
    attachable: live.Attachable,
    driver: live.Driver,
    id: live.Id,
    ingress: live.Ingress,
    internal: live.Internal,
    ipamConfigs: (live.IPAM?.Config ?? []).map(fromIpam),
    ipamDriver: live.IPAM?.Driver ?? "default",
    ipv6: live.EnableIPv6,
    labels: inputs.labels ?? (imported ? fromLabels(live.Labels) : []),
    name: live.Name,
    options: inputs.options ?? (live.Options as PropertyMap | null) ?? {},
    scope: live.Scope,
  };
  const options = inputs.ipamOptions ?? live.IPAM?.Options;
  if (options) outputs.ipamOptions = options as PropertyMap;
  return { id: live.Id, outputs };
}

function fromIpam(config: {
  Subnet?: string;
  Gateway?: string;
  IPRange?: string;
  AuxiliaryAddresses?: object;
}): PropertyMap {
  const outputs: PropertyMap = {
    gateway: config.Gateway ?? "",
    ipRange: config.IPRange ?? "",
    subnet: config.Subnet ?? "",
  };
  if (config.AuxiliaryAddresses) outputs.auxAddress = config.AuxiliaryAddresses as PropertyMap;
  return outputs;
}

function importInputs(live: NetworkInspectInfo): PropertyMap {
  const inputs: PropertyMap = { name: live.Name, driver: live.Driver, ipamDriver: live.IPAM?.Driver ?? "default" };
  const flags: [string, PropertyValue][] = [
    ["attachable", live.Attachable],
    ["ingress", live.Ingress],
    ["internal", live.Internal],
    ["ipv6", live.EnableIPv6],
  ];
  for (const [key, value] of flags) if (value === true) inputs[key] = true;
  const configs = (live.IPAM?.Config ?? []).map((config) =>
    Object.fromEntries(Object.entries(fromIpam(config)).filter(([, value]) => value !== "")),
  );
  if (configs.length > 0) inputs.ipamConfigs = configs;
  if (Object.keys(live.Options ?? {}).length > 0) inputs.options = live.Options as PropertyMap;
  if (Object.keys(live.Labels ?? {}).length > 0) inputs.labels = fromLabels(live.Labels);
  return inputs;
}

/** What Docker gives a network of which nothing is asked: the vendor's plugin is content with it too. */
const FILLED_IN = ["driver", "ipamConfigs", "options"];

/** An imported network's inputs as the program that asks for it has them, where they mean the same. */
function inAskedWords(inputs: PropertyMap, asked: PropertyMap | undefined): PropertyMap {
  if (asked === undefined) return inputs;
  const words: PropertyMap = { ...inputs };
  for (const key of FILLED_IN) {
    const [wanted, live] = [asked[key], inputs[key]];
    if (wanted === undefined) delete words[key];
    // Parts of an address range that were left open Docker has chosen.
    else if (key === "ipamConfigs" && Array.isArray(wanted) && Array.isArray(live))
      if (grantsEach(wanted, live, (a, b) => satisfies(ipamConfig, a, b))) words[key] = wanted;
  }
  return words;
}
