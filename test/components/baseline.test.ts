import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { containerAgent, deploy, unwrap } from "./deploy.js";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";

describe("the baseline of a machine that exists", () => {
  // The program's folder, where known hosts are written.
  const outer = process.cwd();
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "fleet-baseline-"));
    process.chdir(folder);
  });
  afterAll(() => {
    process.chdir(outer);
    rmSync(folder, { recursive: true });
  });

  const machine = { on: "existing", docker: "ssh://deploy@example.org", hostKey: KEY };
  const agents = { tool: containerAgent() };

  it("goes to the host by ssh, and its secret by itself, behind it", async () => {
    const { find } = await deploy(
      {
        machines: { here: { ...machine, baseline: { open: [8443], tailscale: { authKey: { secret: "ts" } } } } },
        agents,
        secrets: { ts: "x" },
      },
      { secrets: { ts: "tskey-auth-1" } },
    );
    const { inputs } = find("Command", "lab-here-baseline-files-delivery");
    expect(inputs.environment).toMatchObject({ FLEET_HOST: "ssh://deploy@example.org" });
    expect(JSON.parse(inputs.environment.FLEET_SSH_OPTIONS)).toContain("HostKeyAlias=here");
    const bundle = JSON.parse(inputs.stdin);
    expect(bundle.owner).toEqual({ stack: "lab", entry: "here-baseline" });
    expect(bundle.files["/etc/sudoers.d/50-fleet"].text).toContain(
      "deploy ALL=(root) NOPASSWD: /usr/local/lib/fleet/apply",
    );
    expect(bundle.files["/usr/local/lib/fleet/baseline"].text).toContain("echo 'allow 8443/tcp'");
    expect(Object.keys(bundle.probes)).toContain("ufw");
    expect(inputs.stdin).not.toContain("tskey");

    const secret = find("Command", "lab-here-baseline-tailscale-delivery").inputs;
    const { value, secret: isSecret } = unwrap(secret.stdin);
    expect(isSecret).toBe(true);
    const { files, afterwards } = JSON.parse(value as string);
    expect(files).toEqual({ "/etc/fleet/tailscale.key": { text: "tskey-auth-1", mode: "0600" } });
    expect(afterwards.join()).toMatch(/--auth-key=file:\/etc\/fleet\/tailscale\.key --hostname=here/);
    expect(afterwards.join()).not.toContain("tskey");
  });

  it("is not there unless it is asked for", async () => {
    const { resources } = await deploy({ machines: { here: machine }, agents });
    expect(resources.filter(({ name }) => name.includes("baseline"))).toEqual([]);
  });
});
