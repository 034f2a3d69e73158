import { isUnknown, type Props, type ResourceRule, type Verdict } from "../../rule.js";
import { isWorld } from "../_addresses.js";
import { breachesFirst, elementsAt, later, valueAt } from "../_values.js";

const KINDS = ["vnc", "spice", "rdp"];

export const rule: ResourceRule = {
  id: "domain-console-not-open",
  title: "Consoles of domains do not listen on all addresses",
  severity: "high",
  benchmarks: [],
  why: "The console is the machine's keyboard and screen. VNC's password is at most eight characters and crosses the network in the clear.",
  fix: 'leave listen out or set it to "127.0.0.1", and reach the console by ssh (virt-viewer --connect qemu+ssh://…)',
  types: ["libvirt:index/domain:Domain"],
  check: ({ props }) =>
    breachesFirst(
      elementsAt(props, "devices.graphics").flatMap(({ value, path }) =>
        isUnknown(value)
          ? [later(path)]
          : KINDS.flatMap((kind) =>
              isUnknown(value[kind]) ? [later(`${path}.${kind}`)] : listens(kind, value[kind], path),
            ),
      ),
    ),
};

function listens(kind: string, console: Props | undefined, under: string): Verdict[] {
  if (!console) return [];
  const path = `${under}.${kind}`;
  const addresses = [
    { value: console.listen, path: `${path}.listen` },
    ...elementsAt(console, "listeners", path).map((listener) => ({
      path: listener.path,
      value: isUnknown(listener.value) ? listener.value : valueAt(listener.value, "address.address"),
    })),
  ];
  return addresses.flatMap(({ value, path }): Verdict[] => {
    if (isUnknown(value)) return [later(path)];
    return value !== undefined && isWorld(value)
      ? [{ breach: `its ${kind} console listens on all addresses`, path }]
      : [];
  });
}
