import { z } from "zod";
import { duration, NAME, NAME_RULE, reference, secretRef } from "../schema/fields.js";
import { hardening, resources } from "../schema/parts.js";
import { type ResolveService, serviceShape } from "./service.js";

const team = z.strictObject({
  shared: reference().describe("The entry of `fleet:shared` that names the team's stack."),
  service: z
    .string()
    .default("crm")
    .meta({ title: "name" })
    .describe("The team's CRM in that stack, which must have `sync: true` there."),
  key: secretRef().describe("An API key of the team's CRM whose role may only read."),
});

export const crmSync = z.strictObject({
  kind: z
    .literal("crm-sync")
    .describe("The hub: copies the CRMs of teams into the one of this stack. There is no other direction."),
  ...serviceShape(),
  crm: reference().describe("The CRM that is written: an entry of this section, of the kind `twenty`."),
  key: secretRef().describe("An API key of that CRM whose role may write companies and people."),
  interval: duration().prefault("15m").describe("Time between two rounds."),
  teamField: z
    .string()
    .regex(/^[a-z][A-Za-z0-9]{0,62}$/, { error: "must be a field's API name, such as sourceTeam" })
    .optional()
    .describe(
      "A text field of the hub's companies and people in which a copy's team is written; make it in Twenty first.",
    ),
  teams: z
    .record(z.string().regex(NAME, { error: `must be ${NAME_RULE}` }), team)
    .default({})
    .describe("The teams that are copied, by the `team` of their CRM."),
  resources: resources({ memory: "256MiB", cpus: 0.5, pids: 64 }),
  hardening: hardening({ user: "1000:1000", tmpfs: ["/tmp"] }),
});

export type CrmSyncSpec = ResolveService<z.output<typeof crmSync>>;
