import type { FleetSpec } from "../spec/index.js";
import { distinctDaemons, STACK_LABEL } from "./docker.js";
import { FleetError } from "./errors.js";
import { isFree, publishedPorts } from "./ports.js";

/** Makes sure that Docker can be used. With `setup` it is installed and started where it is missing; otherwise nothing ever is. */
export async function needDocker(stack: string, { setup, yes }: { setup?: boolean; yes?: boolean }): Promise<void> {
  const { dockerStatus, ensureDocker } = await import("./setup/index.js");
  if (setup) await ensureDocker({ yes: yes ?? false, report: (line: string) => process.stderr.write(`${line}\n`) });
  const status = await dockerStatus();
  if (status.state === "ready") return;
  const offers = setup
    ? ""
    : `\n       or let \`./fleet up ${stack} --setup\` do it; or try it without Docker: \`./fleet up ${stack} --simulate\``;
  throw new FleetError(status.detail, `${status.fix}${offers}`);
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
  const { portOwner } = await import("./setup/index.js");
  const own = new Set<number>();
  for (const daemon of distinctDaemons(spec)) {
    const containers = await daemon.api.listContainers({ filters: { label: [`${STACK_LABEL}=${spec.stack}`] } });
    for (const { PublicPort } of containers.flatMap(({ Ports }) => Ports)) own.add(PublicPort);
    // A proxy in the host's network publishes nothing: it is known by the stack's own label alone.
    for (const { HostConfig, Labels } of containers) {
      const edge = spec.edge[Labels["fleet.entry"] ?? ""];
      if (HostConfig.NetworkMode === "host" && edge)
        for (const port of [edge.port, edge.httpPort]) if (port) own.add(port);
    }
  }
  const taken: string[] = [];
  for (const { port, entry, address } of publishedPorts(spec)) {
    if (own.has(port) || (await isFree(port, address))) continue;
    const owner = await portOwner(port);
    taken.push(
      `port ${port} (${entry}) is taken${owner ? ` by ${typeof owner === "string" ? owner : JSON.stringify(owner)}` : ""}`,
    );
  }
  return taken;
}
