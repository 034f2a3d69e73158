import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const volumes = (hostPath: unknown, readOnly: unknown = false) => ({
  volumes: [{ containerPath: "/x", hostPath, readOnly }],
});
const VOLUME = "docker:index/volume:Volume";

export const samples: Samples = {
  passing: [
    { name: "no mounts", props: {} },
    { name: "a folder of the program's own", props: volumes("/opt/mypa/agents/pa-ada/data") },
    { name: "a folder that only begins like one", props: volumes("/etcetera") },
    { name: "a file, read-only", props: volumes("/etc/localtime", true) },
    { name: "certificates, read-only", props: volumes("/etc/ssl/certs", true) },
    { name: "the Docker socket, which has its own rule", props: volumes("/var/run/docker.sock") },
    { name: "a volume", props: { volumes: [{ volumeName: "data", containerPath: "/etc" }] } },
    {
      name: "a volume on a disk of its own",
      type: VOLUME,
      props: { driverOpts: { type: "none", o: "bind", device: "/mnt/data" } },
    },
    { name: "a share", type: VOLUME, props: { driverOpts: { type: "nfs", o: "addr=10.0.0.2,rw", device: ":/etc" } } },
  ],
  failing: [
    { name: "the whole machine", props: volumes("/", true), says: "the machine's /, and /bin with it" },
    { name: "a whole folder, read-only", props: volumes("/etc", true), says: "the machine's /etc" },
    { name: "a whole folder with its slash", props: volumes("/etc/") },
    { name: "a part, writable", props: volumes("/etc/cron.d"), says: "may write /etc/cron.d" },
    {
      name: "a part, nothing said of writing",
      props: { volumes: [{ containerPath: "/x", hostPath: "/usr/local/bin" }] },
    },
    { name: "passwords, read-only", props: volumes("/etc/shadow", true), says: "the machine's /etc/shadow" },
    { name: "a disk", props: volumes("/dev/sda", true) },
    { name: "keys", props: volumes("/root/.ssh", true) },
    { name: "other containers' data", props: volumes("/var/lib/docker/volumes", true) },
    { name: "the folder above them", props: volumes("/var", true), says: "and /var/lib/containerd with it" },
    { name: "as a mount", props: { mounts: [{ source: "/boot", target: "/boot", type: "bind" }] } },
    { name: "as the name of a volume", props: { volumes: [{ volumeName: "/etc", containerPath: "/x" }] } },
    { name: "behind a volume", type: VOLUME, props: { driverOpts: { type: "none", o: "bind", device: "/etc" } } },
    {
      name: "behind a volume of a mount",
      props: {
        mounts: [
          {
            target: "/x",
            type: "volume",
            volumeOptions: { driverOptions: { type: "none", o: "rbind", device: "/proc" } },
          },
        ],
      },
    },
    { name: "one from the settings", props: volumes("/srv/keys", true), settings: { closed: ["/srv/keys/"] } },
  ],
  unknown: [
    { name: "all mounts", props: { mounts: UNKNOWN } },
    { name: "one mount", props: { volumes: [UNKNOWN] } },
    { name: "the folder", props: volumes(UNKNOWN) },
    { name: "whether it may be written", props: volumes("/etc/ssl/certs", UNKNOWN), says: "whether /etc/ssl/certs" },
    { name: "a volume's options", type: VOLUME, props: { driverOpts: UNKNOWN } },
    {
      name: "a service's",
      type: "docker:index/service:Service",
      props: { taskSpec: { containerSpec: { mounts: [{ source: UNKNOWN, target: "/x", type: "bind" }] } } },
    },
  ],
};
