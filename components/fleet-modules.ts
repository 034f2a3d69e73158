import { type FleetSpec, isExternal } from "../spec/index.js";
import { loadRuntime, type Runtime } from "./agents/runtime.js";
import { type CloudKind, loadCloudKind } from "./clouds/cloud.js";
import { loadZoneKind, type ZoneKind } from "./dns/zone.js";
import { type EdgeKind, loadEdgeKind } from "./edge/edge.js";
import { loadMachineKind, type MachineKind } from "./hosts/machine.js";
import { loadServiceKind, type ServiceKind } from "./services/service.js";

/** The modules that a spec needs, loaded. */
export interface FleetModules {
  clouds: Record<string, CloudKind>;
  machines: Record<string, MachineKind>;
  runtimes: Record<string, Runtime>;
  proxies: Record<string, EdgeKind>;
  services: Record<string, ServiceKind>;
  zones: Record<string, ZoneKind>;
}

/** Loads the modules that a spec names, and with them only the provider SDKs that it uses. */
export async function loadModules(spec: FleetSpec): Promise<FleetModules> {
  const own = Object.values(spec.edge).filter((edge) => !isExternal(edge));
  const [clouds, machines, runtimes, proxies, services, zones] = await Promise.all([
    loadAll(
      Object.values(spec.clouds).map((cloud) => cloud.provider),
      loadCloudKind,
    ),
    loadAll(
      Object.values(spec.machines).map((machine) => machine.on),
      loadMachineKind,
    ),
    loadAll(
      Object.values(spec.agents).map((agent) => agent.runtime),
      loadRuntime,
    ),
    loadAll(
      own.map((edge) => edge.proxy),
      loadEdgeKind,
    ),
    loadAll(
      Object.values(spec.services).map((service) => service.kind),
      loadServiceKind,
    ),
    loadAll(
      Object.values(spec.dns).map((zone) => zone.provider),
      loadZoneKind,
    ),
  ]);
  return { clouds, machines, runtimes, proxies, services, zones };
}

async function loadAll<Name extends string, T>(
  names: Name[],
  load: (name: Name) => Promise<T>,
): Promise<Record<string, T>> {
  return Object.fromEntries(
    await Promise.all([...new Set(names)].map(async (name) => [name, await load(name)] as const)),
  );
}
