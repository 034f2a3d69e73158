import type { Drafts } from "../read.js";
import { type RuntimeName, runtimes } from "../runtimes/index.js";
import { backupSettings, backupsApart, backupsOnHosts } from "./backups.js";
import { oneBotEach } from "./bots.js";
import { edgeReaches, edgeTls, hostClashes, hostsNeedAnEdge, oneEdgeAMachine } from "./hosts.js";
import { oneWayToAnImage } from "./images.js";
import { machinesApart } from "./machines.js";
import { dockerNames, entryNames, namesByCase, networkNames, reservedNames } from "./names.js";
import { portClashes } from "./ports.js";
import {
  imageReferences,
  machineReferences,
  reachReferences,
  serviceReferences,
  sharedImagesOnTheirMachines,
  sharedReferences,
} from "./references.js";
import { leastMemory } from "./resources.js";
import type { Report, Rule } from "./rule.js";
import { traefikParts } from "./traefik.js";
import { unusedEntries } from "./unused.js";
import { volumePaths } from "./volumes.js";

const RULES: Rule[] = [
  machineReferences,
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
  machinesApart,
  oneWayToAnImage,
  portClashes,
  hostClashes,
  hostsNeedAnEdge,
  edgeReaches,
  oneEdgeAMachine,
  edgeTls,
  traefikParts,
  oneBotEach,
  volumePaths,
  leastMemory,
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
