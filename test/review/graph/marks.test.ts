import { describe, expect, it } from "vitest";
import { topology } from "../../../review/graph/topology.js";
import type { PlannedStep, ReviewedOp } from "../../../review/types.js";
import { stepOf, TestFleet } from "./fleet.js";

describe("a plan's marks", () => {
  const fleet = new TestFleet();
  const host = fleet.machine("host", "DigitalOcean");
  fleet.add("digitalocean:index/droplet:Droplet", "test-host-droplet", host);
  fleet.add("digitalocean:index/firewall:Firewall", "test-host-firewall", host);
  fleet.add("digitalocean:index/volume:Volume", "test-host-agents-volume", host);
  fleet.add("digitalocean:index/volumeAttachment:VolumeAttachment", "test-host-agents-attachment", host);
  const ada = fleet.agent("ada", host, { path: "/data" });
  fleet.add("command:local:Command", "test-ada-limits", ada);
  fleet.add("random:index/randomPassword:RandomPassword", "test-ada-token", ada);

  /** What becomes of the nodes if these steps are planned, by the resources' names. */
  const marks = (ops: Record<string, ReviewedOp>, more: PlannedStep[] = []) => {
    const steps = fleet.resources.flatMap((one) => (ops[one.name] ? [stepOf(ops[one.name]!, one)] : []));
    const { nodes, planned } = topology("test", fleet.resources, { steps: [...steps, ...more] });
    expect(planned).toBe(true);
    // Every step is told of somewhere, once.
    expect(nodes.flatMap((node) => node.steps)).toHaveLength(steps.length + more.length);
    return Object.fromEntries(nodes.flatMap(({ id, change }) => (change ? [[id, change]] : [])));
  };

  it("has none where nothing changes", () => {
    expect(marks({})).toEqual({});
    expect(topology("test", fleet.resources).nodes.every(({ change }) => change === undefined)).toBe(true);
  });

  it("tells an agent whose container is replaced from one whose settings are", () => {
    expect(marks({ "test-ada-container": "replace", "test-ada-limits": "update" })).toEqual({ "agent:ada": "replace" });
    expect(marks({ "test-ada-limits": "update" })).toEqual({ "agent:ada": "update" });
    // Another token is no other agent.
    expect(marks({ "test-ada-token": "replace" })).toEqual({ "agent:ada": "update" });
    expect(marks({ "test-ada-token": "create" })).toEqual({ "agent:ada": "update" });
  });

  it("tells a machine that is another one from one that has another firewall", () => {
    expect(marks({ "test-host-droplet": "replace" })).toEqual({ "machine:host": "replace" });
    expect(marks({ "test-host-firewall": "replace" })).toEqual({ "machine:host": "update" });
    expect(marks({ "test-host-droplet": "update" })).toEqual({ "machine:host": "update" });
    expect(marks({ "test-host-ada-image": "replace" })).toEqual({ "machine:host": "update" });
  });

  it("marks disks, volumes and networks by themselves", () => {
    expect(marks({ "test-host-agents-volume": "replace" })).toEqual({ "disk:test-host/agents": "replace" });
    expect(marks({ "test-host-agents-attachment": "replace" })).toEqual({ "disk:test-host/agents": "update" });
    expect(marks({ "test-ada-data-volume": "replace" })).toEqual({ "volume:test-ada-data": "replace" });
  });

  it("marks what comes and goes as a whole", () => {
    const gone = marks({
      "test-ada": "delete",
      "test-ada-container": "delete",
      "test-ada-limits": "delete",
      "test-ada-data": "delete",
      "test-ada-data-volume": "delete",
    });
    expect(gone).toEqual({ "agent:ada": "delete", "network:test-ada": "delete", "volume:test-ada-data": "delete" });
    expect(marks({ "test-ada": "create", "test-ada-container": "create" })).toEqual({
      "agent:ada": "create",
      "network:test-ada": "create",
    });
  });

  it("says of data that goes from the stack that it stays on the machine", () => {
    const steps = [stepOf("delete", fleet.resources.find(({ name }) => name === "test-ada-data-volume")!)];
    const { nodes } = topology("test", fleet.resources, { steps });
    expect(nodes.find(({ id }) => id === "volume:test-ada-data")).toMatchObject({
      change: "delete",
      steps: [{ op: "delete", name: "test-ada-data-volume", retained: true }],
    });
  });

  it("gives steps of resources that nobody has seen to the entry whose name they have", () => {
    const unseen = {
      ...stepOf("delete", ada),
      urn: "urn:pulumi:test::fleet::x:y:Z::test-ada-probe",
      type: "x:y:Z",
      name: "test-ada-probe",
      custom: true,
    };
    expect(marks({}, [unseen])).toEqual({ "agent:ada": "update" });
  });

  it("does not take a reference to another stack for that stack", () => {
    const reference = fleet.add("pulumi:pulumi:StackReference", "test-other-stack", fleet.fleet, {
      inputs: { name: "organization/fleet/other" },
    });
    expect(marks({ [reference.name]: "create" })).toEqual({});
  });

  it("marks as replaced what goes under one URN and comes under another", () => {
    const traefik = fleet.add("fleet:edge:Traefik", "test-front");
    const caddy = fleet.add("fleet:edge:Caddy", "test-front");
    const { nodes } = topology("test", fleet.resources, {
      steps: [stepOf("create", traefik), stepOf("delete", caddy)],
    });
    expect(nodes.find(({ id }) => id === "edge:front")?.change).toBe("replace");
  });
});
