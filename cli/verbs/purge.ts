import type { Command } from "commander";
import type { Project } from "../../engine/project/project.js";
import { forgotten, type NotedVolume, notedVolumes } from "../agents/retained.js";
import { ask, DATA_LABEL, type Daemon, distinctDaemons, ENTRY_LABEL, STACK_LABEL } from "../docker.js";
import { FleetError } from "../errors.js";
import { knownStack } from "../fleet-state.js";
import { confirm } from "../prompt.js";
import { sectionOf, writeStack } from "../stack-edit.js";
import { backendOf, loadSnapshot } from "../state.js";
import { since, table } from "../table.js";
import { action } from "../verb.js";
import { currentProject, readStack } from "../workspace.js";

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
  const noted = await notedVolumes(project, stack);
  const find = async () => {
    const used = volumesInState(await loadSnapshot(backend, project, stack));
    const daemons = await distinctDaemons(project, spec);
    const all = await Promise.all(daemons.flatMap((daemon) => [labelled(daemon, stack), unlabelled(daemon, noted)]));
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
    const failed = new Set<string>();
    for (const volume of (await find()).filter(({ name }) => named.has(name))) {
      if (!(await remove(volume.daemon, volume.name))) failed.add(volume.entry);
    }
    await forget(
      project,
      stack,
      kept.map((volume) => volume.entry).filter((one) => !failed.has(one)),
    );
    return failed.size > 0 ? 1 : 0;
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

/** Volumes without labels that the stack file notes as those of agents that were removed. */
async function unlabelled(daemon: Daemon, noted: NotedVolume[]): Promise<Kept[]> {
  if (noted.length === 0) return [];
  const { Volumes } = await ask(daemon, "listing volumes", (api) => api.listVolumes());
  const there = new Map((Volumes ?? []).map((volume) => [volume.Name, volume]));
  return noted
    .filter(({ machine }) => daemon.machine === undefined || daemon.machine === machine)
    .flatMap(({ name, entry }) => {
      const volume = there.get(name);
      return volume ? [{ daemon, name, entry, createdAt: (volume as { CreatedAt?: string }).CreatedAt }] : [];
    });
}

/** Takes out of the stack file what it keeps of agents whose data is gone. */
async function forget(project: Project, stack: string, entries: string[]): Promise<void> {
  for (const entry of new Set(entries)) {
    const file = await readStack(project, stack).catch(() => undefined);
    if (!file || Object.hasOwn(sectionOf(project, file, "agents"), entry)) continue;
    const text = forgotten(project, file, entry);
    if (text !== file.text) await writeStack(file, text);
  }
}

/** Names of the volumes that the stack uses now. */
function volumesInState(snapshot: Awaited<ReturnType<typeof loadSnapshot>>): Set<string> {
  const volumes = snapshot?.resources.filter(({ type }) => type === "docker:index/volume:Volume") ?? [];
  return new Set(volumes.flatMap(({ id, inputs }) => [id, inputs.name]).filter((name) => typeof name === "string"));
}
