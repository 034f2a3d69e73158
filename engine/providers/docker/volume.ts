import type { VolumeInspectInfo } from "dockerode";
import { type CreateResult, ProviderError, type ReadResult } from "../../provider.js";
import type { PropertyMap } from "../../values.js";
import type { DockerClient } from "./client.js";
import { removeContainer } from "./container/api.js";
import { isNotFound, refusal } from "./errors.js";
import {
  assertImportable,
  assertStillOurs,
  describeOwner,
  fromLabels,
  type Labels,
  OWNER_LABELS,
  sameOwner,
  TEMPORARY_LABEL,
  toLabels,
} from "./labels.js";
import { encode, GONE, nameStays, type ResourceType } from "./resource.js";
import { labels, map, refused, replacing, string } from "./shape.js";

/** docker:index/volume:Volume. Its id is its name. */
export const volume: ResourceType = {
  shape: {
    autoName: true,
    fields: {
      cluster: refused("cluster volumes need a swarm"),
      driver: replacing(string),
      driverOpts: replacing(map),
      labels,
      name: replacing({
        kind: "string",
        test: (value) =>
          /^[a-zA-Z0-9][\w.-]+$/.test(value) ? undefined : `"${value}" is no volume name: [a-zA-Z0-9][a-zA-Z0-9_.-]+`,
      }),
    },
  },
  deleteBeforeReplace: nameStays,

  async create({ client }, { inputs, signal }) {
    const name = String(inputs.name);
    const asked = toLabels(inputs.labels);
    const existing = await inspect(client, name, signal);
    if (existing) {
      takeUp(existing, inputs);
      return created(existing, inputs);
    }
    const made = await client.post<VolumeInspectInfo>("/volumes/create", {
      doing: `creating volume "${name}"`,
      body: {
        Name: name,
        Driver: inputs.driver ?? "local",
        DriverOpts: inputs.driverOpts ?? {},
        Labels: asked,
      },
      signal,
    });
    return created(made, inputs);
  },

  async update(_session, { oldOutputs }) {
    // Nothing of a volume changes in place: every input replaces it.
    return { outputs: oldOutputs };
  },

  async read({ client }, request) {
    const { id, inputs, outputs, signal, report } = request;
    const name = typeof outputs.name === "string" ? outputs.name : id;
    const live = await inspect(client, name, signal);
    if (!live) return GONE;
    if (Object.keys(inputs).length === 0) {
      assertImportable(`volume "${name}"`, request, live.Labels);
      return { ...created(live, {}), inputs: importInputs(live, request.import?.asked) };
    }
    const asked = toLabels(inputs.labels);
    if (OWNER_LABELS.some((label) => asked[label] !== undefined) && !sameOwner(asked, live.Labels)) {
      report?.(
        `volume "${name}" was made anew by somebody else, ${describeOwner(live.Labels)}: ours is gone`,
        "warning",
      );
      return GONE;
    }
    return created(live, inputs);
  },

  async delete({ client }, { id, oldInputs, signal }) {
    const live = await inspect(client, id, signal);
    if (!live) return;
    assertStillOurs(`volume "${id}"`, oldInputs, live.Labels);
    await removeTemporary(client, toLabels(oldInputs.labels), signal);
    try {
      await client.delete(`/volumes/${encode(id)}`, { doing: `deleting volume "${id}"`, signal });
    } catch (error) {
      if (isNotFound(error)) return;
      if (refusal(error, 409) === undefined) throw error;
      const users = await containersUsing(client, id, signal);
      throw new ProviderError(
        `volume "${id}" cannot be deleted: it is in use by ${users.length ? users.join(", ") : "a container"}`,
        "remove those containers first; nothing was deleted",
      );
    }
  },

  async recover({ client }, { inputs, known = [], signal }): Promise<ReadResult | undefined> {
    if (typeof inputs.name !== "string" || known.includes(inputs.name)) return undefined;
    const live = await inspect(client, inputs.name, signal);
    return live && sameOwner(toLabels(inputs.labels), live.Labels) ? created(live, inputs) : undefined;
  },
};

/** A volume that is there already is taken up if it is the fleet's own: this is how kept data is found again. */
function takeUp(existing: VolumeInspectInfo, inputs: PropertyMap): void {
  const asked = toLabels(inputs.labels);
  if (!sameOwner(asked, existing.Labels)) {
    throw new ProviderError(
      `there is already a volume "${existing.Name}", ${describeOwner(existing.Labels)}. It was not touched`,
      "choose another name, or remove it if its data is not needed (`docker volume rm`)",
    );
  }
  if (inputs.driver !== undefined && inputs.driver !== existing.Driver) {
    throw new ProviderError(
      `volume "${existing.Name}" exists with driver ${existing.Driver}, and ${inputs.driver} is asked for. It was not touched`,
      "copy its data away and remove it, or ask for the driver that it has",
    );
  }
}

async function inspect(
  client: DockerClient,
  name: string,
  signal?: AbortSignal,
): Promise<VolumeInspectInfo | undefined> {
  try {
    return await client.get<VolumeInspectInfo>(`/volumes/${encode(name)}`, {
      doing: `reading volume "${name}"`,
      signal,
    });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Removes the temporary containers of a volume's owner that a killed run has left. */
async function removeTemporary(client: DockerClient, owner: Labels, signal?: AbortSignal): Promise<void> {
  if (OWNER_LABELS.some((label) => owner[label] === undefined)) return;
  const label = [...OWNER_LABELS.map((name) => `${name}=${owner[name]}`), TEMPORARY_LABEL];
  const left = await client.get<{ Id: string }[]>("/containers/json", {
    doing: "looking for what a killed run has left",
    query: { all: true, filters: JSON.stringify({ label, status: ["created", "exited", "dead"] }) },
    signal,
  });
  for (const { Id } of left) await removeContainer(client, Id, true, "removing what a killed run has left", signal);
}

async function containersUsing(client: DockerClient, name: string, signal?: AbortSignal): Promise<string[]> {
  const found = await client.get<{ Names: string[]; State: string }[]>("/containers/json", {
    doing: `looking for the users of volume "${name}"`,
    query: { all: true, filters: JSON.stringify({ volume: [name] }) },
    signal,
  });
  return found.map((user) => `container "${user.Names[0]?.slice(1)}" (${user.State})`);
}

function created(live: VolumeInspectInfo, inputs: PropertyMap): CreateResult {
  const outputs: PropertyMap = {
    id: live.Name,
    name: live.Name,
    driver: live.Driver,
    mountpoint: live.Mountpoint,
    labels: inputs.labels ?? (Object.keys(inputs).length === 0 ? fromLabels(live.Labels) : []),
  };
  const options = inputs.driverOpts ?? live.Options;
  if (options) outputs.driverOpts = options as PropertyMap;
  return { id: live.Name, outputs };
}

/** `asked`: what the program asks for. The driver that Docker has chosen is right for one that names none. */
function importInputs(live: VolumeInspectInfo, asked?: PropertyMap): PropertyMap {
  const inputs: PropertyMap = { name: live.Name };
  if (asked === undefined || asked.driver !== undefined) inputs.driver = live.Driver;
  if (Object.keys(live.Options ?? {}).length > 0) inputs.driverOpts = live.Options as PropertyMap;
  if (Object.keys(live.Labels ?? {}).length > 0) inputs.labels = fromLabels(live.Labels);
  return inputs;
}
