import { z } from "zod";
import { reference, text } from "./fields.js";

/** An IPv4 network: `10.120.0.0/20`. */
const cidr = () =>
  text({
    title: "network",
    rule: "an IPv4 network, such as 10.120.0.0/20",
    pattern: /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/,
    read: (input) => {
      const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(input);
      if (!match) return undefined;
      const [bits, ...bytes] = [Number(match[5]), ...match.slice(1, 5).map(Number)];
      return bits! <= 32 && bytes.every((byte) => byte <= 255) ? input : undefined;
    },
  });

/** A place in a cloud, where machines are made: of this stack, or of another one whose outputs tell it. */
export const cloud = z.strictObject({
  provider: z.literal("digitalocean").describe("Whose cloud it is."),
  shared: reference()
    .optional()
    .describe(
      "The entry of `fleet:shared` that names the stack whose cloud this is: its region, VPC, project and keys are used.",
    ),
  cloud: z
    .string()
    .optional()
    .meta({ title: "name" })
    .describe("With `shared`: the cloud's name in that stack. Default: this entry's own."),
  region: z
    .string()
    .regex(/^[a-z]{3}\d$/, { error: "must be a region's slug, such as nyc3" })
    .optional()
    .describe("Region of everything in it, such as `nyc3`. Needed without `shared`."),
  vpc: z
    .strictObject({
      name: z.string().min(1).optional().describe("Default: `<stack>-<entry>`."),
      cidr: cidr().optional().describe("Addresses of the VPC. Default: chosen by the cloud."),
    })
    .optional()
    .describe("The VPC that is made for the machines. Without it they are in the region's default one."),
  project: z
    .strictObject({
      name: z.string().min(1).describe("Name of the project."),
      purpose: z.string().min(1).default("Service or API").describe("What it is for, in DigitalOcean's words."),
      environment: z
        .enum(["Development", "Staging", "Production"])
        .optional()
        .describe("What the project is used for."),
    })
    .optional()
    .describe("The project that is made, in which the machines and volumes are shown."),
  sshKeys: z
    .record(
      z.string(),
      z.string().regex(/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+|sk-\S+) [A-Za-z0-9+/=]+( .*)?$/, {
        error: "must be a public key, such as ssh-ed25519 AAAA… ada@laptop",
      }),
    )
    .default({})
    .describe("Public keys of those who administrate the machines, by name."),
  tags: z
    .array(z.string().regex(/^[\w:-]+$/, { error: "must be a tag: letters, digits, _, - and :" }))
    .default([])
    .describe("Tags of every machine, besides `fleet` and `fleet-<stack>`."),
});

export type CloudSpec = z.output<typeof cloud> & { name: string };

/** What another stack is told of a cloud. */
export interface SharedCloud {
  provider: "digitalocean";
  region: string;
  /** Empty: the region's default one. */
  vpcId: string;
  /** Addresses of the VPC; empty where the cloud has not said. */
  vpcCidr: string;
  /** Empty: none. */
  projectId: string;
  /** The vendor's ids of `sshKeys`. */
  sshKeyIds: string[];
  /** `sshKeys` themselves. */
  sshKeys: Record<string, string>;
}
