import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../../values.js";
import { nanoseconds } from "../duration.js";
import { toLabels } from "../labels.js";

/** Docker counts in bytes, the inputs in MB (2^20 bytes). */
export const MEBIBYTE = 1024 * 1024;

/** The members of a list of objects. */
export function objects(value: PropertyValue | undefined): PropertyMap[] {
  return Array.isArray(value) ? value.filter(isPropertyMap) : [];
}

export function texts(value: PropertyValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** Memory in MB as Docker has it; 0 is no limit, -1 for swap without limit. */
export function bytes(value: PropertyValue | undefined): number {
  if (typeof value !== "number") return 0;
  return value < 0 ? -1 : value * MEBIBYTE;
}

/** What POST /containers/create gets (Docker Engine API 1.41), but for its networks. */
export function createBody(inputs: PropertyMap): Record<string, unknown> & { HostConfig: Record<string, unknown> } {
  const ports = objects(inputs.ports);
  const anonymous = objects(inputs.volumes).filter((v) => !v.volumeName && !v.hostPath && !v.fromContainer);
  return defined({
    Image: inputs.image,
    Hostname: inputs.hostname,
    Domainname: inputs.domainname,
    User: inputs.user,
    Env: inputs.envs,
    Cmd: inputs.command,
    Entrypoint: inputs.entrypoints,
    WorkingDir: inputs.workingDir,
    Labels: toLabels(inputs.labels),
    Tty: inputs.tty,
    OpenStdin: inputs.stdinOpen,
    StopSignal: inputs.stopSignal,
    StopTimeout: inputs.stopTimeout,
    Healthcheck: healthcheck(inputs.healthcheck),
    ExposedPorts: Object.fromEntries(ports.map((port) => [portKey(port), {}])),
    Volumes: Object.fromEntries(anonymous.map((volume) => [String(volume.containerPath), {}])),
    HostConfig: hostConfig(inputs),
  }) as ReturnType<typeof createBody>;
}

function hostConfig(inputs: PropertyMap): Record<string, unknown> {
  const capabilities = isPropertyMap(inputs.capabilities) ? inputs.capabilities : {};
  const volumes = objects(inputs.volumes);
  return defined({
    NetworkMode: inputs.networkMode,
    RestartPolicy: restartPolicy(inputs),
    AutoRemove: inputs.rm,
    Privileged: inputs.privileged,
    PublishAllPorts: inputs.publishAllPorts,
    ReadonlyRootfs: inputs.readOnly,
    Init: inputs.init,
    Binds: volumes.filter((v) => v.volumeName || v.hostPath).map(bind),
    VolumesFrom: volumes
      .filter((v) => v.fromContainer)
      .map((v) => `${v.fromContainer}${v.readOnly === true ? ":ro" : ""}`),
    Mounts: objects(inputs.mounts).map(mount),
    Tmpfs: inputs.tmpfs,
    PortBindings: portBindings(objects(inputs.ports)),
    ExtraHosts: inputs.hosts && objects(inputs.hosts).map((host) => `${host.host}:${host.ip}`),
    Dns: inputs.dns,
    DnsOptions: inputs.dnsOpts,
    DnsSearch: inputs.dnsSearches,
    CapAdd: capabilities.adds,
    CapDrop: capabilities.drops,
    SecurityOpt: inputs.securityOpts,
    GroupAdd: inputs.groupAdds,
    Sysctls: inputs.sysctls,
    Ulimits: objects(inputs.ulimits).map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    IpcMode: inputs.ipcMode,
    PidMode: inputs.pidMode,
    UsernsMode: inputs.usernsMode,
    CgroupnsMode: inputs.cgroupnsMode,
    CgroupParent: inputs.cgroupParent,
    Runtime: inputs.runtime,
    ShmSize: inputs.shmSize === undefined ? undefined : bytes(inputs.shmSize),
    StorageOpt: inputs.storageOpts,
    LogConfig:
      inputs.logDriver || inputs.logOpts ? { Type: inputs.logDriver ?? "", Config: inputs.logOpts ?? {} } : undefined,
    Memory: bytes(inputs.memory),
    MemorySwap: bytes(inputs.memorySwap),
    MemoryReservation: bytes(inputs.memoryReservation),
    CpuShares: inputs.cpuShares,
    CpusetCpus: inputs.cpuSet,
    CpuPeriod: inputs.cpuPeriod,
    CpuQuota: inputs.cpuQuota,
    NanoCpus: nanoCpus(inputs.cpus),
    Devices: objects(inputs.devices).map((device) => ({
      PathOnHost: device.hostPath,
      PathInContainer: device.containerPath || device.hostPath,
      CgroupPermissions: device.permissions || "rwm",
    })),
    DeviceRequests: deviceRequests(inputs),
    BlkioDeviceReadBps: throttle(inputs.deviceReadBps),
    BlkioDeviceReadIOps: throttle(inputs.deviceReadIops),
    BlkioDeviceWriteBps: throttle(inputs.deviceWriteBps),
    BlkioDeviceWriteIOps: throttle(inputs.deviceWriteIops),
  });
}

export function restartPolicy(inputs: PropertyMap): { Name: string; MaximumRetryCount: number } {
  const name = typeof inputs.restart === "string" && inputs.restart !== "" ? inputs.restart : "no";
  const retries = typeof inputs.maxRetryCount === "number" && name === "on-failure" ? inputs.maxRetryCount : 0;
  return { Name: name, MaximumRetryCount: retries };
}

export function nanoCpus(cpus: PropertyValue | undefined): number {
  return cpus === undefined ? 0 : Math.round(Number(cpus) * 1e9);
}

export function portKey(port: PropertyMap): string {
  return `${port.internal}/${port.protocol ?? "tcp"}`;
}

function portBindings(ports: PropertyMap[]): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    bindings[portKey(port)] ??= [];
    bindings[portKey(port)]!.push({
      HostIp: String(port.ip ?? ""),
      HostPort: port.external ? String(port.external) : "",
    });
  }
  return bindings;
}

function healthcheck(value: PropertyValue | undefined): object | undefined {
  if (!isPropertyMap(value)) return undefined;
  const time = (key: string) => nanoseconds(String(value[key] ?? "0s")) ?? 0;
  return {
    Test: texts(value.tests),
    Interval: time("interval"),
    Timeout: time("timeout"),
    StartPeriod: time("startPeriod"),
    Retries: value.retries ?? 0,
    ...(time("startInterval") > 0 ? { StartInterval: time("startInterval") } : {}),
  };
}

function bind(volume: PropertyMap): string {
  const options = [
    ...(volume.readOnly === true ? ["ro"] : []),
    ...(volume.selinuxRelabel ? [volume.selinuxRelabel] : []),
  ];
  const path = `${volume.volumeName || volume.hostPath}:${volume.containerPath}`;
  return options.length > 0 ? `${path}:${options.join(",")}` : path;
}

function mount(value: PropertyMap): object {
  const [bindOptions, tmpfs, volume] = [value.bindOptions, value.tmpfsOptions, value.volumeOptions];
  return defined({
    Type: value.type,
    Source: value.source ?? "",
    Target: value.target,
    ReadOnly: value.readOnly ?? false,
    BindOptions: isPropertyMap(bindOptions) ? { Propagation: bindOptions.propagation } : undefined,
    TmpfsOptions: isPropertyMap(tmpfs) ? defined({ SizeBytes: tmpfs.sizeBytes, Mode: tmpfs.mode }) : undefined,
    VolumeOptions: isPropertyMap(volume)
      ? defined({
          NoCopy: volume.noCopy,
          Labels: volume.labels && toLabels(volume.labels),
          DriverConfig: volume.driverName
            ? { Name: volume.driverName, Options: volume.driverOptions ?? {} }
            : undefined,
        })
      : undefined,
  });
}

export function deviceRequests(inputs: PropertyMap): object[] | undefined {
  const requests: object[] = objects(inputs.deviceRequests).map((request) =>
    defined({
      Driver: request.driver ?? "",
      Count: request.count ?? 0,
      DeviceIDs: request.deviceIds,
      Capabilities: request.capabilities ? [request.capabilities] : undefined,
      Options: request.options,
    }),
  );
  if (typeof inputs.gpus === "string") {
    const ids = inputs.gpus.startsWith("device=") ? inputs.gpus.slice("device=".length).split(",") : undefined;
    requests.push({ Driver: "", ...(ids ? { DeviceIDs: ids } : { Count: -1 }), Capabilities: [["gpu"]] });
  }
  return requests.length > 0 ? requests : undefined;
}

function throttle(value: PropertyValue | undefined): object[] | undefined {
  return value === undefined ? undefined : objects(value).map(({ path, rate }) => ({ Path: path, Rate: rate }));
}

function defined<T extends Record<string, unknown>>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}
