import type { ReviewedResource } from "../types.js";
import { line } from "./builder.js";
import type { Entry } from "./entries.js";
import type { EdgeEntry, TopologySpec } from "./spec.js";
import { map, maps, type Tree, text } from "./tree.js";

interface Description {
  /** Where people know it by another name than that of its entry. */
  label?: string;
  detail: string;
  facts: Record<string, string | undefined>;
}

/** What is said of an entry, from its resources and from the stack file. */
export function describe(entry: Entry, tree: Tree, spec: TopologySpec): Description {
  const { kind, name, variety } = entry;
  switch (kind) {
    case "agent":
      return agent(entry, tree, spec);
    case "service":
      return service(entry, tree, spec);
    case "machine":
      return machine(entry, tree, spec);
    case "edge":
      return edge(variety, spec.edge?.[name]);
    case "cloud": {
      const region = text(entry.component.outputs.region) ?? spec.clouds?.[name]?.region;
      return { detail: line(variety, region), facts: { Provider: variety, Region: region } };
    }
    case "zone": {
      const domain = spec.dns?.[name]?.domain;
      return { label: domain ?? name, detail: variety, facts: { Entry: name, Provider: variety, Domain: domain } };
    }
    case "backup": {
      const { at, repository } = spec.backups?.[name] ?? {};
      return {
        detail: at === undefined ? "" : `every day at ${at}`,
        facts: { "Time of day": at, Repository: repository && withoutUser(repository) },
      };
    }
    default:
      return { detail: variety, facts: { Kind: variety } };
  }
}

/** An address without the name and the password that may stand in it. */
export const withoutUser = (address: string): string => address.replace(/\/\/[^/@]*@/, "//");

const CONTAINER = "docker:index/container:Container";

function agent({ name, component }: Entry, tree: Tree, spec: TopologySpec): Description {
  const { runtime, image, host } = spec.agents?.[name] ?? {};
  const containers = tree.children(component.urn).filter(({ type }) => type === CONTAINER);
  return {
    detail: line(runtime, host),
    facts: { Runtime: runtime, Image: imageName(image), "Host name": host, ...ofContainers(containers) },
  };
}

function service({ name, variety, component }: Entry, tree: Tree, spec: TopologySpec): Description {
  const { kind = variety, image, host } = spec.services?.[name] ?? {};
  const containers = tree.children(component.urn).filter(({ type }) => type === CONTAINER);
  return {
    detail: line(kind, host),
    facts: { Kind: kind, Image: imageName(image), "Host name": host, ...ofContainers(containers) },
  };
}

const imageName = (image: { entry: string } | { reference: string } | undefined): string | undefined =>
  image && ("entry" in image ? image.entry : image.reference);

function ofContainers(containers: ReviewedResource[]): Description["facts"] {
  const names = containers.flatMap(({ inputs }) => text(inputs.name) ?? []);
  const ports = containers.flatMap(({ inputs }) => maps(inputs.ports).map(portText));
  // Docker counts MiB here.
  const memory = containers.map(({ inputs }) => (typeof inputs.memory === "number" ? inputs.memory : 0));
  const total = memory.reduce((sum, one) => sum + one, 0);
  return {
    [names.length > 1 ? "Containers" : "Container"]: names.join(", ") || undefined,
    Ports: ports.join(", ") || undefined,
    Memory: total > 0 ? (total % 1024 === 0 ? `${total / 1024} GiB` : `${total} MiB`) : undefined,
    Network: containers.some(({ inputs }) => inputs.networkMode === "host") ? "the machine's own" : undefined,
  };
}

function portText(port: ReturnType<typeof map>): string {
  const { ip, external, internal } = port;
  return `${text(ip) ?? "0.0.0.0"}:${text(external) ?? "?"} → ${text(internal) ?? "?"}`;
}

function machine({ name, variety, component }: Entry, tree: Tree, spec: TopologySpec): Description {
  const said = spec.machines?.[name] ?? {};
  const children = tree.children(component.urn);
  const host = children.find(({ type }) => /:(Droplet|Domain|Instance|VirtualMachine)$/.test(type));
  const size = text(host?.inputs.size) ?? said.size;
  const region = text(host?.inputs.region);
  const firewall = children.find(({ type }) => type.endsWith(":Firewall"));
  const open = maps(firewall?.inputs.inboundRules).flatMap(({ portRange }) => text(portRange) ?? []);
  const what = MACHINES.get(variety) ?? variety;
  return {
    detail: line(what, size, said.docker ?? region),
    facts: {
      What: what,
      Size: size,
      Region: region,
      Image: text(host?.inputs.image) ?? said.image,
      Docker: said.docker,
      Address: said.address,
      "Open ports": firewall ? open.join(", ") || "none" : undefined,
      "Backups by the cloud": text(map(host?.inputs.backupPolicy).plan),
    },
  };
}

const MACHINES = new Map([
  ["Docker", "this computer's Docker"],
  ["Existing", "existing host"],
  ["Shared", "of another stack"],
  ["DigitalOcean", "droplet"],
  ["Libvirt", "virtual machine"],
]);

/** @param variety of its component; undefined where it has none */
export function edge(variety: string | undefined, spec: EdgeEntry | undefined): Description {
  const ports = spec?.port === undefined ? undefined : [spec.port, spec.httpPort].filter(Boolean).join(", ");
  const proxy = spec?.proxy ?? variety?.toLowerCase();
  return {
    detail: line(proxy, spec?.domain && `*.${spec.domain}`),
    facts: {
      Proxy: proxy,
      Domain: spec?.domain,
      Address: spec?.bind,
      Ports: ports,
      TLS: spec?.tls,
      Whose: spec?.external ? "somebody else's: agents carry its labels, nothing of it is made" : undefined,
    },
  };
}
