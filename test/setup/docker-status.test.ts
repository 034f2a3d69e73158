import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dockerStatus, statusOf } from "../../cli/setup/index.js";
import { resolveEndpoint } from "../../engine/transport/endpoint.mjs";

let folder: string;
let server: http.Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fleet-docker-"));
});
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function serve(handler: http.RequestListener): Promise<string> {
  const socket = join(folder, "docker.sock");
  server = http.createServer(handler);
  await new Promise<void>((resolve) => server!.listen(socket, resolve));
  return `unix://${socket}`;
}

describe("dockerStatus", () => {
  it("is ready, with the version, when the daemon answers", async () => {
    const socket = await serve((_, response) => response.end(JSON.stringify({ Version: "28.0.1" })));
    expect(await statusOf(resolveEndpoint({ host: socket }))).toEqual({
      state: "ready",
      detail: `Docker 28.0.1 answers at ${socket}`,
      fix: "",
    });
  });

  it("says so when something else listens there", async () => {
    const socket = await serve((_, response) => response.writeHead(404).end("<html>"));
    expect((await statusOf(resolveEndpoint({ host: socket }))).state).toBe("unreachable");
  });

  it("does not wait for ever for a daemon that hangs", async () => {
    const socket = await serve(() => {});
    const status = await statusOf(resolveEndpoint({ host: socket }));
    expect(status.state).toBe("unreachable");
    expect(status.detail).toContain("does not answer");
  });

  it("names the socket of the machine that is not there", async () => {
    const status = await statusOf(resolveEndpoint({ host: `unix://${folder}/none.sock` }));
    expect(status).toMatchObject({ state: "unreachable", detail: expect.stringContaining(`${folder}/none.sock`) });
    expect(status.fix).not.toBe("");
  });

  it("names a daemon elsewhere, and what named it", async () => {
    const before = process.env.DOCKER_HOST;
    process.env.DOCKER_HOST = "tcp://127.0.0.1:1";
    try {
      const status = await dockerStatus();
      expect(status).toMatchObject({ state: "unreachable", fix: expect.stringContaining("DOCKER_HOST") });
      expect(status.detail).toContain("tcp://127.0.0.1:1");
    } finally {
      if (before === undefined) delete process.env.DOCKER_HOST;
      else process.env.DOCKER_HOST = before;
    }
  });
});
