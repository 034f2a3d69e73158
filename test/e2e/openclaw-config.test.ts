// What is rendered for OpenClaw, read by the OpenClaw of the local stack's own image.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { renderOpenClawConfig } from "../../templates/openclaw/config.js";
import { gateway } from "../templates/gateway.js";
import { describeWithDocker } from "./support/daemon.js";
import { buildImage } from "./support/droplet.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

describeWithDocker("openclaw.json as OpenClaw reads it", () => {
  let image = "";

  beforeAll(() => {
    const { config } = parse(readFileSync(`${root}stacks/Pulumi.local.yaml`, "utf8"));
    const { build } = config["fleet:images"].openclaw;
    image = buildImage({ name: "openclaw", build });
  });

  const validate = (config: string) => {
    const script = "cat > /tmp/openclaw.json && exec openclaw config validate --json";
    const env = ["-e", "HOME=/tmp", "-e", "OPENCLAW_CONFIG_PATH=/tmp/openclaw.json"];
    const args = ["run", "--rm", "-i", "--network=none", ...env, image, "sh", "-c", script];
    const { stdout, stderr } = spawnSync("docker", args, { input: config, encoding: "utf8" });
    expect(stdout, stderr).toMatch(/^\s*\{/);
    return JSON.parse(stdout);
  };

  it("is valid, without a warning", () => {
    expect(validate(renderOpenClawConfig(undefined, gateway()))).toMatchObject({ valid: true, warnings: [] });
  });

  it("is valid in the format of the versions before", () => {
    expect(validate(renderOpenClawConfig("2026.6.11", gateway({ channels: {} })))).toMatchObject({ valid: true });
  });

  it("is not, with a setting that OpenClaw does not know", () => {
    const bad = renderOpenClawConfig(undefined, gateway({ settings: { gateway: { bogus: 1 } } }));
    expect(validate(bad)).toMatchObject({ valid: false, issues: [{ path: "gateway" }] });
  });
});
