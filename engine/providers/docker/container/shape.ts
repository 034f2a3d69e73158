import { isPropertyMap, type PropertyMap } from "../../../values.js";
import { nanoseconds } from "../duration.js";
import {
  boolean,
  type Field,
  integer,
  labels,
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

const port: Field = { kind: "integer", min: 0, max: 65535 };
const absolutePath: Field = {
  kind: "string",
  canonical: (value) => value.replace(/(?<=.)\/+$/, ""),
  test: (value) => (value.startsWith("/") ? undefined : `must be an absolute path in the container, not "${value}"`),
};
const interval: Field = {
  kind: "string",
  default: "0s",
  canonical: (value) => String(nanoseconds(value) ?? value),
  test: (value) =>
    nanoseconds(value) === undefined ? `must be a duration such as 500ms, 30s or 1m30s, not "${value}"` : undefined,
};
const capability: Field = { kind: "string", canonical: (value) => value.toUpperCase().replace(/^CAP_/, "") };
const capabilitySet: Field = { kind: "set", of: capability };
/** `no-new-privileges`, `no-new-privileges:true` and `no-new-privileges=true` are one. */
const securityOption: Field = {
  kind: "string",
  canonical: (value) => value.replace(/^([a-z-]+):/, "$1=").replace(/^no-new-privileges$/, "$&=true"),
};
const throttles: Field = replacing(
  setOf({ path: { ...string, required: true }, rate: { ...natural, required: true } }),
);

/** A limit that can be changed while the container runs. 0 means "as it is" to the API, so it cannot be taken away. */
function limit(field: Field): Field {
  return { ...field, drifts: true, replaceOnRemoval: true };
}

/**
 * Inputs of docker:index/container:Container, schema 5.1. Replacing differs from `willReplaceOnChanges` where the vendor's plugin
 * plans an update and then does nothing, since the API cannot do it: a change of healthcheck, init, tmpfs, device throttles or
 * rm, and a limit that is taken away. Here these replace, so that what was declared is what runs.
 */
export const containerShape: ResourceShape = {
  autoName: true,
  fields: {
    attach: boolean,
    capabilities: replacing(object({ adds: capabilitySet, drops: capabilitySet })),
    cgroupParent: replacing(string),
    cgroupnsMode: replacing({ kind: "string", oneOf: ["private", "host"] }),
    command: replacing(strings),
    containerReadRefreshTimeoutMilliseconds: { ...natural, default: 15000 },
    cpuPeriod: limit(natural),
    cpuQuota: limit({ kind: "integer", min: -1 }),
    cpuSet: {
      kind: "string",
      drifts: true,
      replaceOnRemoval: true,
      test: (value) => (/^(\d+(-\d+)?)(,\d+(-\d+)?)*$|^$/.test(value) ? undefined : `must be like 0-3 or 0,1`),
    },
    cpuShares: limit(natural),
    cpus: {
      kind: "string",
      replace: true,
      drifts: true,
      mends: true,
      canonical: (value) => String(Number(value)),
      test: (value) => (Number(value) > 0 ? undefined : `must be a positive number such as "1.5", not "${value}"`),
    },
    destroyGraceSeconds: natural,
    deviceReadBps: throttles,
    deviceReadIops: throttles,
    deviceRequests: replacing(
      setOf({ capabilities: stringSet, count: integer, deviceIds: stringSet, driver: string, options: map }),
    ),
    deviceWriteBps: throttles,
    deviceWriteIops: throttles,
    devices: replacing(
      setOf({ containerPath: string, hostPath: { ...string, required: true }, permissions: { ...string } }),
    ),
    dns: replacing(stringSet),
    dnsOpts: replacing(stringSet),
    dnsSearches: replacing(stringSet),
    domainname: replacing(string),
    entrypoints: replacing(strings),
    envs: replacing({
      kind: "set",
      of: { kind: "string", test: (value) => (/^[^=]+=/.test(value) ? undefined : "must be of the form NAME=value") },
    }),
    gpus: replacing({
      kind: "string",
      test: (value) =>
        /^(all|device=.+)$/.test(value) ? undefined : `must be "all" or "device=<id,…>", not "${value}"`,
    }),
    groupAdds: replacing(stringSet),
    healthcheck: replacing(
      object({
        interval,
        retries: natural,
        startInterval: interval,
        startPeriod: interval,
        tests: strings,
        timeout: interval,
      }),
    ),
    hostname: replacing(string),
    hosts: replacing(setOf({ host: { ...string, required: true }, ip: { ...string, required: true } })),
    image: replacing({ ...string, required: true }),
    init: replacing(boolean),
    ipcMode: replacing({
      kind: "string",
      test: (value) =>
        /^(none|private|shareable|host|container:.+)?$/.test(value)
          ? undefined
          : `must be none, private, shareable, host or container:<name>, not "${value}"`,
    }),
    labels,
    logDriver: replacing(string),
    logOpts: replacing(map),
    logs: boolean,
    maxRetryCount: { ...natural, drifts: true },
    memory: limit(natural),
    memoryReservation: limit(natural),
    memorySwap: { kind: "integer", min: -1, drifts: true },
    mounts: replacing(
      setOf({
        bindOptions: object({
          propagation: { kind: "string", oneOf: ["private", "rprivate", "shared", "rshared", "slave", "rslave"] },
        }),
        readOnly: boolean,
        source: string,
        target: { ...absolutePath, required: true },
        tmpfsOptions: object({ mode: natural, sizeBytes: natural }),
        type: { kind: "string", required: true, oneOf: ["bind", "volume", "tmpfs"] },
        volumeOptions: object({
          driverName: string,
          driverOptions: map,
          labels: setOf({ label: { ...string, required: true }, value: { ...string, required: true } }),
          noCopy: boolean,
          subpath: refused("it needs Docker 26, mount the whole volume"),
        }),
      }),
    ),
    mustRun: { ...boolean, default: true, drifts: true },
    name: replacing({
      kind: "string",
      test: (value) =>
        /^[a-zA-Z0-9][\w.-]+$/.test(value) ? undefined : `"${value}" is no container name: [a-zA-Z0-9][a-zA-Z0-9_.-]+`,
    }),
    networkMode: {
      kind: "string",
      replace: true,
      default: "bridge",
      canonical: (value) => (value === "default" ? "bridge" : value),
    },
    networksAdvanced: {
      ...replacing(
        setOf({
          aliases: stringSet,
          driverOpts: {
            kind: "set",
            of: {
              kind: "string",
              test: (value) => (/^[^=]+=/.test(value) ? undefined : "must be of the form name=value"),
            },
          },
          gwPriority: refused("it needs Docker 28"),
          ipv4Address: string,
          ipv6Address: string,
          linkLocalIps: stringSet,
          macAddress: string,
          name: { ...string, required: true },
        }),
      ),
      drifts: true,
      mends: true,
    },
    pidMode: replacing(string),
    platform: replacing(string),
    ports: replacing(
      setOf({
        external: port,
        internal: { ...port, required: true },
        ip: { kind: "string", default: "0.0.0.0", canonical: (value) => value || "0.0.0.0" },
        protocol: { kind: "string", oneOf: ["tcp", "udp", "sctp"], default: "tcp" },
      }),
    ),
    privileged: replacing(boolean),
    publishAllPorts: replacing(boolean),
    readOnly: replacing(boolean),
    removeVolumes: { ...boolean, default: true },
    restart: {
      kind: "string",
      oneOf: ["no", "on-failure", "always", "unless-stopped"],
      default: "no",
      canonical: (value) => value || "no",
      drifts: true,
    },
    rm: replacing(boolean),
    runtime: replacing(string),
    securityOpts: replacing({ kind: "set", of: securityOption }),
    shmSize: replacing(natural),
    start: { ...boolean, default: true },
    stdinOpen: replacing(boolean),
    stopSignal: replacing(string),
    stopTimeout: replacing(natural),
    storageOpts: replacing(map),
    sysctls: replacing(map),
    tmpfs: replacing(map),
    tty: replacing(boolean),
    ulimits: replacing(
      setOf({
        hard: { ...integer, required: true },
        name: { ...string, required: true },
        soft: { ...integer, required: true },
      }),
    ),
    uploads: replacing(
      setOf({
        content: string,
        contentBase64: string,
        executable: boolean,
        file: { ...absolutePath, required: true },
        permissions: {
          kind: "string",
          test: (value) => (/^0?[0-7]{3,4}$/.test(value) ? undefined : `must be octal such as "0644", not "${value}"`),
        },
        source: string,
        sourceHash: string,
      }),
    ),
    user: replacing(string),
    usernsMode: replacing(string),
    volumes: replacing(
      setOf({
        containerPath: absolutePath,
        fromContainer: string,
        hostPath: string,
        readOnly: boolean,
        selinuxRelabel: { kind: "string", oneOf: ["z", "Z", ""] },
        volumeName: string,
      }),
    ),
    wait: boolean,
    waitTimeout: { kind: "integer", min: 1, default: 60 },
    workingDir: replacing(string),
  },
  validate: conflicts,
};

type Fault = { property: string; reason: string };

/** Combinations that the API would refuse, or take and ignore. */
function conflicts(inputs: PropertyMap): Fault[] {
  const faults: Fault[] = [];
  const fault = (property: string, reason: string) => faults.push({ property, reason });
  const entries = (key: string): [number, PropertyMap][] =>
    Array.isArray(inputs[key])
      ? inputs[key].flatMap((item, i): [number, PropertyMap][] => (isPropertyMap(item) ? [[i, item]] : []))
      : [];

  const mode = inputs.networkMode;
  if (typeof mode === "string" && /^(host|none|container:.*)$/.test(mode) && entries("networksAdvanced").length > 0) {
    fault("networksAdvanced", `cannot be joined with networkMode "${mode}": leave networkMode out`);
  }
  if (entries("uploads").length > 0 && inputs.readOnly === true) {
    fault("uploads", "Docker cannot write into a container with readOnly: true; mount a volume or a folder instead");
  }
  for (const [i, upload] of entries("uploads")) {
    const given = ["content", "contentBase64", "source"].filter((key) => upload[key] !== undefined);
    if (given.length !== 1) {
      fault(
        `uploads[${i}]`,
        `needs exactly one of content, contentBase64 and source, not ${given.join(" and ") || "none"}`,
      );
    }
  }
  for (const [i, volume] of entries("volumes")) {
    const from = ["fromContainer", "hostPath", "volumeName"].filter(
      (key) => volume[key] !== undefined && volume[key] !== "",
    );
    if (from.length > 1) fault(`volumes[${i}]`, `has ${from.join(" and ")}: give one of them`);
    if (volume.containerPath === undefined && from[0] !== "fromContainer") {
      fault(`volumes[${i}].containerPath`, "is required unless the volume comes fromContainer");
    }
  }
  for (const [i, mount] of entries("mounts")) {
    if (mount.type === "bind" && mount.source === undefined) {
      fault(`mounts[${i}].source`, "is required for a bind mount: the path on the Docker host");
    }
  }
  if (inputs.logs === true && inputs.attach !== true) fault("logs", "needs attach: true");
  if (inputs.attach === true && inputs.mustRun === true) {
    fault("attach", "waits for the end of the container, so it needs mustRun: false");
  }
  if (inputs.rm === true && typeof inputs.restart === "string" && inputs.restart !== "no") {
    fault("rm", `conflicts with restart "${inputs.restart}"`);
  }
  if (inputs.cpus !== undefined && (inputs.cpuQuota !== undefined || inputs.cpuPeriod !== undefined)) {
    fault("cpus", "conflicts with cpuPeriod and cpuQuota: give one or the other");
  }
  const [memory, swap] = [inputs.memory, inputs.memorySwap];
  if (typeof memory === "number" && typeof swap === "number" && swap > 0 && memory > swap) {
    fault("memorySwap", `is memory and swap together, so it must be at least memory (${memory})`);
  }
  if (typeof swap === "number" && swap > 0 && (memory === undefined || memory === 0)) {
    fault("memorySwap", "needs memory to be set");
  }
  if (inputs.maxRetryCount && typeof inputs.restart === "string" && inputs.restart !== "on-failure") {
    fault("maxRetryCount", 'needs restart "on-failure"');
  }
  return faults;
}
