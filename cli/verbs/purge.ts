import type { Command } from "commander";
import { ask, DATA_LABEL, type Daemon, distinctDaemons, ENTRY_LABEL, STACK_LABEL } from "../docker.js";
import { FleetError } from "../errors.js";
import { knownStack } from "../fleet-state.js";
import { confirm } from "../prompt.js";
import { backendOf, loadSnapshot } from "../state.js";
import { since, table } from "../table.js";
import { action } from "../verb.js";
import { currentProject } from "../workspace.js";

interface Kept {
  daemon: Daemon;
  name: string;
  entry: string;
  createdAt: string | undefined;
}

export function define(command: Command): void {
  command
    .summary("delete data that was kept")
    .description(
      "Deletes data volumes that a stack has left: those of agents that were removed, and all of them after destroy. What the stack still uses is not touched.",
    )
    .argument("<stack>")
    .option("--entry <agent>", "only the volumes of this agent")
    .option("-y, --yes", "do not ask");
  action(command, purge);
}

async function purge(stack: string, { entry, yes }: { entry?: string; yes?: boolean }): Promise<number> {
  const project = await currentProject();
  const backend = backendOf(project);
  // Volumes outlive the stack's state and file, so that neither has to be there.
  const { spec } = await knownStack(stack).catch((error: unknown) => {
    if (error instanceof FleetError) return { spec: undefined };
    throw error;
  });
  const find = async () => {
    const used = volumesInState(await loadSnapshot(backend, project, stack));
    const all = await Promise.all((await distinctDaemons(project, spec)).map((daemon) => labelled(daemon, stack)));
    return all.flat().filter((volume) => !used.has(volume.name) && (entry === undefined || volume.entry === entry));
  };
  const kept = await find();
  if (kept.length === 0) {
    process.stdout.write(`Nothing to delete: no volume was kept for ${entry ?? `the stack ${stack}`}.\n`);
    return 0;
  }
  const age = (createdAt: string | undefined) => (createdAt ? `${since(new Date(createdAt))} ago` : "-");
  process.stdout.write(
    table(
      ["VOLUME", "OF", "CREATED"],
      kept.map((volume) => [volume.name, volume.entry, age(volume.createdAt)]),
    ),
  );
  const question = `Delete ${kept.length === 1 ? "this volume" : `these ${kept.length} volumes`} with all data? It cannot be undone.`;
  if (!yes && !(await confirm(question, "purge"))) {
    process.stdout.write("Nothing was deleted.\n");
    return 1;
  }
  // Under the stack's lock, and looked for again: an up may have taken one into use meanwhile.
  const lock = await backend.lock(project.name, stack);
  try {
    const named = new Set(kept.map(({ name }) => name));
    let failures = 0;
    for (const { daemon, name } of (await find()).filter((volume) => named.has(volume.name))) {
      if (!(await remove(daemon, name))) failures++;
    }
    return failures > 0 ? 1 : 0;
  } finally {
    await lock.release();
  }
}

async function remove(daemon: Daemon, name: string): Promise<boolean> {
  return ask(daemon, `deleting the volume ${name}`, async (api) => {
    try {
      await api.getVolume(name).remove();
      process.stdout.write(`Deleted ${name}\n`);
      return true;
    } catch (error) {
      const { statusCode, json } = error as { statusCode?: number; json?: { message?: string } };
      if (statusCode === 404) return true;
      if (statusCode !== 409) throw error;
      process.stderr.write(`error: ${name} was not deleted: ${json?.message ?? "a container uses it"}\n`);
      return false;
    }
  });
}

async function labelled(daemon: Daemon, stack: string): Promise<Kept[]> {
  const { Volumes } = await ask(daemon, "listing volumes", (api) =>
    api.listVolumes({ filters: { label: [`${STACK_LABEL}=${stack}`, `${DATA_LABEL}=true`] } }),
  );
  return (Volumes ?? []).map((volume) => ({
    daemon,
    name: volume.Name,
    entry: volume.Labels[ENTRY_LABEL] ?? "?",
    createdAt: (volume as { CreatedAt?: string }).CreatedAt,
  }));
}

/** Names of the volumes that the stack uses now. */
function volumesInState(snapshot: Awaited<ReturnType<typeof loadSnapshot>>): Set<string> {
  const volumes = snapshot?.resources.filter(({ type }) => type === "docker:index/volume:Volume") ?? [];
  return new Set(volumes.flatMap(({ id, inputs }) => [id, inputs.name]).filter((name) => typeof name === "string"));
}
