import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { dockerProvider } from "../../../../engine/providers/docker/index.js";
import { TestStack } from "../../support/stack.js";
import { BASE_IMAGE, describeWithDocker, docker, suiteOf } from "./daemon.js";

describeWithDocker("an image of a stack that is built anew by hand", () => {
  const { named } = suiteOf("rebuilt");
  const tag = named("image:latest");
  const idOf = (reference: string) => docker("image", "inspect", "-f", "{{.Id}}", reference);
  const imageOf = (name: string) => docker("inspect", "-f", "{{.Image}}", named(name));
  let stack: TestStack;
  let context: string;
  const built: string[] = [];

  beforeEach(() => {
    stack = new TestStack();
    stack.providers = { docker: dockerProvider };
    context = mkdtempSync(join(tmpdir(), "test-docker-context-"));
    writeFileSync(join(context, "Dockerfile"), `FROM ${BASE_IMAGE}\nLABEL version=1\n`);
  });
  afterEach(async () => {
    await stack.run("destroy", false);
    stack.remove();
    rmSync(context, { recursive: true });
    docker("rmi", "-f", ...new Set([tag, ...built.splice(0)]));
  });

  /** As `docker build -t` does: the tag moves on to another image, and the old one stays without a name. */
  function rebuild(version: number): string {
    built.push(idOf(tag));
    const from = docker("create", BASE_IMAGE, "/bin/sh");
    docker("commit", "-c", `LABEL version=${version}`, from, tag);
    docker("rm", from);
    return idOf(tag);
  }

  it("reaches what runs it with a refresh of that image alone", async () => {
    stack.project.source(`
      const docker = require("@pulumi/docker");
      module.exports = async () => {
        const build = { context: "${context}" };
        const image = new docker.RemoteImage("image", { name: "${tag}", build, triggers: { digest: "1" }, keepLocally: true });
        for (const name of ["a", "b"])
          new docker.Container(name, { name: "${named("")}" + name, image: image.imageId, command: ["/bin/sleep", "1000"], destroyGraceSeconds: 0 });
        new docker.Container("c", { name: "${named("c")}", image: "${BASE_IMAGE}", command: ["/bin/sleep", "1000"], destroyGraceSeconds: 0 });
      };`);
    const made = await stack.run("update", false);
    expect(made.errors).toEqual([]);
    const next = rebuild(2);
    expect((await stack.preview()).changes).toEqual({ same: 5 });
    const { urn } = await stack.resource("image");
    const refreshed = await stack.run("refresh", false, { targets: [urn] });
    expect([refreshed.errors, refreshed.outcome]).toEqual([[], "succeeded"]);
    expect((await stack.resource("image")).outputs).toMatchObject({ imageId: next, id: `${next}${tag}` });
    const plan = await stack.preview();
    expect(plan.changes).toEqual({ same: 3, replace: 2 });
    const up = await stack.run("update", false);
    expect([up.errors, up.changes]).toEqual([[], { same: 3, replace: 2 }]);
    expect([imageOf("a"), imageOf("b")]).toEqual([next, next]);
    expect((await stack.run("update", false)).changes).toEqual({ same: 5 });
    // And one at a time, as a rollout does it.
    const last = rebuild(3);
    await stack.run("refresh", false, { targets: [urn] });
    const one = await stack.run("update", false, { targets: [(await stack.resource("a")).urn] });
    expect(one.errors).toEqual([]);
    expect([imageOf("a"), imageOf("b")]).toEqual([last, next]);
  });
});
