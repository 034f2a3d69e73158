import { z } from "zod";
import { hostName, port, reference } from "./fields.js";
import type { ImageUse } from "./images.js";
import { resources } from "./parts.js";

export const edge = z.strictObject({
  machine: reference().describe("The machine whose agents the proxy serves, and on which it runs."),
  proxy: z.enum(["caddy"]).default("caddy").describe("The reverse proxy's program."),
  image: reference().describe("An entry of `fleet:images`, or an image reference with a tag or digest."),
  port: port().optional().describe("Port on the machine. Default: 80 without TLS, 443 with it. May be below 1024."),
  bind: z
    .enum(["127.0.0.1", "0.0.0.0"])
    .optional()
    .describe("Address on the machine. Default: 127.0.0.1 where the domain is below `localhost`, else 0.0.0.0."),
  domain: hostName().describe("Agents without a `host` of their own are served as `<agent>.<domain>`."),
  tls: z
    // Some YAML readers take `off` for false.
    .union([z.enum(["off", "internal", "acme"]), z.literal(false).transform(() => "off" as const)])
    .prefault("off")
    .describe(
      "`off`: plain HTTP. `internal`: certificates of the proxy's own authority. `acme`: public ones, from Let's Encrypt.",
    ),
  email: z
    .email({ error: "must be an e-mail address" })
    .optional()
    .describe("Contact for `tls: acme`, which needs it."),
  resources: resources({ memory: "256MiB", cpus: 1, pids: 256 }),
});

/** A machine's reverse proxy, with every default in place. */
export interface EdgeSpec extends Omit<z.output<typeof edge>, "image" | "port" | "bind" | "tls"> {
  name: string;
  image: ImageUse;
  port: number;
  bind: "127.0.0.1" | "0.0.0.0";
  tls: "off" | "internal" | "acme";
  /** With `tls: acme` also port 80 of the machine, for challenges and redirects; otherwise undefined. */
  httpPort?: number;
}
