import { z } from "zod";
import { environment, reference, secretRef, text } from "./fields.js";

const count = (preset: number) => z.number().int().min(0).default(preset);

const FORMS = /^(\/[^\s]+|(s3|sftp|rest|b2|azure|gs|swift|rclone):\S+)$/;
const repository = () =>
  text({
    title: "restic repository",
    rule: "a folder of the machine, such as /srv/backups, or s3:, sftp:, rest:, b2:, azure:, gs:, swift: or rclone: and a place there",
    pattern: FORMS,
    read: (input) => (FORMS.test(input) ? input : undefined),
  });

/** Backups of a machine: of the data of its agents and services, every day, encrypted, by restic. */
export const backup = z.strictObject({
  machine: reference().describe("The machine whose agents and services are backed up."),
  repository: repository().describe(
    "restic's repository: a folder of the machine, `s3:https://…/bucket/path`, `sftp:…`, `rest:…`, `b2:…`.",
  ),
  password: secretRef().describe("What the repository is encrypted with. Without it no backup can be read."),
  env: environment()
    .default({})
    .describe("Access to the repository, such as `AWS_ACCESS_KEY_ID`: text, or `{ secret: name }`."),
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: "must be a time of day, such as 03:15" })
    .default("03:15")
    .describe("When, each day, in the machine's time zone (UTC)."),
  keep: z
    .strictObject({
      daily: count(7).describe("How many days."),
      weekly: count(4).describe("How many weeks."),
      monthly: count(6).describe("How many months."),
    })
    .prefault({})
    .describe("What is kept; the rest is deleted after each backup."),
});

export type BackupSpec = z.output<typeof backup> & { name: string };
