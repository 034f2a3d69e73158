import { isUnknown, type ResourceRule, type Verdict } from "../../rule.js";
import { later } from "../_values.js";
import { CONTAINER, SERVICE } from "./_containers.js";
import { hostMounts, VOLUME } from "./_mounts.js";
import { holdsSockets, isSocket } from "./_sockets.js";

export const rule: ResourceRule = {
  id: "container-no-docker-socket",
  title: "Containers are not given the Docker socket",
  severity: "critical",
  benchmarks: ["CIS Docker 1.6.0 5.32"],
  why:
    "Who can ask Docker can start a privileged container, and so is root of the machine. A read-only mount does not " +
    "help: it keeps the socket from being replaced, not from being used.",
  fix:
    "take the mount out. For Traefik the stack file has `socketProxy` at the edge, which lets through what is read " +
    "and nothing else; the proxy itself needs an exception",
  types: [CONTAINER, SERVICE, VOLUME],
  check: (subject) =>
    hostMounts(subject).flatMap(({ path, source }): Verdict[] => {
      if (isUnknown(source)) return [later(path)];
      if (isSocket(source)) return [{ breach: `it is given the socket ${source}`, path }];
      return holdsSockets(source) ? [{ breach: `it is given ${source}, and the Docker socket with it`, path }] : [];
    }),
};
