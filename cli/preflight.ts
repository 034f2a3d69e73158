import type { ContainerInfo } from "dockerode";
import { isDefaultProvider, splitProviderRef } from "../engine/deploy/goals/urn.js";
import type { Project } from "../engine/project/project.js";
import type { Snapshot } from "../engine/state/types.js";
import type { FleetSpec } from "../spec/index.js";
import { ask, daemonsOf, distinctDaemons, ENTRY_LABEL, STACK_LABEL } from "./docker.js";
import { FleetError } from "./errors.js";
import { endpointsOf, isHere, specIfAny } from "./machines.js";
import { isFree, type PublishedPort, publishedPorts } from "./ports.js";
import { confirm, isInteractive } from "./prompt.js";
import { ensureDocker, imageToolsFault, portOwner, statusOf } from "./setup/index.js";
import type { StackFile } from "./workspace.js";

export interface DockerNeeds {
  project: Project;
  stack: string;
  /** Undefined for verbs that work without the stack file. */
  spec?: FleetSpec;
  /** Whether to say that `up` could install Docker, or do without. */
  offer?: boolean;
}

/** Makes sure that Docker can be used. With `setup` it is installed and started where it is missing; otherwise nothing ever is. */
export async function needDocker(
  { project, stack, spec, offer }: DockerNeeds,
  { setup, yes }: { setup?: boolean; yes?: boolean },
): Promise<void> {
  const built = Object.values(spec?.images ?? {}).filter(({ kind }) => kind === "packages");
  if (setup) {
    await ensureDocker({
      yes: yes ?? false,
      report: (line) => process.stderr.write(`${line}\n`),
      docker: spec === undefined || usesOwnDocker(spec),
      images: built.length > 0,
      ...(isInteractive() && { confirm: (question: string) => confirm(question, "--setup") }),
    });
  }
  const endpoints = new Map((await endpointsOf(project, spec)).map(({ endpoint }) => [endpoint.url, endpoint]));
  const all = await Promise.all([...endpoints.values()].map((endpoint) => statusOf(endpoint, project.programDir)));
  const failed = all.filter(({ state }) => state !== "ready");
  if (failed.length > 0) {
    const canSetUp = !setup && failed.some(({ state }) => state === "not-installed" || state === "not-running");
    const fixes = failed.map(({ fix }) => fix).join("\n       ");
    throw new FleetError(
      failed.map(({ detail }) => detail).join("\n       "),
      offer ? withOffers(stack, fixes, canSetUp) : fixes,
    );
  }
  if (spec && built.length > 0)
    await needImageTools(
      project,
      stack,
      spec,
      built.map(({ name }) => name),
    );
}

/** The same for verbs that begin with what a state has: the machines of the stack file, where it can be read, and this computer's Docker. */
export async function needDockerOfState(project: Project, stack: string, snapshot: Snapshot): Promise<void> {
  if (!snapshot.resources.some(({ type }) => type.startsWith("docker:"))) return;
  const spec = await specIfAny(project, stack);
  if (spec && Object.keys(spec.machines).length > 0) await needDocker({ project, stack, spec }, {});
  else if (isOwnDockerUsed(snapshot)) await needDocker({ project, stack }, {});
}

/** True if a state has objects on the daemon that this computer's docker command uses. */
function isOwnDockerUsed(snapshot: Snapshot): boolean {
  return snapshot.resources.some(
    ({ type, provider }) =>
      type.startsWith("docker:") && provider !== undefined && isDefaultProvider(splitProviderRef(provider).urn),
  );
}

function withOffers(stack: string, fix: string, canSetUp: boolean): string {
  const offers = [
    ...(canSetUp ? [`or let agent-fleet do it: ./fleet up ${stack} --setup`] : []),
    `or try the stack without Docker: ./fleet up ${stack} --simulate`,
  ];
  return [fix, ...offers].join("\n       ");
}

/** Throws FleetError that names every secret without a value. */
export function needSecrets({ stack, shown }: StackFile, { unsetSecrets }: FleetSpec): void {
  if (unsetSecrets.length === 0) return;
  throw new FleetError(
    `${shown}: no value for ${unsetSecrets.join(", ")}`,
    unsetSecrets.map((name) => `./fleet secret set ${stack} ${name}`).join("\n       "),
  );
}

/** Images are only built where they are not there yet. */
async function needImageTools(project: Project, stack: string, spec: FleetSpec, names: string[]): Promise<void> {
  const fault = imageToolsFault();
  if (!fault) return;
  for (const daemon of await distinctDaemons(project, spec)) {
    const images = await ask(daemon, "listing images", (api) => api.listImages());
    const present = images.flatMap(({ RepoTags }) => RepoTags ?? []).map((tag) => tag.split(":")[0]);
    if (names.every((name) => present.includes(`fleet.local/${name}`))) continue;
    throw new FleetError(fault.detail, `${fault.fix}\n       or let agent-fleet do it: ./fleet up ${stack} --setup`);
  }
}

/** Whether a stack has something on the daemon that this computer's docker command uses. */
export const usesOwnDocker = (spec: FleetSpec) =>
  Object.values(spec.machines).some((machine) => machine.on === "docker");

/** Throws FleetError that names every port of the stack that somebody else holds. */
export async function needPorts(project: Project, spec: FleetSpec): Promise<void> {
  const taken = await takenPorts(project, spec);
  if (taken.length === 0) return;
  throw new FleetError(
    taken.join("\n       "),
    `stop what holds ${taken.length === 1 ? "it" : "them"}, or give another port in the stack file`,
  );
}

/** Ports of the stack that are taken, one sentence each. Its own containers may have theirs. */
export async function takenPorts(project: Project, spec: FleetSpec): Promise<string[]> {
  const taken: string[] = [];
  for (const daemon of await daemonsOf(project, spec)) {
    const wanted = publishedPorts(spec).filter(({ machine }) => machine === daemon.machine);
    if (wanted.length === 0) continue;
    const containers = await ask(daemon, "listing containers", (api) => api.listContainers());
    const isOwn = ({ Labels }: ContainerInfo) => Labels[STACK_LABEL] === spec.stack;
    const own = new Set(containers.filter(isOwn).flatMap((container) => portsOf(container, spec)));
    const others = containers.filter((container) => !isOwn(container));
    for (const published of wanted) {
      if (own.has(published.port)) continue;
      const owner =
        daemon.endpoint.socketPath === undefined ? ownerThere(published, others) : await ownerHere(published);
      if (owner === undefined) continue;
      const where = isHere(spec.machines[published.machine]) ? "" : ` on ${published.machine}`;
      taken.push(`port ${published.port} (${published.entry}) is taken${where}${owner}`);
    }
  }
  return taken;
}

function portsOf({ Ports, HostConfig, Labels }: ContainerInfo, spec: FleetSpec): number[] {
  const ports = Ports.flatMap(({ PublicPort }) => PublicPort ?? []);
  // A proxy in the host's network publishes nothing: its ports are those that it is declared with.
  const edge = spec.edge[Labels[ENTRY_LABEL] ?? ""];
  return edge && HostConfig.NetworkMode === "host" ? [...ports, edge.port, edge.httpPort ?? edge.port] : ports;
}

/** Who has a port of this computer, as the end of a sentence; undefined if nobody. */
async function ownerHere({ port, address }: PublishedPort): Promise<string | undefined> {
  if (await isFree(port, address)) return undefined;
  const owner = await portOwner(port);
  return owner ? ` by ${owner}` : "";
}

/**
 * The same for a machine elsewhere. Only its containers can be asked about: what programs of the host listen on, this computer
 * cannot see, and Docker itself refuses the port then.
 */
function ownerThere({ port, address }: PublishedPort, others: ContainerInfo[]): string | undefined {
  const isAny = (ip: string | undefined) => ip === undefined || ip === "" || ip === "0.0.0.0" || ip === "::";
  const holder = others.find(({ Ports }) =>
    Ports.some(({ PublicPort, IP }) => PublicPort === port && (IP === address || isAny(IP) || isAny(address))),
  );
  return holder && ` by the container ${holder.Names[0]?.replace(/^\//, "") ?? holder.Id.slice(0, 12)}`;
}
