import {
  boolean,
  type Field,
  type Fields,
  integer,
  map,
  natural,
  object,
  type ResourceShape,
  refused,
  replacing,
  setOf,
  string,
  stringSet,
  strings,
} from "../shape.js";

const NEEDS_BUILDKIT = "it needs BuildKit, and the hermetic engine builds with the daemon's classic builder";

/**
 * Build arguments stay readable in `docker history` of whatever uses them. The names are those that Docker's own
 * build check SecretsUsedInArgOrEnv looks for.
 */
const SECRET_NAME = /(^|_)(apikey|auth|credentials?|key|password|pword|passwd|secret|token)(_|$)/i;
const PUBLIC_NAME = /(^|_)public(_|$)/i;

/** Why these build arguments are refused, by path. */
export function secretArguments(value: unknown, path: string): { property: string; reason: string }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value)
    .filter((name) => SECRET_NAME.test(name) && !PUBLIC_NAME.test(name))
    .map((name) => ({
      property: `${path}[${JSON.stringify(name)}]`,
      reason:
        "looks like a secret, and a build argument stays readable in `docker history`: give it to the container when it runs, " +
        "or rename it if it is none",
    }));
}

const ulimits: Field = setOf({
  hard: { ...integer, required: true },
  name: { ...string, required: true },
  soft: { ...integer, required: true },
});

const build: Fields = {
  additionalContexts: refused(NEEDS_BUILDKIT),
  authConfigs: setOf({
    auth: refused("give userName and password"),
    email: string,
    hostName: { ...string, required: true },
    identityToken: refused("give userName and password"),
    password: string,
    registryToken: refused("give userName and password"),
    serverAddress: string,
    userName: string,
  }),
  buildArgs: map,
  buildId: refused("a build is cancelled with the run"),
  buildLogFile: refused(NEEDS_BUILDKIT),
  builder: refused(NEEDS_BUILDKIT),
  cacheFroms: strings,
  cacheTos: refused(NEEDS_BUILDKIT),
  cgroupParent: string,
  context: { ...string, required: true },
  cpuPeriod: natural,
  cpuQuota: natural,
  cpuSetCpus: string,
  cpuSetMems: string,
  cpuShares: natural,
  dockerfile: { ...string, default: "Dockerfile" },
  extraHosts: strings,
  forceRemove: boolean,
  isolation: refused("it is for Windows hosts"),
  label: map,
  labels: map,
  memory: natural,
  memorySwap: integer,
  networkMode: string,
  noCache: boolean,
  platform: string,
  provenance: refused(NEEDS_BUILDKIT),
  pullParent: boolean,
  remoteContext: refused("give a folder as context"),
  remove: { ...boolean, default: true },
  sbom: refused(NEEDS_BUILDKIT),
  secrets: refused(`${NEEDS_BUILDKIT}; give the secret to the container when it runs`),
  securityOpts: refused("the classic builder takes it on Windows only"),
  sessionId: refused(NEEDS_BUILDKIT),
  shmSize: natural,
  squash: boolean,
  suppressOutput: boolean,
  tags: strings,
  target: string,
  ulimits,
  useLegacyBuilder: boolean,
  version: { kind: "string", oneOf: ["", "1"] },
};

/** Inputs of docker:index/remoteImage:RemoteImage, schema 5.1. */
export const remoteImageShape: ResourceShape = {
  fields: {
    build: replacing(object(build)),
    forceRemove: boolean,
    keepLocally: boolean,
    name: replacing({
      kind: "string",
      required: true,
      test: (value) => (/^\S+$/.test(value) ? undefined : `"${value}" is no image reference`),
    }),
    platform: replacing(string),
    pullTriggers: replacing(stringSet),
    triggers: replacing(map),
  },
  validate: (inputs) =>
    secretArguments((inputs.build as { buildArgs?: unknown } | undefined)?.buildArgs, "build.buildArgs"),
};

/** Inputs of docker:index/image:Image, schema 5.1. `build.contextDigest` is not in it: check adds it, as the vendor's plugin does. */
export const imageShape: ResourceShape = {
  fields: {
    build: object({
      addHosts: strings,
      args: map,
      builderVersion: { kind: "string", oneOf: ["BuilderV1", "BuilderBuildKit"] },
      cacheFrom: object({ images: strings }),
      context: string,
      contextDigest: string,
      dockerfile: string,
      network: string,
      platform: string,
      target: string,
    }),
    buildOnPreview: boolean,
    imageName: replacing({ kind: "string", required: true }),
    registry: object({ password: string, server: string, username: string }),
    skipPush: boolean,
  },
  validate: (inputs) => {
    const faults = secretArguments((inputs.build as { args?: unknown } | undefined)?.args, "build.args");
    if (inputs.skipPush !== true) {
      faults.push({
        property: "skipPush",
        reason: "must be true: the hermetic engine builds images on the Docker host and does not push them",
      });
    }
    if (inputs.buildOnPreview === true) {
      faults.push({ property: "buildOnPreview", reason: "is not supported here: a preview changes nothing" });
    }
    return faults;
  },
};
