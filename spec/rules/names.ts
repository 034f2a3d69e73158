import type { Fault, Path } from "../fleet.js";
import type { Drafts } from "../read.js";
import { hasOwnNetwork, serviceContainer, socketProxyOf, volumesOf } from "../resolve.js";
import { runtimes } from "../runtimes/index.js";
import { stackNames } from "../runtimes/runtime.js";
import { CERTIFICATES, programOf } from "../schema/edge.js";
import { NAME, NAME_RULE } from "../schema/fields.js";
import { ENTRY_SECTIONS } from "../sections.js";
import { hasServiceNetwork, partsOf } from "../services/index.js";
import { dotted, type Rule } from "./rule.js";

/** An agent's name is also its name in DNS, where this one is taken. */
const RESERVED = new Set(["localhost"]);

export const reservedNames: Rule = (drafts, report) => {
  for (const { name, path } of drafts.agents) {
    if (RESERVED.has(name))
      report({ path, at: "key", message: `${name} cannot be an agent's name: it always means the container itself` });
  }
};

/** Names that differ in case only would be one object to DNS, and to a file system that ignores case. */
export const namesByCase: Rule = (drafts, report) => {
  for (const section of ENTRY_SECTIONS.map((name) => drafts[name])) {
    const seen = new Map<string, Path>();
    for (const { name, path } of section) {
      const first = seen.get(name.toLowerCase());
      if (first)
        report({ path, at: "key", message: `is the same name as ${dotted(first)} but for upper and lower case` });
      else seen.set(name.toLowerCase(), path);
    }
  }
};

/** Names as Docker gets them: parts joined by hyphens, so that different entries may come to the same name. */
export const dockerNames: Rule = (drafts, report) => {
  const { stack } = drafts;
  const containers = new Names("container", report);
  const volumes = new Names("volume", report);
  for (const { name, path, keys } of drafts.agents) {
    const { names } = (keys.runtime && runtimes[keys.runtime]) ?? {};
    if (names) containers.add(names.container(stack, name), path);
    volumes.add(stackNames.volume(stack, name, "config"), path);
  }
  const edges = drafts.edge.filter(({ keys }) => !keys.external && keys.proxy !== "caddy-native");
  const proxies = edges
    .filter(({ keys }) => keys.socketProxy)
    .map((edge) => ({ ...edge, name: socketProxyOf(edge.name) }));
  for (const { name, path } of [...edges, ...proxies]) containers.add(stackNames.container(stack, name), path);
  for (const { path, container, keys } of serviceParts(drafts)) containers.add(container, path, keys.machine);
  for (const { name, path, keys } of drafts.services)
    if (keys.kind === "crm-sync")
      for (const volume of ["config", "data"]) volumes.add(stackNames.volume(stack, name, volume), path);
  for (const { name, path } of [...edges, ...proxies]) volumes.add(stackNames.volume(stack, name, "config"), path);
  for (const { name, path, keys } of edges)
    volumes.add(stackNames.volume(stack, name, CERTIFICATES[programOf(keys.proxy)]), path);
  for (const agent of drafts.agents) {
    for (const { name, dockerName } of volumesOf(agent, stack)) {
      const path = [...agent.path, "volumes", name];
      if (!NAME.test(name)) report({ path, at: "key", message: `a name must be ${NAME_RULE}` });
      else if (name === "config")
        report({ path, at: "key", message: "config is the volume of the agent's own files: name it otherwise" });
      else if (dockerName !== undefined) volumes.add(dockerName, path);
    }
  }
};

/** The containers of services, as far as the file says what they are called. */
function serviceParts(drafts: Drafts) {
  return drafts.services.flatMap(({ name, path, keys }) => {
    const container = serviceContainer(drafts.stack, name, keys);
    if (keys.kind === undefined || container === undefined) return [];
    return partsOf({ kind: keys.kind, name, container }).map((part) => ({ ...part, path, keys }));
  });
}

/** What is on a machine carries its entry's name, whatever Docker calls it: two entries of one stack share none. */
export const entryNames: Rule = (drafts, report) => {
  const agents = drafts.agents.flatMap(({ name, path, keys }) =>
    keys.runtime ? [{ entry: name, path, container: runtimes[keys.runtime].names.container(drafts.stack, name) }] : [],
  );
  const edges = drafts.edge
    .filter(({ keys }) => !keys.external)
    // One that is a service of its host has no container.
    .map(({ name, path, keys }) => ({
      entry: name,
      path,
      container: keys.proxy === "caddy-native" ? undefined : stackNames.container(drafts.stack, name),
    }));
  const taken = new Map<string, { path: Path; container?: string }>(agents.map((agent) => [agent.entry, agent]));
  for (const part of [...serviceParts(drafts), ...edges]) {
    const first = taken.get(part.entry);
    if (!first) taken.set(part.entry, part);
    // Where the containers' names are the same too, that has been reported.
    else if (first.container !== part.container) {
      const message =
        part.entry === part.path.at(-1)
          ? `is the name of ${dotted(first.path)} too: rename one`
          : `has a container ${part.entry}, which is the name of ${dotted(first.path)}: rename one`;
      report({ path: part.path, at: "key", message });
    }
  }
};

/** An entry's own network has its name; the one that Traefik meets its agents in has any name. */
export const networkNames: Rule = (drafts, report) => {
  const { stack } = drafts;
  const networks = new Names("network", report);
  const services = drafts.services.filter(({ keys }) => keys.kind !== undefined && hasServiceNetwork(keys.kind));
  const own = [...drafts.agents.filter((agent) => hasOwnNetwork(agent, drafts)), ...services];
  // Two of these with one name have been reported for their containers.
  for (const { name, path } of own) networks.take(stackNames.container(stack, name), path);
  for (const { name, path, keys } of services)
    if (keys.kind === "twenty") networks.add(stackNames.container(stack, `${name}-data`), path);
  for (const { name, path, keys } of drafts.edge) {
    if (keys.external) continue;
    if (keys.network !== undefined) networks.add(keys.network, [...path, "network"]);
    if (keys.socketProxy) networks.add(stackNames.container(stack, socketProxyOf(name)), path);
  }
};

class Names {
  private readonly taken = new Map<string, { path: Path; machine?: string }[]>();

  constructor(
    private readonly kind: string,
    private readonly report: (fault: Fault) => void,
  ) {}

  take(name: string, path: Path, machine?: string): void {
    this.taken.set(name, [...(this.taken.get(name) ?? []), { path, ...(machine !== undefined && { machine }) }]);
  }

  /** @param machine of a name that says nothing of the stack: on another machine it is another object. */
  add(name: string, path: Path, machine?: string): void {
    const isSame = (other?: string) => machine === undefined || other === undefined || machine === other;
    const first = this.taken.get(name)?.find((other) => isSame(other.machine));
    if (first === undefined) this.take(name, path, machine);
    // The same entry twice has been reported where its name is.
    else if (dotted(first.path) !== dotted(path)) {
      this.report({
        path,
        at: "key",
        message: `gives the Docker ${this.kind} ${name}, which is already that of ${dotted(first.path)}: rename one`,
      });
    }
  }
}
