import { z } from "zod";
import { baseline } from "./baseline.js";
import { reference, size, text } from "./fields.js";
import { hostKeys } from "./host-key.js";

/** What mounting something over it would take from the host itself. */
const SYSTEM =
  /^\/(bin|boot|dev|etc|home|lib\w*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)$|^\/(boot|dev|etc|proc|run|sys|usr)\//;

/** Where a volume is mounted on a host: as a mount table takes it, without spaces. */
const mountPath = () =>
  text({
    title: "absolute path",
    rule: "an absolute path of a folder that is not the system's, such as /opt/mypa/agents",
    pattern: /^(\/[A-Za-z0-9_@+][A-Za-z0-9._@+-]*)+\/?$/,
    read: (input) => {
      const path = input.replace(/(?<=.)\/$/, "");
      return /^(\/[A-Za-z0-9_@+][A-Za-z0-9._@+-]*)+$/.test(path) && !SYSTEM.test(path) ? path : undefined;
    },
  });

const GIB = 2 ** 30;
/** DigitalOcean's limits of a volume: https://docs.digitalocean.com/products/volumes/details/limits/ */
const LARGEST_VOLUME = 16_384 * GIB;

const volume = z.strictObject({
  size: size()
    .refine(({ bytes }) => bytes >= GIB && bytes % GIB === 0 && bytes <= LARGEST_VOLUME, {
      error: "must be whole GiB, from 1GiB to 16384GiB (16TiB)",
    })
    .describe("Size of the volume, in whole GiB. It can grow, and never shrink."),
  path: mountPath().describe("Where it is mounted on the machine."),
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/, {
      error: "must be a volume's name: lower-case letters, digits and hyphens, a letter first, 64 characters at most",
    })
    .optional()
    .describe("Its name at DigitalOcean, when it is made. Default: `<stack>-<machine>-<volume>`."),
  id: z
    .string()
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, {
      error: "must be a volume's id, such as 506f78a4-e098-11e5-ad9f-000f53306ae1",
    })
    .optional()
    .describe("The id of a volume that is there already: it is taken up with what is on it, instead of a new one."),
});

const backups = z.union(
  [
    z.literal(false),
    z.strictObject({
      plan: z.enum(["weekly", "daily"]).default("weekly").describe("How often."),
      weekday: z
        .enum(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])
        .optional()
        .describe("Of weekly ones: the day. Default: `SUN`."),
      hour: z
        .union([0, 4, 8, 12, 16, 20].map((hour) => z.literal(hour)))
        .default(4)
        .describe("Hour (UTC) at which the window of four hours begins: 0, 4, 8, 12, 16 or 20."),
    }),
  ],
  { error: "must be false, or a block such as { plan: weekly, weekday: SUN, hour: 4 }" },
);

/** A machine that is made at DigitalOcean. */
export const droplet = z.strictObject({
  on: z.literal("digitalocean").describe("`digitalocean`: a droplet, which is made."),
  cloud: reference().describe("The entry of `fleet:clouds` in which it is made."),
  size: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9_.]+)+$/, { error: "must be a droplet size's slug, such as s-4vcpu-8gb or c-2" })
    .describe(
      "The droplet size's slug. Another one switches the droplet off for some minutes; its disk stays as it is.",
    ),
  image: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/, { error: "must be an image's slug, such as ubuntu-24-04-x64, or the id of one" })
    .default("ubuntu-24-04-x64")
    .describe("What it starts from, when it is made or rebuilt."),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,31}$/, { error: "must be a user's name, such as fleet" })
    .default("fleet")
    .describe("The user of all that is done there by ssh. It may use sudo."),
  reservedAddress: z
    .boolean()
    .default(true)
    .describe("It has an address of its own that it keeps when it is rebuilt. DNS records lead there."),
  monitoring: z.boolean().default(true).describe("DigitalOcean's metrics agent is there, when it is made or rebuilt."),
  backups: backups.prefault({}).describe("DigitalOcean's own backups of the disk, without the volumes; `false`: none."),
  volumes: z
    .record(z.string(), volume)
    .default({})
    .describe("Volumes that outlive the droplet, by a name of your own. They are kept when they are taken out here."),
  rebuild: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe(
      "Another number rebuilds the droplet: the only way in which `image`, `monitoring`, the cloud's `sshKeys` and the first boot's settings take effect on one that is there.",
    ),
  hostKey: hostKeys()
    .optional()
    .describe(
      "The public key by which the host is known, or a list of them. Without it, that of the first connection counts from then on.",
    ),
  baseline: baseline.prefault({}).describe("What the host has besides what the fleet puts on it."),
});
