/** The sections of a stack config that hold named entries, in the order of the reference page. */
export const ENTRY_SECTIONS = [
  "clouds",
  "machines",
  "images",
  "agents",
  "edge",
  "services",
  "dns",
  "backups",
  "shared",
  "retained",
  "policies",
] as const;

export type EntrySection = (typeof ENTRY_SECTIONS)[number];

/** Every section: in `acknowledged` entries are texts, in `secrets` only names. */
export const SECTIONS = [...ENTRY_SECTIONS, "acknowledged", "secrets"] as const;
