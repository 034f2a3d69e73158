import { describe, expect, it } from "vitest";
import type { EngineEvent, StepInfo } from "../../../engine/events.js";
import type { ResourceState } from "../../../engine/state/types.js";
import { Secret } from "../../../engine/values.js";
import { result, show, start, state, step } from "./events.js";

const AGENT = "fleet:agents:Agent";
const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";

type Change = (old: ResourceState) => StepInfo[];
const same: Change = (old) => [step("same", old, old)];
const create: Change = (old) => [step("create", undefined, old)];
const remove: Change = (old) => [step("delete", old, undefined)];
const edit =
  (inputs: (name: string) => ResourceState["inputs"]): Change =>
  (old) => [
    step(
      "update",
      old,
      { ...old, inputs: { ...old.inputs, ...inputs(old.urn.split("::").at(-1)!) } },
      { diffs: ["image", "envs"] },
    ),
  ];
const replace: Change = (old) => [
  step("create-replacement", old, old),
  step(
    "replace",
    old,
    { ...old, inputs: { ...old.inputs, driver: "b" } },
    { diffs: ["driver"], replaceKeys: ["driver"] },
  ),
];

/** The events of a plan for 100 agents, each of them ten resources: what happens to the component, its container, its volumes. */
function fleet(changes: (index: number) => { agent?: Change; container?: Change; volumes?: Change }): EngineEvent[] {
  const steps = Array.from({ length: 100 }, (_, at) => {
    const name = `agent-${String(at + 1).padStart(3, "0")}`;
    const { agent = same, container = same, volumes = same } = changes(at + 1);
    const component = state(AGENT, name);
    const below = { parent: component.urn };
    const inputs = { image: "claw:1", envs: [`NAME=${name}`], token: new Secret("t0ps3cr3t") };
    return [
      ...agent(component),
      ...container(state(CONTAINER, `${name}-agent`, inputs, below)),
      ...Array.from({ length: 8 }, (_, index) =>
        volumes(state(VOLUME, `${name}-v${index}`, { driver: "a" }, below)),
      ).flat(),
    ];
  }).flat();
  return [
    start(true),
    ...steps.flatMap((one): EngineEvent[] => [
      { kind: "step-start", step: one },
      { kind: "step-done", step: one, seconds: 0.01 },
    ]),
    { kind: "summary", result: result({ changes: { update: 1 } }) },
  ];
}

/** The tree of a plan, without what comes before and after it. */
function tree(events: EngineEvent[], options: Parameters<typeof show>[1] = {}): string[] {
  const lines = show(events, options).split("\n");
  return lines.slice(2, lines.indexOf("", 2));
}

describe("a plan for a thousand resources", () => {
  it("tells what happens alike once, with how often and to what", () => {
    expect(tree(fleet(() => ({ agent: create, container: create, volumes: create })))).toEqual([
      "  +  ├─ agent-001  fleet:agents:Agent  create",
      "  +  │  ├─ agent-001-agent  docker:Container  create",
      "  +  │  ├─ agent-001-v0  docker:Volume  create",
      "  +  │  └─ 7 more docker:Volume: agent-001-v1, agent-001-v2, agent-001-v3 … agent-001-v7  create",
      "  +  └─ 99 more fleet:agents:Agent: agent-002, agent-003, agent-004 … agent-100 (each with 9 resources below it)  create",
    ]);
  });

  it("keeps apart what differs, and tells of components without a change only how many they are", () => {
    const lines = tree(
      fleet((index) => {
        if (index === 7) return { container: edit(() => ({ image: "claw:3" })) };
        if (index === 50) return { volumes: replace };
        return index > 20
          ? {}
          : { container: edit((name) => ({ image: "claw:2", envs: [`NAME=${name}`, `LOG=/${name}.log`] })) };
      }),
    );
    // 18 of the 20 are like the first one but for their names, which stand in their properties, too. What is replaced is told by name.
    expect(lines).toEqual([
      "     ├─ agent-001  fleet:agents:Agent  (8 unchanged below it)",
      "  ~  │  └─ agent-001-agent  docker:Container  update",
      '     │       ~ envs[0]: "NAME=agent-001" => "NAME=agent-001-agent"',
      '     │       + envs[1]: "LOG=/agent-001-agent.log"',
      '     │       ~ image: "claw:1" => "claw:2"',
      "     ├─ 18 more fleet:agents:Agent: agent-002, agent-003, agent-004 … agent-020 (each with 1 resource below it)",
      "     ├─ agent-007  fleet:agents:Agent  (8 unchanged below it)",
      "  ~  │  └─ agent-007-agent  docker:Container  update",
      '     │       ~ image: "claw:1" => "claw:3"',
      "     └─ agent-050  fleet:agents:Agent  (1 unchanged below it)",
      "  +-    ├─ agent-050-v0  docker:Volume  replace (the old one is deleted at the end)",
      '        │    ~ driver: "a" => "b"  # forces replacement',
      "  +-    └─ 7 more docker:Volume: agent-050-v1, agent-050-v2, agent-050-v3, agent-050-v4, agent-050-v5, agent-050-v6, agent-050-v7  replace",
      "     unchanged: 79 fleet:agents:Agent with 711 resources below them",
    ]);
  });

  it("names what is deleted, as far as that can be read", () => {
    const [, last] = tree(
      fleet((index) => (index <= 40 ? { agent: remove, container: remove, volumes: remove } : {})),
    ).filter((line) => line.includes("fleet:agents:Agent"));
    for (const index of [2, 10, 25, 40]) expect(last).toContain(`agent-0${String(index).padStart(2, "0")}`);
    expect(last).not.toContain("agent-030");
  });

  it("tells each resource by itself when asked, and unchanged ones too", () => {
    const one = fleet((index) => (index <= 20 ? { container: edit(() => ({ image: "claw:2" })) } : {}));
    const each = tree(one, { full: true });
    expect(each.filter((line) => line.includes("docker:Container"))).toHaveLength(20);
    expect(each.join("\n")).not.toContain("more fleet:agents:Agent");
    const all = tree(one, { showSames: true });
    expect(all.filter((line) => /unchanged$/.test(line))).toHaveLength(1000 - 20);
  });

  it("shows a short plan whole, however alike its resources are", () => {
    const steps = Array.from({ length: 20 }, (_, index) => step("create", undefined, state(VOLUME, `v${index}`)));
    const events: EngineEvent[] = [start(true), ...steps.map((one) => ({ kind: "step-start" as const, step: one }))];
    expect(tree([...events, { kind: "summary", result: result() }])).toHaveLength(20);
  });
});

describe("a run of a thousand resources, where there is no terminal", () => {
  it("is one line for each that was changed, in the order in which they were done, and nothing of the others", () => {
    const events = fleet((index) => (index > 90 ? { container: create } : {})).map((event) =>
      event.kind === "start" ? { ...event, preview: false } : event,
    );
    const lines = show(events, { operation: "update" }).split("\n");
    expect(lines.slice(1, 12)).toEqual([
      ...Array.from({ length: 10 }, (_, index) => {
        const name = `agent-${String(index + 91).padStart(3, "0")}-agent`;
        return `  +  ${name}  docker:Container  created  0.0s`;
      }),
      "",
    ]);
  });
});
