import type { PropertyMap } from "../../../../engine/values.js";
import { BASE_IMAGE } from "./daemon.js";

/** An image with all that an image can give its containers: they show it as their own. */
export const DOCKERFILE = `FROM ${BASE_IMAGE}
ENV PATH=/bin ROOT=/app MODE=image
LABEL org.opencontainers.image.title=claw
VOLUME /app/data /app/cache
WORKDIR /tmp
USER 1000:1000
STOPSIGNAL SIGINT
HEALTHCHECK --interval=30s --timeout=7s --retries=4 CMD /bin/true
ENTRYPOINT ["/bin/sleep"]
CMD ["1000"]
`;

/** What the containers are made with. */
export interface Made {
  /** Id of an image that gives its containers nothing. */
  base: string;
  /** Id and name of the image of {@link DOCKERFILE}. */
  claw: string;
  tag: string;
  net: string;
  netId: string;
  /** The daemon's. */
  platform: string;
  named: (suffix: string) => string;
}

/** A container as `docker run` makes it, and a program that asks for the same. */
interface ByHand {
  title: string;
  of: (made: Made) => { run: string[]; asked: PropertyMap };
}

const sleeper = [BASE_IMAGE, "/bin/sleep", "1000"];
/** Words of a command line. */
const flags = (text: string) => text.split(" ");
const SLEEP = ["/bin/sleep", "1000"];

/** One for each way in which two things that mean the same can look otherwise. */
export const BY_HAND: ByHand[] = [
  {
    title: "its network, limits, environment, volumes, labels and restart policy",
    of: ({ base, net, named }) => ({
      run: [
        ...flags(`--network ${net} --restart unless-stopped --memory 64m --cpus 1 -e B=2 -e A=1`),
        ...flags(`-v ${named("data")}:/app/data -v ${named("soul")}:/app/soul:ro`),
        ...["-l", "traefik.enable=true", "-l", "traefik.http.routers.a.rule=Host(`a.test`)", ...sleeper],
      ],
      asked: {
        image: base,
        command: SLEEP,
        envs: ["A=1", "B=2"],
        labels: [
          { label: "traefik.http.routers.a.rule", value: "Host(`a.test`)" },
          { label: "traefik.enable", value: "true" },
        ],
        volumes: [
          { volumeName: named("soul"), containerPath: "/app/soul", readOnly: true },
          { volumeName: named("data"), containerPath: "/app/data" },
        ],
        networksAdvanced: [{ name: net }],
        restart: "unless-stopped",
        memory: 64,
        cpus: "1",
      },
    }),
  },
  { title: "what its image gives, unsaid", of: ({ claw, tag }) => ({ run: [tag], asked: { image: claw } }) },
  {
    title: "what its image gives, said all the same",
    of: ({ claw, tag }) => ({
      run: ["-e", "OWN=1", "-l", "own=1", tag],
      asked: {
        image: claw,
        envs: ["OWN=1", "ROOT=/app", "MODE=image"],
        labels: [
          { label: "own", value: "1" },
          { label: "org.opencontainers.image.title", value: "claw" },
        ],
        command: ["1000"],
        entrypoints: ["/bin/sleep"],
        workingDir: "/tmp",
        user: "1000:1000",
        stopSignal: "SIGINT",
        healthcheck: { tests: ["CMD-SHELL", "/bin/true"], interval: "30s", timeout: "7s", retries: 4 },
        volumes: [{ containerPath: "/app/cache" }],
      },
    }),
  },
  {
    title: "what it has in place of its image's",
    of: ({ claw, tag, named }) => ({
      run: [
        ...flags(`-e MODE=mine -v ${named("data")}:/app/data -w /app -u 0 --entrypoint /bin/sh`),
        ...["--health-cmd", "/bin/false", "--health-interval", "5m", "--stop-signal", "SIGTERM", tag],
        ...["-c", "exec sleep 1000"],
      ],
      asked: {
        image: claw,
        envs: ["MODE=mine"],
        volumes: [{ volumeName: named("data"), containerPath: "/app/data/" }],
        workingDir: "/app",
        user: "0",
        entrypoints: ["/bin/sh"],
        command: ["-c", "exec sleep 1000"],
        healthcheck: { tests: ["CMD-SHELL", "/bin/false"], interval: "300s" },
        stopSignal: "SIGTERM",
      },
    }),
  },
  {
    title: "its image by a name",
    of: ({ tag, platform }) => ({ run: [tag], asked: { image: tag, platform: platform } }),
  },
  {
    title: "aliases in its network",
    of: ({ base, net }) => ({
      run: ["--network", net, "--network-alias", "web", "--network-alias", "www", ...sleeper],
      asked: { image: base, command: SLEEP, networksAdvanced: [{ name: net, aliases: ["www", "web"] }] },
    }),
  },
  {
    title: "a network by its id",
    of: ({ base, net, netId }) => ({
      run: ["--network", net, ...sleeper],
      asked: { image: base, command: SLEEP, networksAdvanced: [{ name: netId }] },
    }),
  },
  {
    title: "a network as its mode",
    of: ({ base, net }) => ({
      run: ["--network", net, ...sleeper],
      asked: { image: base, command: SLEEP, networkMode: net },
    }),
  },
  {
    title: "the default network",
    of: ({ base }) => ({ run: [...sleeper], asked: { image: base, command: SLEEP, networkMode: "default" } }),
  },
  {
    title: "the machine's network",
    of: ({ base }) => ({
      run: ["--network", "host", ...sleeper],
      asked: { image: base, command: SLEEP, networkMode: "host" },
    }),
  },
  {
    title: "volumes that came by --mount",
    of: ({ base, named }) => ({
      run: [
        ...flags(`--mount type=volume,source=${named("data")},target=/app/data`),
        ...flags("--mount type=bind,source=/etc/hostname,target=/etc/host-name,readonly"),
        ...flags("--mount type=tmpfs,target=/scratch,tmpfs-size=1048576"),
        ...sleeper,
      ],
      asked: {
        image: base,
        command: SLEEP,
        volumes: [
          { volumeName: named("data"), containerPath: "/app/data" },
          { hostPath: "/etc/hostname", containerPath: "/etc/host-name", readOnly: true },
        ],
        mounts: [{ type: "tmpfs", target: "/scratch", tmpfsOptions: { sizeBytes: 1048576 } }],
      },
    }),
  },
  {
    title: "mounts that came by -v",
    of: ({ base, named }) => ({
      run: ["-v", `${named("data")}:/app/data`, "-v", "/etc/hostname:/etc/host-name:ro", "-v", "/scratch", ...sleeper],
      asked: {
        image: base,
        command: SLEEP,
        mounts: [
          { type: "bind", source: "/etc/hostname", target: "/etc/host-name", readOnly: true },
          { type: "volume", source: named("data"), target: "/app/data" },
        ],
        volumes: [{ containerPath: "/scratch" }],
      },
    }),
  },
  {
    title: "ports, also those that Docker has chosen",
    of: ({ base }) => ({
      run: ["-p", "127.0.0.1:18474:80", "-p", "9000", "-p", "18475:53/udp", ...sleeper],
      asked: {
        image: base,
        command: SLEEP,
        ports: [
          { internal: 9000 },
          { internal: 80, external: 18474, ip: "127.0.0.1" },
          { internal: 53, external: 18475, protocol: "udp" },
        ],
      },
    }),
  },
  {
    title: "a quota that was given in CPUs",
    of: ({ base }) => ({
      run: ["--cpus", "0.5", "--memory", "64m", "--memory-swap", "64m", ...sleeper],
      asked: { image: base, command: SLEEP, cpuPeriod: 100000, cpuQuota: 50000, memory: 64, memorySwap: 64 },
    }),
  },
  {
    title: "CPUs that were given as a quota",
    of: ({ base }) => ({
      run: ["--cpu-period", "50000", "--cpu-quota", "25000", ...sleeper],
      asked: { image: base, command: SLEEP, cpus: "0.50" },
    }),
  },
  {
    title: "hardening",
    of: ({ base }) => ({
      run: [
        ...flags("--cap-drop ALL --cap-add net_bind_service --security-opt no-new-privileges --read-only"),
        ...flags("--init --tmpfs /tmp:rw,size=16m --log-driver json-file --log-opt max-size=10m"),
        ...flags("--stop-timeout 7 --ulimit nofile=256 --hostname agent --add-host gw:10.0.0.1"),
        ...flags("--sysctl net.core.somaxconn=256 --shm-size 32m --group-add 7 --cpu-shares 256"),
        ...flags("--restart on-failure:3 --cpuset-cpus 0 --memory-reservation 32m --dns 10.0.0.2 --ipc private"),
        ...sleeper,
      ],
      asked: {
        image: base,
        command: SLEEP,
        capabilities: { drops: ["all"], adds: ["CAP_NET_BIND_SERVICE"] },
        securityOpts: ["no-new-privileges:true"],
        readOnly: true,
        init: true,
        tmpfs: { "/tmp": "rw,size=16m" },
        logDriver: "json-file",
        logOpts: { "max-size": "10m" },
        stopTimeout: 7,
        ulimits: [{ name: "nofile", soft: 256, hard: 256 }],
        hostname: "agent",
        hosts: [{ host: "gw", ip: "10.0.0.1" }],
        sysctls: { "net.core.somaxconn": "256" },
        shmSize: 32,
        groupAdds: ["7"],
        cpuShares: 256,
        restart: "on-failure",
        maxRetryCount: 3,
        cpuSet: "0",
        memoryReservation: 32,
        dns: ["10.0.0.2"],
        ipcMode: "private",
      },
    }),
  },
  {
    title: "privileges, devices, a terminal",
    of: ({ base }) => ({
      run: ["--privileged", "--pid", "host", "--device", "/dev/null", "--gpus", "all", "-t", "-i", ...sleeper],
      asked: {
        image: base,
        command: SLEEP,
        privileged: true,
        gpus: "all",
        mustRun: false,
        pidMode: "host",
        devices: [{ hostPath: "/dev/null" }],
        tty: true,
        stdinOpen: true,
      },
    }),
  },
  {
    title: "what is not the container's but about it",
    of: ({ claw, tag }) => ({
      run: [tag],
      asked: {
        image: claw,
        wait: true,
        waitTimeout: 90,
        removeVolumes: false,
        mustRun: false,
        attach: true,
        logs: true,
      },
    }),
  },
  {
    title: "log options that nobody asks for",
    of: ({ base }) => ({ run: ["--log-opt", "max-size=10m", ...sleeper], asked: { image: base, command: SLEEP } }),
  },
];
