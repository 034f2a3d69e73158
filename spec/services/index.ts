import { z } from "zod";
import { type BuildServiceSpec, buildService } from "./build-service.js";
import { type CrmSyncSpec, crmSync } from "./crm-sync.js";
import { type TezMcpSpec, tezMcp } from "./tez-mcp.js";
import { type TezRelaySpec, tezRelay } from "./tez-relay.js";
import { TWENTY_PARTS, type TwentySpec, twenty } from "./twenty.js";

/** The keys of a service, by its kind. A new kind is a file beside these and a line here. */
export const service = z.discriminatedUnion("kind", [buildService, twenty, tezMcp, tezRelay, crmSync]);

export type ServiceEntry = z.output<typeof service>;

/** What a machine runs beside agents, with every default in place. */
export type ServiceSpec = BuildServiceSpec | TwentySpec | TezMcpSpec | TezRelaySpec | CrmSyncSpec;

/** A container of a service. */
export interface ServicePart {
  /** The entry in its labels, statuses and logs: the service's own name, or that with an ending. */
  entry: string;
  /** Its name on the machine. */
  container: string;
}

const PARTS: Partial<Record<ServiceEntry["kind"], readonly string[]>> = { twenty: TWENTY_PARTS };

/** Every container of a service, the one that serves first. */
export function partsOf({ kind, name, container }: Pick<ServiceSpec, "kind" | "name" | "container">): ServicePart[] {
  const others = (PARTS[kind] ?? []).map((part) => ({ entry: `${name}-${part}`, container: `${container}-${part}` }));
  return [{ entry: name, container }, ...others];
}

/** Whether a kind of service has a network of its own, which those that use it join. */
export const hasServiceNetwork = (kind: ServiceEntry["kind"]) => kind !== "crm-sync";

/** Kinds that keep folders or files on the machine itself. */
export const NEEDS_HOST: readonly ServiceEntry["kind"][] = ["twenty", "tez-mcp", "tez-relay"];
