import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contextHash } from "../../components/images/context.js";
import type { DockerfileImageSpec } from "../../spec/index.js";
import { containerAgent, deploy, machines } from "./deploy.js";

describe("an image of a folder", () => {
  let folder: string;
  const spec = (more: Partial<DockerfileImageSpec> = {}): DockerfileImageSpec => ({
    name: "mine",
    kind: "dockerfile",
    context: folder,
    dockerfile: "Dockerfile",
    args: {},
    ...more,
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "test-context-"));
    writeFileSync(join(folder, "Dockerfile"), "FROM scratch\nCOPY run.sh /\n");
    writeFileSync(join(folder, "run.sh"), "echo 1\n");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is another one when anything that the build sees changes, and only then", () => {
    const seen = new Set<string>();
    const expectNew = (hash = contextHash(spec())) => {
      expect(seen).not.toContain(hash);
      seen.add(hash);
    };
    expectNew();
    writeFileSync(join(folder, "run.sh"), "echo 2\n");
    expectNew();
    chmodSync(join(folder, "run.sh"), 0o755);
    expectNew();
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "sub/run.sh"), "echo 2\n");
    expectNew();
    expectNew(contextHash(spec({ args: { A: "1" } })));
    expectNew(contextHash(spec({ target: "prod" })));
    mkdirSync(join(folder, ".git"));
    writeFileSync(join(folder, ".git/index"), "x");
    expect(seen).toContain(contextHash(spec()));
  });

  it("is built under a tag of its content", async () => {
    const images = { mine: { build: { context: folder, args: { A: "b" } } } };
    const { find } = await deploy({ machines, images, agents: { tool: containerAgent({ image: "mine" }) } });
    const { inputs } = find("RemoteImage", "lab-here-mine-image");
    expect(inputs).toMatchObject({
      name: expect.stringMatching(/^fleet\.local\/mine:[0-9a-f]{16}$/),
      build: { context: folder, dockerfile: "Dockerfile", buildArgs: { A: "b" } },
      keepLocally: true,
    });
    expect(inputs.triggers.content.startsWith(inputs.name.split(":")[1])).toBe(true);
  });

  it("says where a Dockerfile is missing", () => {
    expect(() => contextHash(spec({ dockerfile: "Other" }))).toThrow(pulumi.RunError);
    expect(() => contextHash(spec({ dockerfile: "Other" }))).toThrow(/fleet:images mine: there is no .*Other/);
  });
});
