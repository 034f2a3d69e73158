import type { Snapshot } from "../../engine/state/types.js";
import type { FleetSpec } from "../../spec/index.js";
import { ask, type Daemon, ENTRY_LABEL, STACK_LABEL } from "../docker.js";
import { type Adoptable, clawName, type Found, readClaw } from "./claw-entry.js";

/** What a machine's containers can be to a stack. */
export interface Search {
  /** Not in the stack file yet, or there and not in the state: an adoption that came no further. */
  adoptable: (Adoptable & { id: string; isDeclared: boolean })[];
  /** What is left alone, and why. */
  left: { name: string; reason: string }[];
}

/** Looks for claws on the machines of a stack that it does not have. Reads only. */
export async function searchClaws(
  daemons: Daemon[],
  spec: FleetSpec,
  snapshot: Snapshot | undefined,
  isWanted: (name: string) => boolean,
): Promise<Search> {
  const search: Search = { adoptable: [], left: [] };
  const managed = new Set(
    (snapshot?.resources ?? [])
      .filter(({ type }) => type === "docker:index/container:Container")
      .map(({ inputs }) => String(inputs.name)),
  );
  for (const daemon of daemons) {
    for (const found of await clawsOn(daemon, Object.keys(spec.machines)[0] ?? "")) {
      const name = clawName(found);
      if (!isWanted(name) || managed.has(`claw-${name}`)) continue;
      const labels = found.container.Config.Labels ?? {};
      const stack = labels[STACK_LABEL];
      if (stack !== undefined) {
        search.left.push({ name, reason: `it belongs to ${labels[ENTRY_LABEL] ?? "an entry"} of the stack ${stack}` });
        continue;
      }
      const read = readClaw(found, spec);
      const isDeclared = Object.hasOwn(spec.agents, name);
      if ("reason" in read) search.left.push(read);
      else search.adoptable.push({ ...read, id: found.container.Id, isDeclared });
    }
  }
  const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);
  return { adoptable: search.adoptable.sort(byName), left: search.left.sort(byName) };
}

async function clawsOn(daemon: Daemon, only: string): Promise<Found[]> {
  return ask(daemon, "looking for claws", async (api) => {
    const listed = await api.listContainers({ all: true, filters: { name: ["^/claw-"] } });
    return Promise.all(
      listed.map(async ({ Id }) => {
        const container = await api.getContainer(Id).inspect();
        const image = await api
          .getImage(container.Image)
          .inspect()
          .catch((error: { statusCode?: number }) => {
            if (error.statusCode !== 404) throw error;
            return undefined;
          });
        return { machine: daemon.machine ?? only, container, image };
      }),
    );
  });
}
