import type { ContainerInspectInfo } from "dockerode";
import type { PropertyMap, PropertyValue } from "../../../values.js";
import { equal, satisfies } from "../compare.js";
import { duration } from "../duration.js";
import { fromLabels } from "../labels.js";
import { describeCpuLimit } from "./cpu.js";
import { MEBIBYTE } from "./create-body.js";
import { networkDatas, networkMode, networks } from "./endpoints.js";
import type { Inspected } from "./inspected.js";
import { containerShape } from "./shape.js";

/**
 * A live container in the words of the vendor's outputs (facts: the recorded checkpoint).
 * `asked`: the inputs, whose spelling is kept where the daemon only spells it otherwise.
 */
export function describe(live: Inspected, asked: PropertyMap): PropertyMap {
  const config = live.Config;
  const host = live.HostConfig as Inspected["HostConfig"] & Record<string, never>;
  const megabytes = (value: number | undefined) =>
    value === undefined || value <= 0 ? 0 : Math.round(value / MEBIBYTE);
  const all: PropertyMap = {
    attach: false,
    bridge: live.NetworkSettings.Bridge ?? "",
    cgroupParent: host.CgroupParent || null,
    cgroupnsMode: host.CgroupnsMode || null,
    capabilities: host.CapAdd || host.CapDrop ? { adds: host.CapAdd ?? [], drops: host.CapDrop ?? [] } : null,
    command: config.Cmd ?? [],
    ...describeCpuLimit(host, asked),
    cpuSet: host.CpusetCpus ?? "",
    cpuShares: host.CpuShares ?? 0,
    deviceReadBps: throttles(host.BlkioDeviceReadBps),
    deviceReadIops: throttles(host.BlkioDeviceReadIOps),
    deviceWriteBps: throttles(host.BlkioDeviceWriteBps),
    deviceWriteIops: throttles(host.BlkioDeviceWriteIOps),
    devices: (host.Devices ?? []).map((device: Record<string, string>) => ({
      hostPath: device.PathOnHost!,
      containerPath: device.PathInContainer!,
      permissions: device.CgroupPermissions!,
    })),
    dns: list(host.Dns),
    dnsOpts: list(host.DnsOptions),
    dnsSearches: list(host.DnsSearch),
    domainname: config.Domainname ?? "",
    entrypoints: list(config.Entrypoint) ?? [],
    envs: config.Env ?? [],
    exitCode: live.State.Running ? null : live.State.ExitCode,
    groupAdds: list(host.GroupAdd),
    healthcheck: healthcheck(config.Healthcheck),
    hostname: config.Hostname ?? "",
    hosts: (host.ExtraHosts ?? []).map((text: string) => {
      const colon = text.indexOf(":");
      return { host: text.slice(0, colon), ip: text.slice(colon + 1) };
    }),
    id: live.Id,
    image: live.Image,
    init: host.Init ?? false,
    ipcMode: host.IpcMode ?? "",
    labels: fromLabels(config.Labels),
    logDriver: host.LogConfig?.Type ?? "",
    logOpts: Object.keys(host.LogConfig?.Config ?? {}).length > 0 ? host.LogConfig!.Config : null,
    logs: false,
    maxRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
    memory: megabytes(host.Memory),
    memoryReservation: megabytes(host.MemoryReservation),
    memorySwap: host.MemorySwap === -1 ? -1 : megabytes(host.MemorySwap),
    mounts: (host.Mounts ?? []).map(mount),
    mustRun: live.State.Running && !live.State.Paused,
    name: live.Name.replace(/^\//, ""),
    networkDatas: networkDatas(live),
    networkMode: networkMode(live, asked),
    networksAdvanced: networks(live, asked),
    pidMode: host.PidMode || null,
    platform: live.Platform,
    ports: ports(live),
    privileged: host.Privileged ?? false,
    publishAllPorts: host.PublishAllPorts ?? false,
    readOnly: host.ReadonlyRootfs ?? false,
    removeVolumes: true,
    restart: host.RestartPolicy?.Name || "no",
    rm: host.AutoRemove ?? false,
    runtime: host.Runtime ?? "",
    securityOpts: host.SecurityOpt ?? [],
    shmSize: megabytes(host.ShmSize),
    start: true,
    stdinOpen: config.OpenStdin ?? false,
    stopSignal: config.StopSignal ?? "",
    stopTimeout: config.StopTimeout ?? 0,
    storageOpts: host.StorageOpt ?? null,
    sysctls: host.Sysctls ?? null,
    tmpfs: host.Tmpfs ?? {},
    tty: config.Tty ?? false,
    ulimits: (host.Ulimits ?? []).map((limit) => ({
      name: limit.Name ?? "",
      soft: limit.Soft ?? 0,
      hard: limit.Hard ?? 0,
    })),
    uploads: [],
    user: config.User ?? "",
    usernsMode: host.UsernsMode ?? "",
    volumes: [...(host.Binds ?? []).map(bind), ...(host.VolumesFrom ?? []).map(volumesFrom), ...anonymous(live)],
    wait: false,
    workingDir: config.WorkingDir ?? "",
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined));
}

/**
 * The outputs of a container: what was asked as it was asked, except where the live object drifted from it; beside it what the
 * daemon filled in. Environment and labels that come from the image are left out unless the container is being imported.
 */
export function outputsOf(live: Inspected, inputs: PropertyMap, imported = false): PropertyMap {
  const seen = describe(live, inputs);
  if (imported) return seen;
  const outputs: PropertyMap = { ...seen };
  if (inputs.envs === undefined) outputs.envs = [];
  if (inputs.labels === undefined) outputs.labels = [];
  for (const [key, asked] of Object.entries(inputs)) {
    const field = containerShape.fields[key];
    if (key.startsWith("__") || !field) continue;
    const drifted = field.drifts === true && seen[key] !== undefined && !grants(key, asked, seen, inputs);
    outputs[key] = drifted ? seen[key]! : asked;
  }
  return outputs;
}

/** True if the live value is what was asked. */
function grants(key: string, asked: PropertyValue, seen: PropertyMap, inputs: PropertyMap): boolean {
  const live = seen[key];
  // A container that need not run, or is not to be started, has not drifted by standing still.
  if (key === "mustRun") return asked === false || inputs.start === false || live === true;
  // On a host without swap accounting Docker turns any swap limit into -1.
  if (key === "memorySwap" && live === -1) return true;
  // An extra network is drift as well.
  if (key === "networksAdvanced") return equal(containerShape.fields[key]!, asked, live);
  return satisfies(containerShape.fields[key]!, asked, live);
}

function list(value: string | string[] | null | undefined): string[] | null {
  if (value === null || value === undefined) return null;
  const items = Array.isArray(value) ? value : [value];
  return items.length > 0 ? items : null;
}

function throttles(value: { Path: string; Rate: number }[] | null | undefined): PropertyMap[] {
  return (value ?? []).map(({ Path, Rate }) => ({ path: Path, rate: Rate }));
}

export function healthcheck(value: ContainerInspectInfo["Config"]["Healthcheck"]): PropertyMap | null {
  if (!value?.Test?.length) return null;
  const { StartInterval } = value as { StartInterval?: number };
  return {
    interval: duration(value.Interval ?? 0),
    retries: value.Retries ?? 0,
    startInterval: duration(StartInterval ?? 0),
    startPeriod: duration(value.StartPeriod ?? 0),
    tests: value.Test,
    timeout: duration(value.Timeout ?? 0),
  };
}

type DockerMount = NonNullable<ContainerInspectInfo["HostConfig"]["Mounts"]>[number];

function mount(value: DockerMount): PropertyMap {
  const found: PropertyMap = {
    type: value.Type,
    source: value.Source ?? "",
    target: value.Target,
    readOnly: value.ReadOnly ?? false,
  };
  if (value.BindOptions?.Propagation) found.bindOptions = { propagation: value.BindOptions.Propagation };
  if (value.TmpfsOptions) {
    found.tmpfsOptions = { sizeBytes: value.TmpfsOptions.SizeBytes ?? 0, mode: value.TmpfsOptions.Mode ?? 0 };
  }
  if (value.VolumeOptions) {
    found.volumeOptions = {
      noCopy: value.VolumeOptions.NoCopy ?? false,
      labels: fromLabels(value.VolumeOptions.Labels),
      driverName: value.VolumeOptions.DriverConfig?.Name ?? "",
      driverOptions: (value.VolumeOptions.DriverConfig?.Options as PropertyMap) ?? {},
    };
  }
  return found;
}

function bind(text: string): PropertyMap {
  const [source = "", target = "", options = ""] = text.split(":");
  const flags = options.split(",");
  return {
    containerPath: target,
    fromContainer: "",
    hostPath: source.startsWith("/") ? source : "",
    readOnly: flags.includes("ro"),
    selinuxRelabel: flags.find((flag) => flag === "z" || flag === "Z") ?? "",
    volumeName: source.startsWith("/") ? "" : source,
  };
}

function volumesFrom(text: string): PropertyMap {
  return { fromContainer: text.replace(/:(ro|rw)$/, ""), readOnly: text.endsWith(":ro") };
}

function anonymous(live: Inspected): PropertyMap[] {
  const paths = Object.keys((live.Config.Volumes as object | null) ?? {});
  return paths.map((containerPath) => ({
    containerPath,
    fromContainer: "",
    hostPath: "",
    readOnly: false,
    volumeName: "",
  }));
}

function ports(live: Inspected): PropertyMap[] {
  const bindings = (live.HostConfig.PortBindings ?? {}) as Record<
    string,
    { HostIp: string; HostPort: string }[] | null
  >;
  const published = (live.NetworkSettings.Ports ?? {}) as typeof bindings;
  return Object.entries(bindings).flatMap(([key, asked]) => {
    const [internal, protocol = "tcp"] = key.split("/");
    return (asked ?? []).map(({ HostIp, HostPort }) => {
      const external = HostPort || published[key]?.find((p) => !p.HostIp.includes(":"))?.HostPort || "0";
      return { external: Number(external), internal: Number(internal), ip: HostIp || "0.0.0.0", protocol };
    });
  });
}
