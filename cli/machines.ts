import { resolve } from "node:path";
import type { Project } from "../engine/project/project.js";
import type { Backend } from "../engine/state/backend.js";
import { type Endpoint, resolveEndpoint } from "../engine/transport/endpoint.mjs";
import { writeKnownHosts } from "../engine/transport/known-hosts.mjs";
import { readStackText } from "../spec/check/stack-file.js";
import type { ExistingMachineSpec, FleetSpec, MachineAddress, MachineSpec } from "../spec/index.js";
import { knownHostsFile, knownHostsLines, sshOptions } from "../spec/ssh.js";
import { isLoopback, readDockerAddress } from "../spec/values/docker-address.js";
import { FleetError } from "./errors.js";
import { ownAddress, sharedAddress } from "./shared-machines.js";
import { loadSnapshot, plainValue } from "./state.js";
import { readStack } from "./workspace.js";

/** Whether what a machine publishes on its loopback address is reached from this computer. Unknown machines are taken for ones that are here. */
export function isHere(machine: MachineSpec | undefined): boolean {
  if (machine === undefined || machine.on === "docker") return true;
  return machine.on === "existing" && readDockerAddress(machine.docker)?.by === "unix";
}

/** A URL as a person has to take it: a loopback address of a machine elsewhere is that machine's own. */
export function shownUrl(url: string, machine: MachineSpec | undefined): string {
  const { hostname } = new URL(url);
  const isOwn = isLoopback(hostname) || hostname.endsWith(".localhost");
  return isOwn && machine !== undefined && !isHere(machine) ? `${url} on ${machine.name}` : url;
}

/** The spec of a stack file that is there and has no faults. */
export async function specIfAny(project: Project, stack: string): Promise<FleetSpec | undefined> {
  const text = await textIfAny(project, stack);
  return text === undefined ? undefined : readStackText(stack, text, project.name).spec;
}

async function textIfAny(project: Project, stack: string): Promise<string | undefined> {
  const file = await readStack(project, stack).catch((error: unknown) => {
    if (error instanceof FleetError) return undefined;
    throw error;
  });
  return file?.text;
}

/**
 * Where the daemons of a stack's machines are that are there; without machines the one of DOCKER_HOST, the current context or the default socket. The
 * host keys of those that are reached by ssh are on disk then, and secrets are opened for those that need them.
 */
export async function endpointsOf(
  project: Project,
  spec: FleetSpec | undefined,
): Promise<{ machine: string | undefined; endpoint: Endpoint }[]> {
  const machines = Object.values(spec?.machines ?? {});
  if (spec === undefined || machines.length === 0) return [{ machine: undefined, endpoint: resolveEndpoint({}) }];
  const reached = await Promise.all(
    machines.map(async (machine) => ({ machine, address: await addressOf(project, spec, machine) })),
  );
  const there = reached.filter((one): one is { machine: MachineSpec; address: MachineAddress } => Boolean(one.address));
  const lines = there.flatMap(({ machine, address }) => knownHostsLines(machine.name, address.hostKeys));
  pin(project, spec.stack, lines);
  return Promise.all(
    there.map(async ({ machine, address }) => ({
      machine: machine.name,
      endpoint: await endpointOf(project, spec, machine, address),
    })),
  );
}

/** Undefined for a machine that is still to be made. */
async function addressOf(project: Project, spec: FleetSpec, machine: MachineSpec): Promise<MachineAddress | undefined> {
  switch (machine.on) {
    case "docker":
      return { docker: machine.socket ?? "", hostKeys: [] };
    case "existing":
      return { docker: machine.docker, hostKeys: machine.hostKey ?? [] };
    case "digitalocean":
      return ownAddress(project, spec.stack, machine.name);
    case "shared":
      return sharedAddress(project, spec, machine);
  }
}

async function endpointOf(
  project: Project,
  { stack }: FleetSpec,
  machine: MachineSpec,
  { docker, hostKeys }: MachineAddress,
): Promise<Endpoint> {
  if (docker === "") return resolveEndpoint({});
  if (machine.on === "docker") return { ...resolveEndpoint({ host: docker }), source: "the machine's socket" };
  const endpoint = resolveEndpoint({
    host: docker,
    ...(hostKeys.length > 0 && { sshOpts: sshOptions(stack, machine.name) }),
    ...("tls" in machine && (await pemOf(project, stack, machine))),
  });
  return { ...endpoint, source: `machines.${machine.name}` };
}

async function pemOf(
  project: Project,
  stack: string,
  { tls }: Pick<ExistingMachineSpec, "tls">,
): Promise<Record<string, string>> {
  if (tls === undefined) return {};
  // By module: most verbs need no secret, and what opens them brings gRPC.
  const { secretValues } = await import("./config-values.js");
  const secrets = await secretValues(project, stack);
  return {
    caMaterial: secrets[tls.ca.secret] ?? "",
    certMaterial: secrets[tls.cert.secret] ?? "",
    keyMaterial: secrets[tls.key.secret] ?? "",
  };
}

/** Puts the host keys of a stack's machines on disk, where every ssh of ours looks for them: those of its file, else those of its state. */
export async function pinHostKeys(project: Project, stack: string, backend: Backend): Promise<void> {
  const text = await textIfAny(project, stack);
  // Most files have none, and are read by the program anyway.
  const spec = text?.includes("hostKey") ? readStackText(stack, text, project.name).spec : undefined;
  const declared = spec ? linesOf(spec) : [];
  const hosts = new Set(declared.map(hostOf));
  const others = (await linesOfState(project, stack, backend)).filter((line) => !hosts.has(hostOf(line)));
  pin(project, stack, [...others, ...declared]);
}

function pin(project: Project, stack: string, lines: string[]): void {
  if (lines.length > 0) writeKnownHosts(resolve(project.programDir, knownHostsFile(stack)), lines);
}

const hostOf = (line: string) => line.split(" ", 1)[0]!;

const linesOf = (spec: FleetSpec): string[] =>
  Object.values(spec.machines).flatMap((machine) =>
    machine.on === "existing" ? knownHostsLines(machine.name, machine.hostKey ?? []) : [],
  );

/** What the machines' components have in the state: a machine may be gone from the file, and what is on it is still to be removed. */
async function linesOfState(project: Project, stack: string, backend: Backend): Promise<string[]> {
  // Most states have none, and reading one whole takes long.
  const stored = await backend.load(project.name, stack);
  if (!stored?.text.includes('"knownHosts"')) return [];
  const snapshot = await loadSnapshot(backend, project, stack);
  return (snapshot?.resources ?? [])
    .filter(({ type }) => type.startsWith("fleet:hosts:"))
    .flatMap(({ outputs }) => plainValue(outputs.knownHosts ?? []) as string[])
    .filter((line) => typeof line === "string");
}
