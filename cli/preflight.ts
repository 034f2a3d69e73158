import type { FleetSpec } from "../spec/index.js";
import { ask, distinctDaemons, ENTRY_LABEL, STACK_LABEL } from "./docker.js";
import { FleetError } from "./errors.js";
import { isFree, publishedPorts } from "./ports.js";
import { confirm, isInteractive } from "./prompt.js";
import { dockerStatus, ensureDocker, imageToolsFault, portOwner } from "./setup/index.js";

export interface DockerNeeds {
  stack: string;
  /** Undefined for verbs that work without the stack file. */
  spec?: FleetSpec;
  /** Whether to say that `up` could install Docker, or do without. */
  offer?: boolean;
}

/** Makes sure that Docker can be used. With `setup` it is installed and started where it is missing; otherwise nothing ever is. */
export async function needDocker(
  { stack, spec, offer }: DockerNeeds,
  { setup, yes }: { setup?: boolean; yes?: boolean },
): Promise<void> {
  const built = Object.values(spec?.images ?? {}).filter(({ kind }) => kind === "packages");
  if (setup) {
    await ensureDocker({
      yes: yes ?? false,
      report: (line) => process.stderr.write(`${line}\n`),
      images: built.length > 0,
      ...(isInteractive() && { confirm: (question: string) => confirm(question, "--setup") }),
    });
  }
  const machines = Object.values(spec?.machines ?? {});
  for (const socket of new Set(machines.length > 0 ? machines.map((machine) => machine.socket) : [undefined])) {
    const { state, detail, fix } = await dockerStatus(socket);
    if (state === "ready") continue;
    const canSetUp = !setup && (state === "not-installed" || state === "not-running");
    throw new FleetError(detail, offer ? withOffers(stack, fix, canSetUp) : fix);
  }
  if (spec && built.length > 0)
    await needImageTools(
      stack,
      spec,
      built.map(({ name }) => name),
    );
}

function withOffers(stack: string, fix: string, canSetUp: boolean): string {
  const offers = [
    ...(canSetUp ? [`or let agent-fleet do it: ./fleet up ${stack} --setup`] : []),
    `or try the stack without Docker: ./fleet up ${stack} --simulate`,
  ];
  return [fix, ...offers].join("\n       ");
}

/** Images are only built where they are not there yet. */
async function needImageTools(stack: string, spec: FleetSpec, names: string[]): Promise<void> {
  const fault = imageToolsFault();
  if (!fault) return;
  for (const daemon of distinctDaemons(spec)) {
    const images = await ask(daemon, "listing images", (api) => api.listImages());
    const present = images.flatMap(({ RepoTags }) => RepoTags ?? []).map((tag) => tag.split(":")[0]);
    if (names.every((name) => present.includes(`fleet.local/${name}`))) continue;
    throw new FleetError(fault.detail, `${fault.fix}\n       or let agent-fleet do it: ./fleet up ${stack} --setup`);
  }
}

/** Throws FleetError that names every port of the stack that somebody else holds. */
export async function needPorts(spec: FleetSpec): Promise<void> {
  const taken = await takenPorts(spec);
  if (taken.length === 0) return;
  throw new FleetError(
    taken.join("\n       "),
    `stop what holds ${taken.length === 1 ? "it" : "them"}, or give another port in the stack file`,
  );
}

/** Ports of the stack that are taken, one sentence each. Its own containers may have theirs. */
export async function takenPorts(spec: FleetSpec): Promise<string[]> {
  const own = new Set<number>();
  for (const daemon of distinctDaemons(spec)) {
    const containers = await ask(daemon, "listing containers", (api) =>
      api.listContainers({ filters: { label: [`${STACK_LABEL}=${spec.stack}`] } }),
    );
    for (const { Ports, HostConfig, Labels } of containers) {
      for (const { PublicPort } of Ports) if (PublicPort) own.add(PublicPort);
      // A proxy in the host's network publishes nothing: its ports are those that it is declared with.
      const edge = spec.edge[Labels[ENTRY_LABEL] ?? ""];
      if (edge && HostConfig.NetworkMode === "host")
        for (const port of [edge.port, edge.httpPort]) if (port) own.add(port);
    }
  }
  const taken: string[] = [];
  for (const { port, entry, address } of publishedPorts(spec)) {
    if (own.has(port) || (await isFree(port, address))) continue;
    const owner = await portOwner(port);
    taken.push(`port ${port} (${entry}) is taken${owner ? ` by ${owner}` : ""}`);
  }
  return taken;
}
