import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { dockerProvider } from "../../../../engine/providers/docker/index.js";
import { BASE_IMAGE, describeWithDocker, docker, failureOf, IMAGE, REMOTE_IMAGE, Resource, suiteOf } from "./daemon.js";

const idOf = (name: string) => docker("image", "inspect", "-f", "{{.Id}}", name);
const exists = (name: string) => spawnSync("docker", ["image", "inspect", name]).status === 0;

describeWithDocker("images", () => {
  const { provider, named } = suiteOf("image");
  let context: string;
  const write = (name: string, text: string) => writeFileSync(join(context, name), text);

  beforeAll(() => {
    context = mkdtempSync(join(tmpdir(), "test-docker-context-"));
    mkdirSync(join(context, "sub"));
    write(
      "Dockerfile",
      `FROM ${BASE_IMAGE}\nLABEL test-docker=${process.pid}\nARG GREETING=none\nCOPY . /srv\nRUN ["/bin/sh", "-c", "echo building $GREETING"]\n`,
    );
    write(".dockerignore", "# private\nsub/*\n!sub/kept\n*.log\n");
    write("a.txt", "one");
    write("b.log", "no");
    write("sub/kept", "yes");
    write("sub/dropped", "no");
    symlinkSync("a.txt", join(context, "link"));
  });
  afterAll(() => {
    rmSync(context, { recursive: true, force: true });
    const found = docker("images", "-q", "--filter", `reference=${named("*")}`)
      .split("\n")
      .filter(Boolean);
    if (found.length > 0) spawnSync("docker", ["rmi", "-f", ...found]);
    // What the builder left of steps, which carry the Dockerfile's label.
    spawnSync("docker", ["image", "prune", "-f", "--filter", `label=test-docker=${process.pid}`]);
  });

  it("finds a local image as the vendor's plugin does", async () => {
    const made = await new Resource(provider, REMOTE_IMAGE).create({ name: BASE_IMAGE, keepLocally: true });
    const id = idOf(BASE_IMAGE);
    expect(made.id).toBe(`${id}${BASE_IMAGE}`);
    expect(made.outputs).toEqual({ id: made.id, imageId: id, keepLocally: true, name: BASE_IMAGE, repoDigest: "" });
    await made.refresh();
    expect((await made.diff(made.inputs)).changes).toBe("none");
    await made.delete();
    expect(exists(BASE_IMAGE)).toBe(true);
  });

  it("says why an image cannot be pulled", async () => {
    const error = await failureOf(
      new Resource(provider, REMOTE_IMAGE).create({ name: "127.0.0.1:9/test-docker-none:1" }),
    );
    expect(error.message).toMatch(
      /image 127\.0\.0\.1:9\/test-docker-none:1 is not on the Docker host and cannot be pulled/,
    );
    expect(error.message).toMatch(/fix: see that the Docker host reaches 127\.0\.0\.1:9; without a registry/);
  });

  it("is found by getRemoteImage, and in a registry by getRegistryImage", async () => {
    const local = await provider.invoke!("docker:index/getRemoteImage:getRemoteImage", { name: BASE_IMAGE });
    expect(local.result).toEqual({ id: idOf(BASE_IMAGE), name: BASE_IMAGE, repoDigest: "" });
    const registry = provider.invoke!("docker:index/getRegistryImage:getRegistryImage", { name: "127.0.0.1:9/a/b" });
    expect((await failureOf(registry)).message).toMatch(/digest of image 127\.0\.0\.1:9\/a\/b cannot be had .*refused/);
  });

  it("builds from a folder, shows the output, replaces by trigger and removes the old image", async () => {
    const name = named("built");
    const build = { context, buildArgs: { GREETING: "hello" }, labels: { "fleet.stack": "test" } };
    const earlier = dockerProvider();
    await earlier.configure({});
    const first = await new Resource(earlier, REMOTE_IMAGE).create({ name, build, triggers: { digest: "1" } });
    await earlier.close?.();
    const made = Object.assign(new Resource(provider, REMOTE_IMAGE), { ...first, provider });
    expect(
      docker("run", "--rm", "--name", named("ls"), name, "/bin/ls", "-A", "/srv", "/srv/sub").split(/\s+/),
    ).toEqual(["/srv:", ".dockerignore", "Dockerfile", "a.txt", "link", "sub", "/srv/sub:", "kept"]);
    expect(made.reports.join("\n")).toContain("Step 1/");
    expect(docker("image", "inspect", "-f", '{{index .Config.Labels "fleet.stack"}}', name)).toBe("test");
    expect((await made.diff({ name, build, triggers: { digest: "1" } })).changes).toBe("none");

    const changed = await made.diff({ name, build, triggers: { digest: "2" } });
    expect(changed).toMatchObject({ replaces: ["triggers"], deleteBeforeReplace: false });
    expect(changed.detailedDiff).toEqual({ "triggers.digest": { kind: "update-replace", inputDiff: false } });
    write("a.txt", "two");
    const next = await new Resource(provider, REMOTE_IMAGE).create({ name, build, triggers: { digest: "2" } });
    expect(next.outputs.imageId).not.toBe(made.outputs.imageId);
    await made.delete();
    expect(exists(String(made.outputs.imageId))).toBe(false);
    expect(idOf(name)).toBe(next.outputs.imageId);

    // A later run, which made none of them.
    const later = Object.assign(new Resource(dockerProvider(), REMOTE_IMAGE), {
      id: next.id,
      inputs: next.inputs,
      outputs: next.outputs,
    });
    await later.provider.configure({});
    await later.delete();
    expect(exists(name)).toBe(false);
    await later.delete();
    await later.provider.close?.();
  });

  it("keeps the image when the replacement comes to the same one", async () => {
    const name = named("same");
    const make = (digest: string) =>
      new Resource(provider, REMOTE_IMAGE).create({ name, build: { context }, triggers: { digest } });
    const old = await make("1");
    const replacement = await make("2");
    expect(replacement.id).toBe(old.id);
    await old.delete();
    expect(idOf(name)).toBe(replacement.outputs.imageId);
  });

  it("ends a failed build with the end of its output", async () => {
    write(
      "Broken",
      `FROM ${BASE_IMAGE}\nLABEL test-docker=${process.pid}\nRUN ["/bin/sh", "-c", "echo about to fail; exit 9"]\n`,
    );
    const build = { context, dockerfile: "Broken" };
    const error = await failureOf(new Resource(provider, REMOTE_IMAGE).create({ name: named("broken"), build }));
    expect(error.message).toMatch(/building image .*broken failed: .*returned a non-zero code: 9[\s\S]*about to fail/);
    expect(exists(named("broken"))).toBe(false);
  });

  it("names a missing context and a missing Dockerfile", async () => {
    const build = (more: object) =>
      failureOf(new Resource(provider, REMOTE_IMAGE).create({ name: named("no"), build: { context, ...more } }));
    expect((await build({ context: join(context, "none") })).message).toContain("is not there");
    expect((await build({ dockerfile: "None" })).message).toContain(`there is no Dockerfile ${join(context, "None")}`);
  });

  it("says which container keeps an image from being removed", async () => {
    const name = named("busy");
    const made = await new Resource(provider, REMOTE_IMAGE).create({ name, build: { context, labels: { busy: "1" } } });
    docker("run", "-d", "--name", named("user"), name, "/bin/sleep", "1000");
    const later = Object.assign(new Resource(dockerProvider(), REMOTE_IMAGE), {
      id: made.id,
      inputs: made.inputs,
      outputs: made.outputs,
    });
    await later.provider.configure({});
    expect((await failureOf(later.delete())).message).toContain(`container "${named("user")}" (running) still uses it`);
    docker("rm", "-f", named("user"));
    await later.delete();
    expect(exists(name)).toBe(false);
    await later.provider.close?.();
  });

  it("builds docker.Image again when a file of its context changes", async () => {
    const asked = {
      imageName: named("image"),
      skipPush: true,
      build: { context, dockerfile: join(context, "Dockerfile") },
    };
    const made = await new Resource(provider, IMAGE).create(asked);
    expect(made.id).toBe(named("image"));
    expect(made.outputs).toMatchObject({ imageName: named("image"), repoDigest: idOf(named("image")) });
    expect((await made.diff(asked)).changes).toBe("none");
    write("b.log", "an ignored file");
    expect((await made.diff(asked)).changes).toBe("none");

    write("a.txt", "three");
    const changed = await made.diff(asked);
    expect(changed.detailedDiff).toEqual({ "build.contextDigest": { kind: "update", inputDiff: false } });
    const before = made.outputs.repoDigest;
    await made.update(asked);
    expect(made.outputs.repoDigest).not.toBe(before);
    expect(made.outputs.repoDigest).toBe(idOf(named("image")));
  });
});
