import type { Drafts } from "../read.js";
import { type RuntimeName, runtimes } from "../runtimes/index.js";
import { backupSettings, backupsApart, backupsOnHosts } from "./backups.js";
import { oneBotEach } from "./bots.js";
import { cloudsOfOneStack } from "./clouds.js";
import { dnsRules } from "./dns/index.js";
import { droplets } from "./droplets.js";
import {
  edgeReaches,
  edgeServesServices,
  edgeTls,
  hostClashes,
  hostsNeedAnEdge,
  nativeEdgeOnAHost,
  oneEdgeAMachine,
} from "./hosts.js";
import { oneWayToAnImage } from "./images.js";
import { machinesApart } from "./machines.js";
import { dockerNames, entryNames, namesByCase, networkNames, reservedNames } from "./names.js";
import { portClashes } from "./ports.js";
import {
  cloudReferences,
  imageReferences,
  machineReferences,
  reachReferences,
  serviceReferences,
  sharedImagesOnTheirMachines,
  sharedReferences,
} from "./references.js";
import { leastMemory } from "./resources.js";
import type { Report, Rule } from "./rule.js";
import { oneWaySync, serviceHosts, servicePaths, servicesNeedAHost } from "./services.js";
import { traefikParts } from "./traefik.js";
import { unusedEntries } from "./unused.js";
import { volumePaths } from "./volumes.js";

const RULES: Rule[] = [
  machineReferences,
  cloudReferences,
  imageReferences,
  reachReferences,
  serviceReferences,
  sharedReferences,
  sharedImagesOnTheirMachines,
  namesByCase,
  reservedNames,
  dockerNames,
  entryNames,
  networkNames,
  cloudsOfOneStack,
  machinesApart,
  droplets,
  oneWayToAnImage,
  portClashes,
  hostClashes,
  hostsNeedAnEdge,
  edgeReaches,
  oneEdgeAMachine,
  edgeTls,
  edgeServesServices,
  nativeEdgeOnAHost,
  ...dnsRules,
  traefikParts,
  oneBotEach,
  volumePaths,
  leastMemory,
  servicesNeedAHost,
  servicePaths,
  serviceHosts,
  oneWaySync,
  backupsApart,
  backupsOnHosts,
  backupSettings,
];

/** Runs every rule, and every runtime's own checks. */
export function applyRules(drafts: Drafts, report: Report): void {
  for (const rule of RULES) rule(drafts, report);
  for (const name of Object.keys(runtimes) as RuntimeName[]) {
    const agents = drafts.agents.filter((agent) => agent.keys.runtime === name);
    runtimes[name].check(agents, drafts, report);
  }
}

/** What is no fault and still wants to be known. */
export const applyWarnings: Rule = unusedEntries;
