import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ProviderError } from "../../../../engine/provider.js";
import { dockerProvider } from "../../../../engine/providers/docker/index.js";
import { endpointOfScript } from "../../../../engine/transport/docker.mjs";
import { resolveEndpoint } from "../../../../engine/transport/endpoint.mjs";
import { failureOf, Resource, VOLUME } from "./daemon.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "test-docker-absent-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function at(host: string): Promise<Resource> {
  const provider = dockerProvider();
  await provider.configure({ host });
  return new Resource(provider, VOLUME);
}

/** A daemon that answers as `answer` says. */
async function daemon(name: string, answer: Parameters<typeof createServer>[1]): Promise<[string, Server]> {
  const socket = join(folder, name);
  const server = createServer(answer!);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return [`unix://${socket}`, server];
}

describe("without a daemon", () => {
  it("checks and compares all the same", async () => {
    const volume = await at(`unix://${folder}/none.sock`);
    volume.inputs = await volume.checked({ name: "ab" });
    expect((await volume.diff({ name: "ab" })).changes).toBe("none");
  });

  it("says that nothing answers, where, and what to do", async () => {
    const error = await failureOf((await at(`unix://${folder}/none.sock`)).create({ name: "ab" }));
    expect(error).toBeInstanceOf(ProviderError);
    expect(error.message).toContain(
      `reading volume "ab": no Docker daemon answers at unix://${folder}/none.sock (the provider's host)`,
    );
    expect(error.message).toMatch(/fix: start it .*fleet doctor/);
    const refused = await failureOf((await at("tcp://127.0.0.1:9")).create({ name: "ab" }));
    expect(refused.message).toContain("no Docker daemon answers at tcp://127.0.0.1:9");
  });

  it("says that the connection broke off", async () => {
    const [host, server] = await daemon("broken.sock", (request) => request.socket.destroy());
    const error = await failureOf((await at(host)).create({ name: "ab" }));
    expect(error.message).toMatch(/connection to Docker at .* broke off\n {2}fix: .*run again/);
    server.close();
  });

  it("does not wait for a hanging daemon longer than the signal lets it", async () => {
    const [host, server] = await daemon("hanging.sock", () => undefined);
    const control = new AbortController();
    setTimeout(() => control.abort(), 300);
    const error = await failureOf((await at(host)).create({ name: "ab" }, control.signal));
    expect(error.message).toBe('reading volume "ab": cancelled');
    const volume = await at(host);
    setTimeout(() => volume.provider.cancel!(), 300);
    expect((await failureOf(volume.create({ name: "ab" }))).message).toContain("cancelled");
    server.closeAllConnections();
    server.close();
  });

  it("passes on what the daemon refuses", async () => {
    const [host, server] = await daemon("refusing.sock", (_request, response) => {
      response.writeHead(507, { "content-type": "application/json" });
      response.end(JSON.stringify({ message: "write /x: no space left on device" }));
    });
    const error = await failureOf((await at(host)).create({ name: "ab" }));
    expect(error.message).toMatch(/Docker refused: write \/x: no space left on device\n {2}fix: free disk space/);
    server.close();
  });
});

describe("the endpoint", () => {
  it("is found as the docker command finds it", () => {
    const digest = createHash("sha256").update("desk").digest("hex");
    mkdirSync(join(folder, "contexts/meta", digest), { recursive: true });
    writeFileSync(join(folder, "config.json"), JSON.stringify({ currentContext: "desk" }));
    writeFileSync(
      join(folder, "contexts/meta", digest, "meta.json"),
      JSON.stringify({ Name: "desk", Endpoints: { docker: { Host: "unix:///run/desk.sock" } } }),
    );
    const env = { DOCKER_CONFIG: folder };
    expect(resolveEndpoint({}, env)).toMatchObject({
      socketPath: "/run/desk.sock",
      source: 'the Docker context "desk"',
    });
    expect(resolveEndpoint({}, { ...env, DOCKER_CONTEXT: "default" }).socketPath).toBe("/var/run/docker.sock");
    const withHost = { ...env, DOCKER_HOST: "tcp://10.0.0.1" };
    expect(resolveEndpoint({}, withHost)).toMatchObject({ host: "10.0.0.1", port: 2375, source: "DOCKER_HOST" });
    expect(resolveEndpoint({ context: "desk" }, withHost).socketPath).toBe("/run/desk.sock");
    expect(resolveEndpoint({ host: "unix:///a" }, withHost).socketPath).toBe("/a");
    expect(resolveEndpoint({}, { DOCKER_CONFIG: join(folder, "none") }).socketPath).toBe("/var/run/docker.sock");
    expect(() => resolveEndpoint({ context: "gone" }, env)).toThrow(/no Docker context "gone"/);
    expect(resolveEndpoint({ host: "tcp://[::1]:2375" }, env)).toMatchObject({ host: "::1", port: 2375 });
    expect(() => resolveEndpoint({ host: "ftp://box" }, env)).toThrow(/is "ftp:\/\/box", which is no Docker address/);
  });

  it("is a host behind ssh, with the options that are given", () => {
    const sshOpts = ["-o", "BatchMode=yes"];
    expect(resolveEndpoint({ host: "ssh://deploy@box:2222/run/d.sock", sshOpts }, {}).ssh).toEqual({
      host: "box",
      user: "deploy",
      port: 2222,
      socket: "/run/d.sock",
      options: sshOpts,
    });
    expect(resolveEndpoint({}, { DOCKER_HOST: "ssh://box" })).toEqual({
      url: "ssh://box",
      source: "DOCKER_HOST",
      ssh: { host: "box", options: [] },
    });
    for (const host of ["ssh://-oProxyCommand=x", "ssh://-l@box", "ssh://me:secret@box"]) {
      expect(() => resolveEndpoint({ host }, {})).toThrow(/which is no address for ssh/);
      expect(() => resolveEndpoint({ host }, {})).not.toThrow(/secret/);
    }
  });

  it("of a script is what its environment says", () => {
    const tls = { ca: "CA", cert: "CERT", key: "KEY" };
    const env = { DOCKER_HOST: "tcp://box:2376", FLEET_DOCKER_TLS: JSON.stringify(tls) };
    expect(endpointOfScript(env)).toMatchObject({ host: "box", port: 2376, tls });
    const ssh = { DOCKER_HOST: "ssh://me@box", FLEET_SSH_OPTIONS: JSON.stringify(["-v"]) };
    expect(endpointOfScript(ssh).ssh).toEqual({ host: "box", user: "me", options: ["-v"] });
  });
});
