import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sshOptions } from "../../spec/index.js";
import { containerAgent, deploy, unwrap } from "./deploy.js";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";

describe("a machine that exists", () => {
  // The program's folder, where known hosts are written.
  const outer = process.cwd();
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "fleet-existing-"));
    process.chdir(folder);
  });
  afterAll(() => {
    process.chdir(outer);
    rmSync(folder, { recursive: true });
  });

  const agents = { tool: containerAgent() };
  const on = (machine: object, more: object = {}) =>
    deploy({ machines: { here: { on: "existing", ...machine } }, agents, ...more });

  it("is reached by ssh with one list of options for providers and scripts, and its key is on disk", async () => {
    const { resources, find } = await on({ docker: "ssh://deploy@example.org", hostKey: `${KEY} of the host` });
    const options = sshOptions("lab", "here");
    const provider = resources.find(({ type }) => type === "pulumi:providers:docker")!;
    expect(provider.name).toBe("lab-here-docker");
    expect(provider.inputs).toMatchObject({ host: "ssh://deploy@example.org" });
    expect(JSON.parse(provider.inputs.sshOpts)).toEqual(options);
    const environment = { DOCKER_HOST: "ssh://deploy@example.org", FLEET_SSH_OPTIONS: JSON.stringify(options) };
    expect(find("Command", "lab-tool-files-delivery").inputs.environment).toEqual(environment);
    expect(find("Command", "lab-tool-limits").inputs.environment).toMatchObject(environment);
    expect(readFileSync(join(folder, ".fleet/lab/known_hosts"), "utf8")).toBe(`here ${KEY}\n`);
  });

  it("is reached by TLS with secrets that stay secret", async () => {
    const secret = (name: string) => ({ secret: name });
    const { fleet, resources, find } = await deploy(
      {
        machines: {
          here: {
            on: "existing",
            docker: "tcp://10.0.0.2:2376",
            tls: { ca: secret("ca"), cert: secret("cert"), key: secret("key") },
          },
        },
        agents,
        secrets: { ca: "x", cert: "x", key: "x" },
      },
      { secrets: { ca: "CA", cert: "CERT", key: "KEY" } },
      "tls",
    );
    const { inputs } = resources.find(({ type }) => type === "pulumi:providers:docker")!;
    expect(inputs.host).toBe("tcp://10.0.0.2:2376");
    expect(inputs.sshOpts).toBeUndefined();
    for (const [name, value] of [
      ["caMaterial", "CA"],
      ["certMaterial", "CERT"],
      ["keyMaterial", "KEY"],
    ]) {
      expect(unwrap(inputs[name!])).toEqual({ value, secret: true });
    }
    const { environment } = find("Command", "tls-tool-files-delivery").inputs;
    const { value, secret: isSecret } = unwrap(environment.FLEET_DOCKER_TLS ?? environment);
    expect(isSecret).toBe(true);
    expect(JSON.stringify(value)).toContain("CERT");
    expect(await pulumi.isSecret(fleet.outputs)).toBe(false);
    expect(existsSync(join(folder, ".fleet/tls"))).toBe(false);
  });

  it("is a socket of this computer", async () => {
    const { resources, find } = await on({ docker: "unix:///run/other.sock" });
    expect(resources.find(({ type }) => type === "pulumi:providers:docker")!.inputs).toEqual({
      host: "unix:///run/other.sock",
    });
    expect(find("Command", "lab-tool-limits").inputs.environment).toMatchObject({
      DOCKER_HOST: "unix:///run/other.sock",
    });
  });
});
