import { z } from "zod";
import { isNetwork } from "../values/network.js";
import { duration, port, secretRef, size } from "./fields.js";

const publicKey = z.string().regex(/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+|sk-\S+) [A-Za-z0-9+/=]+( .*)?$/, {
  error: "must be a public key, such as ssh-ed25519 AAAA… ada@laptop",
});

const user = z.strictObject({
  keys: z.array(publicKey).default([]).describe("Public keys that let the user in by ssh."),
  sudo: z
    .array(
      z.string().regex(/^\/(?!ALL\b)[^\s!"#]+( [^\n!"#]+)?$/, {
        error: 'must be a command by its absolute path, without ! " and #',
      }),
    )
    .default([])
    .describe("Commands that the user may run as root, by absolute path; `[]`: none."),
  docker: z.boolean().default(false).describe("The user may use Docker, which is as much as being root."),
});

/** What every host of ours has, whoever made it. */
export const baseline = z.strictObject({
  docker: z.boolean().default(true).describe("Docker is there."),
  caddy: z.boolean().default(true).describe("Caddy is there, as a service of the host."),
  packages: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9.+-]+$/, { error: "must be a Debian package's name" }))
    .default([])
    .describe("Packages besides those of the baseline."),
  users: z
    .record(z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/), user)
    .default({})
    .describe("Users of the host, by name."),
  open: z
    .array(
      z.union([
        port(),
        z.strictObject({
          port: port().describe("The port."),
          protocol: z.enum(["tcp", "udp"]).default("tcp").describe("Its protocol."),
          from: z
            .string()
            .refine(isNetwork, {
              error:
                "must be an address or a network in its shortest form, such as 203.0.113.7, 10.8.0.0/24 or 2001:db8::/32",
            })
            .optional()
            .describe("The only address or network that may come in. Default: everybody."),
        }),
      ]),
    )
    .default([])
    .describe("Ports that the host's firewall lets in besides those of ssh, HTTP and HTTPS."),
  tailscale: z
    .strictObject({
      authKey: secretRef().describe("The key by which the host joins."),
      hostname: z.string().optional().describe("Its name there. Default: the machine's."),
    })
    .optional()
    .describe("Joins a Tailscale network. The key reaches the host by ssh, never in user data."),
  fail2ban: z
    .strictObject({
      maxRetry: z.number().int().min(1).default(5).describe("Failed logins until an address is shut out."),
      findTime: duration().prefault("10m").describe("Within this time."),
      banTime: duration().prefault("1h").describe("For how long."),
    })
    .prefault({})
    .describe("Shuts out addresses that guess at ssh."),
  upgrades: z
    .strictObject({
      reboot: z
        .union([z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/), z.literal(false)])
        .default(false)
        .describe("Time of day for a restart that an upgrade needs; `false`: it is left to you."),
    })
    .prefault({})
    .describe("Security upgrades, which install themselves."),
  journal: z
    .strictObject({
      size: size().prefault("500MiB").describe("Largest size of the host's log."),
      keep: duration().prefault("30d").describe("How long lines are kept."),
    })
    .prefault({})
    .describe("Limits of the host's log."),
  timezone: z
    .string()
    .regex(/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/)
    .default("Etc/UTC")
    .describe("The host's time zone."),
});

export type BaselineSpec = z.output<typeof baseline>;
