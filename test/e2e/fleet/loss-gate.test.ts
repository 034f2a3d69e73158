import { expect, it } from "vitest";
import { parse } from "yaml";
import {
  describeWithDocker,
  IMAGE,
  inspect,
  OTHER_IMAGE,
  objectsOf,
  readVolume,
  writeVolume,
} from "../support/daemon.js";
import { SmallStacks, smallAgent } from "./small.js";

const REFUSED = 9;

describeWithDocker("data on a real daemon", () => {
  const stacks = new SmallStacks();

  it("is lost by no verb unless somebody says that it may", async () => {
    const stack = stacks.name();
    const { project } = stacks;
    const agent = (image: string, volume: object) => ({
      machines: { here: { on: "docker" } },
      images: { small: { from: image } },
      agents: { ada: smallAgent({ image: "small", volumes: { data: { path: "/data", ...volume } } }) },
    });
    project.declare(stack, agent(IMAGE, {}));
    await project.fleet("up", stack, "--yes");
    const volume = `${stack}-ada-data`;
    writeVolume(volume, "file", "precious");

    // Another name is another volume: the old one stays, and nobody uses it.
    project.declare(stack, agent(OTHER_IMAGE, { name: `${stack}-other` }));
    const before = inspect("container", `${stack}-ada`).Id;
    for (const [verb, untouched] of [
      ["up", "nothing was changed"],
      ["patch", "no agent was touched"],
    ] as const) {
      const refused = await project.run([verb, stack, ...(verb === "patch" ? ["ada"] : ["--skip-preview"]), "--yes"]);
      expect(refused.stderr).toContain(`1 resource that holds data is to be lost; ${untouched}:`);
      expect(refused.stderr).toContain(
        `is replaced because of name: the old one stays in place as ${volume}, but the fleet goes on with a new, empty one`,
      );
      expect(refused.code).toBe(REFUSED);
      expect(inspect("container", `${stack}-ada`).Id).toBe(before);
    }

    project.declare(stack, agent(OTHER_IMAGE, {}));
    expect(await project.fleet("patch", stack, "ada", "--yes")).toContain("patched and ready");
    expect(inspect("container", `${stack}-ada`).Id).not.toBe(before);
    expect(readVolume(volume, "file")).toBe("precious");

    const why = "ada has left the company";
    await project.fleet("agent", "remove", stack, "ada", "--delete-data", "--yes", "--reason", why);
    const { "fleet:acknowledged": acknowledged } = parse(project.readStack(stack)).config;
    expect(Object.values(acknowledged)).toEqual([why]);
    expect(objectsOf(stack).volumes).toContain(volume);
    const done = await project.run(["up", stack, "--yes", "--skip-preview"]);
    expect(done.stderr).toContain(`(volume) is deleted. Acknowledged, stack file: ${why}\n`);
    expect(done.code).toBe(0);
    expect(objectsOf(stack).volumes).toEqual([]);
  });
});
