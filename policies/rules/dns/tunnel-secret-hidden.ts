import { isUnknown, type Props, type ResourceRule, type Verdict } from "../../rule.js";
import { breachesFirst, elementsAt, later } from "../_values.js";
import { TUNNEL } from "./_tunnels.js";

const CONTAINER = "docker:index/container:Container";
/** Cloudflare wants 32 bytes at least. */
const LEAST_BYTES = 32;

export const rule: ResourceRule = {
  id: "tunnel-secret-hidden",
  title: "A tunnel's secret is long, and on no command line or in an environment",
  severity: "high",
  benchmarks: [],
  why: "Whoever has a tunnel's secret answers for its names. Command lines and environments are read by docker inspect and every process list.",
  fix:
    "leave tunnelSecret out, so that Cloudflare makes one, or take 32 random bytes from fleet:secrets; hand it to cloudflared by a file: " +
    "--token-file, or a mounted credentials file",
  types: [TUNNEL, CONTAINER],
  check: ({ type, props }) => breachesFirst(type === TUNNEL ? ofTunnel(props) : ofContainer(props)),
};

function ofTunnel({ tunnelSecret }: Props): Verdict[] {
  // What is made in the same stack is a random resource, which says its length itself.
  if (tunnelSecret === undefined) return [];
  if (isUnknown(tunnelSecret)) return [later("tunnelSecret")];
  return Buffer.from(String(tunnelSecret), "base64").length >= LEAST_BYTES
    ? []
    : [{ breach: `its secret has less than ${LEAST_BYTES} bytes`, path: "tunnelSecret" }];
}

function ofContainer(props: Props): Verdict[] {
  const words = ["entrypoints", "command"].flatMap((key) => elementsAt(props, key));
  const onLine = words.flatMap(({ value, path }, index): Verdict[] => {
    // A shell's script is one word with many in it.
    if (isUnknown(value)) return words.some(namesCloudflared) ? [later(path)] : [];
    const hasToken = /(^|\s)--token(=|\s+)\S/.test(value) || (value === "--token" && words[index + 1] !== undefined);
    return hasToken && (words.some(namesCloudflared) || words.some(({ value }) => value === "tunnel"))
      ? [{ breach: "a tunnel's token is on its command line", path }]
      : [];
  });
  const inEnvironment = elementsAt(props, "envs").flatMap(({ value, path }): Verdict[] =>
    !isUnknown(value) && /^TUNNEL_TOKEN=./.test(value)
      ? [{ breach: "a tunnel's token is in its environment", path }]
      : [],
  );
  return [...onLine, ...inEnvironment];
}

const namesCloudflared = ({ value }: { value: unknown }) => typeof value === "string" && /cloudflared/.test(value);
