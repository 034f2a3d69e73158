import type { Path } from "../fleet.js";
import type { Draft, Drafts } from "../read.js";
import { edgeOf } from "../resolve.js";
import { isNoHost } from "../schema/machines.js";
import { NEEDS_HOST } from "../services/index.js";
import { mustExist } from "./references.js";
import { dotted, type Report, type Rule } from "./rule.js";

/** Some kinds keep folders and files on the machine: it has to be one that is reached by ssh. */
export const servicesNeedAHost: Rule = (drafts, report) => {
  for (const { path, keys } of drafts.services) {
    if (keys.kind === undefined || !NEEDS_HOST.includes(keys.kind)) continue;
    const user = keys.hardening?.user;
    if (user !== undefined && !/^\d+:\d+$/.test(user))
      report({
        path: [...path, "hardening", "user"],
        message: `must be numbers, such as "1000:1000": it owns files of the machine, where ${user} may be somebody else`,
      });
    const machine = drafts.machines.find(({ name }) => name === keys.machine);
    if (!machine || !isNoHost(machine.keys)) continue;
    report({
      path: [...path, "machine"],
      message: `${keys.kind} keeps folders on the machine itself, and of ${machine.name} only the Docker daemon is reached: use a machine that is reached by ssh`,
    });
  }
};

/** Two services of one machine share no folder and no file of it. */
export const servicePaths: Rule = (drafts, report) => {
  const taken = new Map<string, { place: string; path: Path }[]>();
  for (const { path, keys } of drafts.services) {
    if (keys.machine === undefined) continue;
    const others = taken.get(keys.machine) ?? [];
    taken.set(keys.machine, others);
    for (const key of ["data", "secretsFile"] as const) {
      const place = keys[key];
      if (place === undefined) continue;
      const at = [...path, key];
      const first = others.find((other) => isWithin(place, other.place) || isWithin(other.place, place));
      if (first && dotted(first.path.slice(0, 2)) !== dotted(path))
        report({ path: at, message: `${place} is within ${dotted(first.path)}, or holds it: give each its own` });
      else others.push({ place, path: at });
    }
  }
};

const isWithin = (place: string, folder: string) => place === folder || place.startsWith(`${folder}/`);

/** What an edge serves is below its domain: the names that its certificates and its DNS records are for. */
export const serviceHosts: Rule = (drafts, report) => {
  for (const { path, keys } of drafts.services) {
    const edge = edgeOf(keys.machine, drafts);
    const domain = edge?.keys.domain;
    if (keys.host === undefined || domain === undefined || keys.host.endsWith(`.${domain}`)) continue;
    report({ path: [...path, "host"], message: `must be below ${domain}, the domain of ${dotted(edge!.path)}` });
  }
};

/** What the hub copies: out of other stacks, into a CRM of this one, and never back. */
export const oneWaySync: Rule = (drafts, report) => {
  const known = drafts.shared.map(({ name }) => name);
  for (const service of drafts.services) {
    const { path, keys } = service;
    if (keys.kind === "twenty" && keys.sync === true && keys.host === undefined && !service.wrong.has("host"))
      report({ path: [...path, "host"], message: "is missing: with sync: true the hub reads the CRM by this name" });
    if (keys.kind !== "crm-sync") continue;
    hubsCrm(service, drafts, report);
    for (const [team, { shared }] of Object.entries(keys.teams ?? {})) {
      const at = [...path, "teams", team, "shared"];
      if (!mustExist("shared", shared, known, at, report)) continue;
      const stack = drafts.shared.find(({ name }) => name === shared)?.keys.stack;
      if (stack?.split("/").at(-1) === drafts.stack)
        report({ path: at, message: "is this stack itself: a CRM is not copied into itself" });
    }
  }
};

function hubsCrm({ path, keys }: Draft<"services">, drafts: Drafts, report: Report): void {
  if (keys.crm === undefined) return;
  const crms = drafts.services.filter((other) => other.keys.kind === "twenty");
  const at = [...path, "crm"];
  const names = crms.map(({ name }) => name);
  if (!mustExist("services", keys.crm, names, at, report)) return;
  const crm = crms.find(({ name }) => name === keys.crm)!;
  if (keys.machine !== undefined && crm.keys.machine !== undefined && keys.machine !== crm.keys.machine)
    report({
      path: at,
      message: `${crm.name} runs on machine ${crm.keys.machine}: the sync runs beside what it writes`,
    });
  if (crm.keys.sync === true)
    report({
      path: [...crm.path, "sync"],
      message: `is the hub's own CRM, which ${dotted(path)} writes: nothing may copy it, so take sync out`,
    });
}
