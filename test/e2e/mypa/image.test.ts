// What a PA needs beside OpenClaw, in an image that the fleet builds by itself: a browser, and mcporter.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { mcporterConfig } from "../../../templates/mcporter/config.js";
import { describeWithDocker, docker } from "../support/daemon.js";
import { buildImage } from "../support/droplet.js";

const IMAGE = {
  name: "pa-tools",
  build: {
    debian: { suite: "bookworm", packages: ["ca-certificates", "chromium", "fonts-liberation"] },
    node: "24.16.0",
    npm: { mcporter: "0.9.0" },
  },
};

/** As a PA's container is held. */
const HELD = ["--rm", "--network=host", "--user=1000:1000", "--cap-drop=ALL", "--security-opt=no-new-privileges"];

describeWithDocker("an image for PAs, made of packages", () => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-mcporter-"));
  let image = "";
  beforeAll(() => {
    image = buildImage(IMAGE);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("has a Chromium that runs without a head, without its sandbox and without any rights", () => {
    const page = "data:text/html,<p id=x></p><script>x.textContent=6*7</script>";
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--dump-dom"];
    expect(docker("run", ...HELD, image, "/usr/bin/chromium", ...flags, page)).toContain('<p id="x">42</p>');
  });

  it("has an mcporter that reads the servers that a PA is told of, and calls them", async () => {
    const calls: string[] = [];
    const server = createServer((request, response) => {
      calls.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const tez = { url: `http://127.0.0.1:${port}/mcp`, headers: { authorization: "Bearer tez" } };
    writeFileSync(join(folder, "mcporter.json"), mcporterConfig({ tez }));
    const mount = `${folder}/mcporter.json:/home/node/.mcporter/mcporter.json:ro`;
    const child = spawn("docker", ["run", ...HELD, "-v", mount, "-w", "/tmp", image, "mcporter", "list"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stdout.on("data", (data) => (said += data));
    child.stderr.on("data", (data) => (said += data));
    await new Promise((resolve) => child.once("close", resolve));
    server.close();
    expect(said).toContain("tez");
    expect(calls).toContain("POST /mcp Bearer tez");
  });
});
