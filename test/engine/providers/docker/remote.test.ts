import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dockerProvider } from "../../../../engine/providers/docker/index.js";
import type { PropertyMap } from "../../../../engine/values.js";
import { noSshd, Sshd } from "../../transport/sshd.js";
import { noTlsDaemon, type Pem, TlsDaemon } from "../../transport/tls-daemon.js";
import { describeWithDocker, docker, failureOf, Resource, VOLUME } from "./daemon.js";

const ONE_CALL = fileURLToPath(new URL("../../transport/one-call.mjs", import.meta.url));
const required = process.env.FLEET_REQUIRE_DOCKER === "1";

function suite(missing: string | undefined, name: string, tests: () => void): void {
  if (missing && !required) describe.skip(`${name} (skipped: ${missing})`, tests);
  else describeWithDocker(name, tests);
}

async function at(config: PropertyMap, folder?: string): Promise<Resource> {
  const provider = dockerProvider(folder === undefined ? undefined : { folder });
  const { inputs, failures } = await provider.checkConfig!({ urn: "", olds: {}, news: config });
  expect(failures).toEqual([]);
  await provider.configure(inputs);
  return new Resource(provider, VOLUME);
}

suite(noSshd, "a daemon that is reached by ssh", () => {
  let sshd: Sshd;
  const outer = process.env.SSH_AUTH_SOCK;
  beforeAll(async () => {
    sshd = await Sshd.start();
    process.env.SSH_AUTH_SOCK = sshd.agentSocket;
  });
  afterAll(async () => {
    await sshd?.stop();
    if (outer === undefined) delete process.env.SSH_AUTH_SOCK;
    else process.env.SSH_AUTH_SOCK = outer;
  });
  const config = () => ({ host: sshd.url, sshOpts: JSON.stringify(sshd.options) });

  it("has its objects made, read and removed, by ssh from the program's folder", async () => {
    const name = `test-remote-${process.pid}`;
    const volume = await at(config(), sshd.folder);
    await volume.create({ name });
    expect(docker("volume", "inspect", "--format", "{{.Name}}", name)).toBe(name);
    expect((await volume.refresh()).id).toBe(name);
    await volume.delete();
    expect(() => docker("volume", "inspect", name)).toThrow();
    await volume.provider.close!();
  });

  it("is told why it is not reached", async () => {
    // Without that folder the pinned keys are not found.
    const volume = await at(config(), "/");
    const { message } = await failureOf(volume.create({ name: "ab" }));
    expect(message).toMatch(
      /^reading volume "ab": the host key of .* is not known.*\n {2}fix: .*\.\/fleet trust test box$/,
    );
  });

  it("is not waited for once the run is cancelled", async () => {
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as { port: number };
    const volume = await at({ ...config(), host: `ssh://nobody@127.0.0.1:${port}` }, sshd.folder);
    const creation = failureOf(volume.create({ name: "ab" }));
    await once(silent, "connection");
    await volume.provider.cancel!();
    expect((await creation).message).toBe('reading volume "ab": cancelled');
    await volume.provider.close!();
    silent.close();
  });
});

suite(noTlsDaemon, "a daemon that is reached by TLS", () => {
  let daemon: TlsDaemon;
  beforeAll(async () => {
    daemon = await TlsDaemon.start();
  });
  afterAll(() => daemon?.stop());
  const config = ({ ca, cert, key }: Pem) => ({
    host: daemon.url,
    caMaterial: ca,
    certMaterial: cert,
    keyMaterial: key,
  });

  it("has its objects made, read and removed by who has a certificate", async () => {
    const volume = await at(config(daemon.pem));
    await volume.create({ name: "of-tls" });
    expect((await volume.refresh()).id).toBe("of-tls");
    await volume.delete();
  });

  it("takes nobody whom its authority does not vouch for", async () => {
    const { ca } = daemon.pem;
    const volume = await at(config({ ...daemon.foreign, ca }));
    const { message } = await failureOf(volume.create({ name: "ab" }));
    expect(message).toMatch(/do not take each other's certificates: .*\n {2}fix: ca must be the authority/);
    expect(message).not.toContain("PRIVATE KEY");
  });

  it("is refused itself when another authority vouches for it", async () => {
    const { ca } = daemon.foreign;
    const { message } = await failureOf((await at(config({ ...daemon.pem, ca }))).create({ name: "ab" }));
    expect(message).toContain("do not take each other's certificates");
  });

  it("is not called with what is no certificate", async () => {
    const { message } = await failureOf((await at(config({ ...daemon.pem, cert: "none" }))).create({ name: "ab" }));
    expect(message).toContain("do not take each other's certificates");
  });

  it("answers scripts that have the certificates in their environment", async () => {
    const env = { ...process.env, DOCKER_HOST: daemon.url, FLEET_DOCKER_TLS: JSON.stringify(daemon.pem) };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [ONE_CALL], { env });
    expect(stderr).toBe("");
    expect(stdout.trim()).toBe(docker("version", "--format", "{{.Server.Version}}"));
  });
});
