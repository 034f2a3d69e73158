import { isUnknown, type Stack, type StackRule, type Verdict } from "../../rule.js";
import { textOf } from "../_texts.js";
import { elementsAt, valueAt } from "../_values.js";
import { CONTAINER } from "./_containers.js";

type Resource = Stack["resources"][number];

/** The provider has no input for it. Our components set it by a command that names the container and the limit. */
const COMMANDS = new Set(["command:local:Command", "command:remote:Command"]);
const LIMIT = "environment.FLEET_PIDS";

/** What a command says that sets it by Docker's own program. */
const DOCKER_UPDATE = /--pids-limit[= ]+[1-9]/;

export const rule: StackRule = {
  id: "container-pids-limit",
  title: "Containers have a limit of processes",
  severity: "medium",
  benchmarks: ["CIS Docker 1.6.0 5.29"],
  why:
    "Processes are the machine's: a container that starts them without end leaves none for the others, and nobody " +
    "can log in to stop it.",
  fix:
    "in the stack file `resources: { pids: 512 }` of the agent or service. The provider's container has no such " +
    "input: after one of your own run `docker update --pids-limit 512` in a command that depends on it, or give it " +
    "the ulimit `nproc`",
  checkStack({ resources }) {
    const commands = resources.filter(({ type }) => COMMANDS.has(type));
    return resources
      .filter(({ type }) => type === CONTAINER)
      .flatMap((container) => judge(container, commands).map((verdict) => ({ ...verdict, urn: container.urn })));
  },
};

function judge({ urn, props }: Resource, commands: Resource[]): Verdict[] {
  const limits = commands.filter(({ dependencies }) => dependencies.includes(urn)).map(limitOf);
  const ulimits = elementsAt(props, "ulimits").map(({ value }) => {
    const name = isUnknown(value) ? value : valueAt(value, "name");
    return isUnknown(name) || name !== "nproc"
      ? { known: !isUnknown(name), limits: false }
      : said(valueAt(value, "hard"));
  });
  const found = [...limits, ...ulimits];
  if (found.some(({ limits }) => limits)) return [];
  return found.some(({ known }) => !known)
    ? [{ unknown: "whether its processes are limited is known only later" }]
    : [{ breach: "it has no limit of processes" }];
}

/** What a command that depends on the container does about its processes. */
function limitOf({ props }: Resource) {
  const environment = said(valueAt(props, LIMIT));
  if (environment.limits || !environment.known) return environment;
  const create = valueAt(props, "create");
  return isUnknown(create)
    ? { known: false, limits: false }
    : { known: true, limits: DOCKER_UPDATE.test(textOf(create)) };
}

const said = (value: unknown) =>
  isUnknown(value) ? { known: false, limits: false } : { known: true, limits: Number(textOf(value)) > 0 };
