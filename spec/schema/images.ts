import { z } from "zod";
import { imageReference, reference, version } from "./fields.js";

export const DEBIAN_SUITES = ["bullseye", "bookworm", "trixie", "forky", "sid"] as const;

const PACKAGE = /^[a-z0-9][a-z0-9+.-]+$/;
const NPM_PACKAGE = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

const debian = z.strictObject({
  suite: z.enum(DEBIAN_SUITES).default("bookworm").describe("Debian release that the image is made from."),
  packages: z
    .array(z.string().regex(PACKAGE, { error: "must be the name of a Debian package" }))
    .default([])
    .describe("Debian packages to install, besides the minimal system."),
});

/** Both ways to build in one object: which one it is, and that the keys of the two are not mixed, is checked by a rule. */
const build = z.strictObject({
  debian: debian.optional().describe("Make the image from Debian packages, with no registry."),
  node: version().optional().describe("Version of Node.js to install, from npm's `node` package."),
  npm: z
    .record(z.string().regex(NPM_PACKAGE, { error: "must be the name of an npm package" }), version())
    .optional()
    .describe(
      "npm packages by exact version, each installed under `/opt/<name>`, its commands on `PATH`. Needs `node`.",
    ),
  context: z
    .string()
    .min(1)
    .optional()
    .describe("Build a folder that has a Dockerfile. Relative to the project's folder."),
  dockerfile: z.string().min(1).optional().describe("The Dockerfile's path inside `context`. Default: `Dockerfile`."),
  args: z
    .record(z.string(), z.string())
    .optional()
    .describe("Build arguments. They stay in the image's history: no secrets."),
  target: z.string().min(1).optional().describe("The stage of the Dockerfile to build. Default: the last one."),
  base: z
    .string()
    .optional()
    .meta({ title: "name" })
    .describe(
      "An entry of `fleet:images` that the Dockerfile begins from, for machines that reach no registry: it is made first, and its " +
        "reference is the build argument `BASE`.",
    ),
});

export const image = z.strictObject({
  build: build.optional().describe("Build the image on the machine that uses it."),
  from: imageReference().optional().describe("Pull the image from a registry."),
  pin: z
    .boolean()
    .default(false)
    .describe("With `from`: look up the tag's digest and use exactly that image. A tag that moved shows as a change."),
  tag: imageReference()
    .optional()
    .describe(
      "With `build.context`: the tag that the image gets on the machine, such as `gather-claw:latest`. Default: one made of the content.",
    ),
  machine: reference()
    .optional()
    .describe("Make it on this machine though nothing in this stack uses it yet: for stacks that share it."),
  shared: reference()
    .optional()
    .describe(
      "An entry of `fleet:shared`: use the image that the other stack has made under the same name, on the same machine.",
    ),
});

export type ImageInput = z.output<typeof image>;

interface Named {
  name: string;
  /** Machine that it is made on though nothing here uses it. */
  machine?: string;
}
/** Made from Debian and npm packages on the machine. */
export interface PackagesImageSpec extends Named {
  kind: "packages";
  debian: { suite: (typeof DEBIAN_SUITES)[number]; packages: string[] };
  node?: string;
  /** Exact version by package name. */
  npm: Record<string, string>;
}
/** Built from a folder with a Dockerfile. */
export interface DockerfileImageSpec extends Named {
  kind: "dockerfile";
  context: string;
  dockerfile: string;
  args: Record<string, string>;
  target?: string;
  /** Name of the image that it begins from. */
  base?: string;
  /** Tag on the machine; undefined: one made of the content. */
  tag?: string;
}
/** Pulled from a registry. */
export interface PulledImageSpec extends Named {
  kind: "pulled";
  from: string;
  pin: boolean;
}
/** Made by another stack. */
export interface SharedImageSpec extends Named {
  kind: "shared";
  /** Entry of `fleet:shared`. */
  shared: string;
}
export type ImageSpec = PackagesImageSpec | DockerfileImageSpec | PulledImageSpec | SharedImageSpec;

/** What an agent or an edge names as its image: an entry of `fleet:images`, or a reference that a registry knows. */
export type ImageUse = { entry: string } | { reference: string };

/** A name without anything that only references have is an entry of `fleet:images`. */
export function imageUse(text: string): ImageUse {
  return /[/:@]/.test(text) ? { reference: text } : { entry: text };
}
