import { afterEach, expect, it } from "vitest";
import type { Adopter, RunOptions } from "../../../../engine/index.js";
import { dockerProvider } from "../../../../engine/providers/docker/index.js";
import { TestStack } from "../../support/stack.js";
import { BASE_IMAGE, CONTAINER, describeWithDocker, docker, NETWORK, suiteOf, VOLUME } from "./daemon.js";

/** A fleet of one container that was there before: what the program adds to it waits. */
const program = (named: (suffix: string) => string, container = "") => `
const docker = require("@pulumi/docker");
const pulumi = require("@pulumi/pulumi");
class Claw extends pulumi.ComponentResource {
  constructor(name, opts) {
    super("test:index:Claw", name, {}, opts);
    const owner = [{ label: "fleet.stack", value: pulumi.getStack() }, { label: "fleet.entry", value: name }];
    const child = { parent: this };
    const net = new docker.Network("net", { name: "${named("net")}", driver: "bridge", labels: owner }, { ...child, ignoreChanges: ["labels"] });
    const data = new docker.Volume("data", { name: "${named("data")}", labels: owner },
      { ...child, retainOnDelete: true, ignoreChanges: ["labels", "driver", "driverOpts"] });
    const image = docker.getRemoteImageOutput({ name: "${BASE_IMAGE}" }, child);
    const added = {
      labels: owner, capabilities: { drops: ["ALL"] }, securityOpts: ["no-new-privileges:true"], readOnly: true, init: true,
      tmpfs: { "/tmp": "rw,size=16m" }, logDriver: "json-file", logOpts: { "max-size": "10m" }, stopTimeout: 20, user: "1000:1000",
      healthcheck: { tests: ["CMD", "/bin/true"], interval: "10s" }, hostname: name, memorySwap: 64,
      ports: [{ internal: 1, external: 18478 }], wait: true, waitTimeout: 90,
    };
    new docker.Container("container", {
      name: "${named("claw")}", image: image.id, command: ["/bin/sleep", "1000"], envs: ["A=1", pulumi.interpolate\`KEY=\${pulumi.secret("s3cret")}\`],
      networksAdvanced: [{ name: net.name, aliases: ["claw"] }], volumes: [{ volumeName: data.name, containerPath: "/app/data" }],
      restart: "unless-stopped", memory: 64, cpuPeriod: 100000, cpuQuota: 100000, mustRun: true,
      destroyGraceSeconds: 0, ...added, ${container}
    }, { ...child, deleteBeforeReplace: true, ignoreChanges: Object.keys(added), replaceOnChanges: ["healthcheck", "init", "tmpfs"] });
  }
}
module.exports = async () => {
  const machine = new docker.Provider("machine", {});
  new Claw("alice", { providers: { docker: machine } });
};
`;

describeWithDocker("a stack that takes up what was made by hand", () => {
  const { named } = suiteOf("adopted");
  let stack: TestStack;
  afterEach(() => {
    stack.remove();
    docker("rm", "-fv", named("claw"));
    docker("network", "rm", named("net"));
    docker("volume", "rm", "-f", named("data"));
  });

  function byHand(labels: string[] = []): string {
    docker("network", "create", named("net"));
    docker("volume", "create", named("data"));
    return docker(
      ...["run", "-d", "--name", named("claw"), "--network", named("net"), "--network-alias", "claw", "--cpus", "1"],
      ...["--memory", "64m", "--restart", "unless-stopped", "-e", "KEY=s3cret", "-e", "A=1", ...labels],
      ...["-v", `${named("data")}:/app/data`, BASE_IMAGE, "/bin/sleep", "1000"],
    );
  }

  function open(container?: string): void {
    stack = new TestStack();
    stack.providers = { docker: dockerProvider };
    stack.project.source(program(named, container));
  }

  /** By the name that the program asks for. */
  const adopt: Adopter = ({ type, inputs }) =>
    [CONTAINER, NETWORK, VOLUME].includes(type) ? String(inputs.name) : undefined;
  const up = (options: Partial<RunOptions> = {}) => stack.run("update", false, options);
  const inspect = () => JSON.parse(docker("inspect", named("claw")))[0];

  it("leaves it as it is, plans nothing afterwards, and manages it from then on", async () => {
    const id = byHand();
    open();
    const plan = await stack.preview({ adopt });
    expect([plan.errors, plan.steps.sort()]).toEqual([
      [],
      ["create alice", "create machine", "import container", "import data", "import net"],
    ]);
    const before = inspect();
    const taken = await up({ adopt });
    expect([taken.errors, taken.steps.sort()]).toEqual([[], plan.steps]);
    expect(inspect()).toEqual(before);
    const text = stack.stateFile();
    expect(text).not.toContain("s3cret");
    expect(await stack.resource("container")).toMatchObject({ id, importID: named("claw") });
    expect((await stack.preview()).changes).toEqual({ same: 6 });
    expect((await stack.run("refresh", false)).changes).toEqual({ same: 6 });
    expect((await up()).changes).toEqual({ same: 6 });
    expect((await stack.run("refresh", false)).changes).toEqual({ same: 6 });
    expect((await stack.preview()).changes).toEqual({ same: 6 });
    expect(inspect()).toEqual(before);
    // In place still, and in the terms that the container has.
    stack.project.source(program(named, "memory: 96, cpuQuota: 50000"));
    const bigger = await up();
    expect([bigger.errors, bigger.steps]).toEqual([[], ["update container"]]);
    expect(inspect()).toMatchObject({ Id: id, HostConfig: { Memory: 96 * 1024 * 1024, NanoCpus: 5e8 } });
    const gone = await stack.run("destroy", false);
    expect([gone.errors, gone.retained.map((item) => item.id)]).toEqual([[], [named("data")]]);
    byHand();
  });

  it("is taken up by the next run where the one before was killed in the middle", async () => {
    const id = byHand();
    open();
    const { onWrite } = stack;
    for (let cut = 1; ; cut++) {
      let writes = 0;
      stack.onWrite = () => {
        if (++writes >= cut) throw new Error("killed");
      };
      const { outcome } = await up({ adopt });
      stack.onWrite = onWrite;
      if (outcome === "succeeded") break;
      // Whatever the state knows by now, nothing is planned but to take up the rest.
      const { errors, steps } = await stack.preview({ adopt });
      const others = steps.filter((step) => !/^(import|create (alice|machine))/.test(step));
      expect([errors, others, inspect().Id]).toEqual([[], [], id]);
    }
    expect((await stack.state()).pendingOperations).toEqual([]);
    expect((await up()).changes).toEqual({ same: 6 });
  });

  it("does not come up with what belongs to another stack, and changes nothing", async () => {
    byHand(["-l", "fleet.stack=prod", "-l", "fleet.entry=bob"]);
    open();
    const before = inspect();
    for (const preview of [true, false]) {
      const { errors } = await stack.run("update", preview, { adopt });
      expect(errors).toEqual([
        expect.stringContaining(
          `cannot take up container "${named("claw")}", which belongs to bob of stack prod. It was not touched`,
        ),
      ]);
    }
    await expect(stack.resource("container")).rejects.toThrow("0 resources");
    expect(inspect()).toEqual(before);
  });
});
