import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const volumes = (hostPath: unknown, readOnly = true) => ({ volumes: [{ containerPath: "/x", hostPath, readOnly }] });
const type = "docker:index/service:Service";

export const samples: Samples = {
  passing: [
    { name: "no mounts", props: {} },
    { name: "a volume", props: { volumes: [{ volumeName: "local-ada-state", containerPath: "/data" }] } },
    {
      name: "a volume whose name is known later",
      props: { volumes: [{ volumeName: UNKNOWN, containerPath: "/data" }] },
    },
    { name: "another folder", props: volumes("/opt/tez/relay", false) },
    { name: "another socket", props: volumes("/run/postgresql/.s.PGSQL.5432") },
    { name: "a folder in memory", props: { mounts: [{ target: "/tmp", type: "tmpfs" }] } },
    { name: "a volume of its own", type: "docker:index/volume:Volume", props: { name: "data", driver: "local" } },
  ],
  failing: [
    { name: "the socket", props: volumes("/var/run/docker.sock", false), says: "the socket /run/docker.sock" },
    { name: "read-only, which does not help", props: volumes("/var/run/docker.sock") },
    { name: "by its other name", props: volumes("/run/docker.sock") },
    { name: "of a rootless Docker", props: volumes("/run/user/1000/docker.sock") },
    { name: "of Podman", props: volumes("/run/podman/podman.sock") },
    { name: "the folder that it is in", props: volumes("/var/run/"), says: "and the Docker socket with it" },
    { name: "the whole machine", props: volumes("/") },
    { name: "spelt in a roundabout way", props: volumes("/var/../run//docker.sock") },
    {
      name: "as a mount",
      props: { mounts: [{ source: "/var/run/docker.sock", target: "/var/run/docker.sock", type: "bind" }] },
    },
    {
      name: "as the name of a volume",
      props: { volumes: [{ volumeName: "/var/run/docker.sock", containerPath: "/var/run/docker.sock" }] },
    },
    {
      name: "of a service",
      type,
      props: {
        taskSpec: {
          containerSpec: { mounts: [{ source: "/run/docker.sock", target: "/run/docker.sock", type: "bind" }] },
        },
      },
    },
    {
      name: "behind a volume",
      type: "docker:index/volume:Volume",
      props: { driverOpts: { type: "none", o: "bind,ro", device: "/var/run" } },
    },
  ],
  unknown: [
    { name: "all mounts", props: { volumes: UNKNOWN } },
    { name: "the folder", props: volumes(UNKNOWN), says: "volumes[0].hostPath" },
    {
      name: "whether it is a folder",
      props: { mounts: [{ source: "/run/docker.sock", target: "/x", type: UNKNOWN }] },
    },
    { name: "a service's", type, props: { taskSpec: { containerSpec: UNKNOWN } } },
    {
      name: "what is behind a volume",
      type: "docker:index/volume:Volume",
      props: { driverOpts: { type: "none", o: "bind", device: UNKNOWN } },
    },
  ],
};
