import { describe, expect, it } from "vitest";
import {
  CADDY_CHECK,
  CADDY_RELOAD,
  NATIVE_CADDYFILE,
  renderNativeCaddyfile,
} from "../../templates/proxy/caddyfile-native.js";
import { containerAgent, type Deployed, deploy, settled, unwrap } from "./deploy.js";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";
const machines = { alpha: { on: "existing", docker: "ssh://fleet@alpha.example.org", hostKey: KEY } };
const edge = (more: object = {}) => ({
  front: { machine: "alpha", proxy: "caddy-native", domain: "team.example.com", email: "ops@example.com", ...more },
});
const agents = {
  ada: containerAgent({ machine: "alpha", port: 18800, host: "ada.team.example.com" }),
  brook: containerAgent({ machine: "alpha", port: 18810, host: "brook.team.example.com" }),
  hidden: containerAgent({ machine: "alpha", port: 18820 }),
};

const bundleOf = (deployed: Deployed) =>
  JSON.parse(unwrap(deployed.find("Command", "lab-front-files-delivery").inputs.stdin).value as string);

describe("Caddy as a service of the host", () => {
  it("is a file of the host with a route for each agent, checked before and taken up after; nothing of Docker", async () => {
    const deployed = await deploy({ machines, edge: edge(), agents });
    const Caddyfile = renderNativeCaddyfile({
      port: 443,
      httpPort: 80,
      bind: "0.0.0.0",
      tls: "acme",
      email: "ops@example.com",
      routes: [
        { host: "ada.team.example.com", upstream: "127.0.0.1:18800" },
        { host: "brook.team.example.com", upstream: "127.0.0.1:18810" },
      ],
    });
    expect(bundleOf(deployed)).toEqual({
      owner: { stack: "lab", entry: "front" },
      files: { [NATIVE_CADDYFILE]: { text: Caddyfile } },
      checks: [CADDY_CHECK],
      afterwards: [CADDY_RELOAD],
    });
    const { environment } = deployed.find("Command", "lab-front-files-delivery").inputs;
    expect(environment.FLEET_HOST).toBe("ssh://fleet@alpha.example.org");
    expect(deployed.resources.filter(({ type, name }) => type.startsWith("docker:") && /front/.test(name))).toEqual([]);
    const { edge: outputs, agents: served } = await settled(deployed.fleet.outputs);
    expect(outputs).toEqual({ front: { container: null, url: "https://team.example.com" } });
    expect(served.ada!.url).toBe("https://ada.team.example.com");
    expect(served.hidden!.url).toBeNull();
  });

  it("serves as it is told", async () => {
    const { find } = await deploy({
      machines,
      edge: edge({ tls: "internal", email: undefined, port: 8443, bind: "127.0.0.1" }),
      agents,
    });
    const text = JSON.stringify(find("Command", "lab-front-files-delivery").inputs.stdin);
    expect(text).toContain("https_port 8443");
    expect(text).toContain("default_bind 127.0.0.1");
    expect(text).toContain("tls internal");
  });
});
