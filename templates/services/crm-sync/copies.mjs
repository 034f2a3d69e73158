// What the hub gets of a team's record.
import { createHash } from "node:crypto";

/** In this order: a person's company is there before the person. */
export const OBJECTS = ["companies", "people"];

const FIELDS = {
  companies: [
    "name",
    "domainName",
    "address",
    "employees",
    "linkedinLink",
    "xLink",
    "annualRecurringRevenue",
    "idealCustomerProfile",
  ],
  people: ["name", "emails", "phones", "jobTitle", "city", "linkedinLink", "xLink", "avatarUrl"],
};

/**
 * The id of a copy, made of where it comes from: copied again it is the same record, and two teams' records are never one. In the
 * form of a UUID of version 5.
 */
export function copyId(team, object, id) {
  const bytes = createHash("sha1").update(`fleet:crm-sync/${team}/${object}/${id}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x50;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export function copyOf(team, object, record, teamField) {
  const copy = { id: copyId(team, object, record.id) };
  for (const field of FIELDS[object]) if (record[field] !== undefined) copy[field] = record[field];
  if (object === "people" && record.companyId) copy.companyId = copyId(team, "companies", record.companyId);
  if (teamField !== undefined) copy[teamField] = team;
  return copy;
}

/**
 * Fields of which Twenty lets no two records have the same value, and by which an upsert finds a record before it looks at the id. Where
 * the hub has a value already, in a record of its own or of another team, the copy carries it as a further one.
 */
export const UNIQUE = {
  companies: {
    field: "domainName.primaryLinkUrl",
    of: (record) => record.domainName?.primaryLinkUrl || undefined,
    demote(copy) {
      const { primaryLinkUrl: url, primaryLinkLabel: label = "", secondaryLinks } = copy.domainName;
      copy.domainName = {
        primaryLinkUrl: "",
        primaryLinkLabel: "",
        secondaryLinks: [{ url, label: label ?? "" }, ...(secondaryLinks ?? [])],
      };
    },
  },
  people: {
    field: "emails.primaryEmail",
    of: (record) => record.emails?.primaryEmail || undefined,
    demote(copy) {
      const { primaryEmail, additionalEmails } = copy.emails;
      copy.emails = { primaryEmail: "", additionalEmails: [primaryEmail, ...(additionalEmails ?? [])] };
    },
  },
};
