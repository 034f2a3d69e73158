import { isUnknown, type Props, type ResourceRule, type Verdict } from "../../rule.js";
import { elementsAt, later, valueAt } from "../_values.js";
import { CONTAINER, SERVICE } from "./_containers.js";

/** What a container can share with the machine, by the input; the provider has none for the UTS namespace (5.21). */
const NAMESPACES: [string, string][] = [
  ["networkMode", "the machine's network, its loopback address included"],
  ["pidMode", "the machine's processes"],
  ["ipcMode", "the machine's shared memory"],
  ["usernsMode", "the machine's users, so that its root is the machine's"],
];

export const rule: ResourceRule = {
  id: "container-no-host-namespaces",
  title: "Containers share no namespace with the machine",
  severity: "high",
  benchmarks: [
    "CIS Docker 1.6.0 5.10",
    "CIS Docker 1.6.0 5.16",
    "CIS Docker 1.6.0 5.17",
    "CIS Docker 1.6.0 5.21",
    "CIS Docker 1.6.0 5.31",
  ],
  why:
    "On the machine's network a container reaches every gateway and database that listens on loopback, and past the " +
    "networks that keep agents apart. With the machine's processes it can read their memory.",
  fix:
    "take `networkMode`, `pidMode`, `ipcMode` or `usernsMode` out. In the stack file runtime `openclaw` and " +
    "`container` have networks of their own; `runtime: pa` and `proxy: caddy` are made for the machine's network " +
    "and need an exception with the reason, or `proxy: caddy-native` or `traefik`",
  types: [CONTAINER, SERVICE],
  check: ({ type, props }) => (type === SERVICE ? joined(props, "taskSpec.networksAdvanceds") : ofContainer(props)),
};

const ofContainer = (props: Props): Verdict[] => [
  ...NAMESPACES.flatMap(([path, shared]): Verdict[] => {
    const mode = valueAt(props, path);
    if (isUnknown(mode)) return [later(path)];
    return mode === "host" ? [{ breach: `it shares ${shared}: ${path} is host`, path }] : [];
  }),
  ...joined(props, "networksAdvanced"),
];

/** Docker has the machine's own network among the others, under the name `host`. */
const joined = (props: Props, list: string): Verdict[] =>
  elementsAt(props, list).flatMap(({ path, value }) => {
    const name = isUnknown(value) ? value : valueAt(value, "name");
    if (isUnknown(name)) return [later(isUnknown(value) ? path : `${path}.name`)];
    return name === "host" ? [{ breach: "it joins the machine's network, host", path: `${path}.name` }] : [];
  });
