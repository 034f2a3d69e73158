import { isUnknown, type Props, type ResourceRule } from "../../rule.js";
import { textOf } from "../_texts.js";
import { later, valueAt } from "../_values.js";
import { CONTAINER } from "./_containers.js";

/** Docker's own policy where none is given. */
const restartOf = (props: Props) => {
  const restart = valueAt(props, "restart");
  return isUnknown(restart) ? restart : textOf(restart) || "no";
};

export const rule: ResourceRule = {
  id: "container-restart-policy",
  title: "Containers come back by a restart policy that is on the list, and on-failure has a bound",
  severity: "low",
  benchmarks: ["CIS Docker 1.6.0 5.15"],
  why:
    "The benchmark wants on-failure with five tries, so that a broken container does not use up the machine. But " +
    "on-failure does not come back when the machine restarts, and Docker waits up to a minute between tries; agents " +
    "that are to be there unattended have unless-stopped, which is allowed. What is not is always: a container that " +
    "somebody stopped for good reason is back with Docker's next restart.",
  fix:
    "in a container of your own `restart: unless-stopped`, as the components have it, or `on-failure` with " +
    "`maxRetryCount`. For the benchmark to the letter set `allowed` to [no, on-failure]",
  types: [CONTAINER],
  settings: {
    allowed: {
      type: "array",
      items: { type: "string" },
      default: ["no", "on-failure", "unless-stopped"],
      description: "Restart policies that a container may have.",
    },
    maxRetries: { type: "integer", default: 5, description: "The most tries that on-failure may have." },
  },
  check({ props }, { allowed, maxRetries }) {
    const restart = restartOf(props);
    if (isUnknown(restart)) return [later("restart")];
    if (!allowed.includes(restart)) return [{ breach: `it restarts by the policy ${restart}`, path: "restart" }];
    if (restart !== "on-failure") return [];
    const count = valueAt(props, "maxRetryCount");
    if (isUnknown(count)) return [later("maxRetryCount")];
    const tries = Number(textOf(count));
    if (tries > 0 && tries <= maxRetries) return [];
    return [{ breach: `on-failure tries ${tries > 0 ? `${tries} times` : "without end"}`, path: "maxRetryCount" }];
  },
  /** The two differ only after somebody stopped the container; the provider changes it in place. */
  remedy: ({ props }, { allowed }) =>
    restartOf(props) === "always" && !allowed.includes("always") && allowed.includes("unless-stopped")
      ? { ...props, restart: "unless-stopped" }
      : undefined,
};
