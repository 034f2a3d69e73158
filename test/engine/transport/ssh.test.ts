import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import Docker from "dockerode";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { dockerOptions } from "../../../engine/transport/docker.mjs";
import { resolveEndpoint } from "../../../engine/transport/endpoint.mjs";
import { writeKnownHosts } from "../../../engine/transport/known-hosts.mjs";
import { SshAgent } from "../../../engine/transport/ssh-agent.mjs";
import { knownHostsFile, knownHostsLines } from "../../../spec/index.js";
import { BASE_IMAGE, describeWithDocker, docker } from "../providers/docker/daemon.js";
import { until } from "../support/wait.js";
import { freePort, noSshd, Sshd } from "./sshd.js";

/** The key of no host. */
const STRANGER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";
const ONE_CALL = fileURLToPath(new URL("./one-call.mjs", import.meta.url));
const required = process.env.FLEET_REQUIRE_DOCKER === "1";

let sshd: Sshd;
const agents: SshAgent[] = [];
const outerAgent = process.env.SSH_AUTH_SOCK;

beforeAll(async () => {
  if (noSshd) return;
  sshd = await Sshd.start();
  process.env.SSH_AUTH_SOCK = sshd.agentSocket;
});
afterEach(() => {
  for (const agent of agents.splice(0)) agent.destroy();
});
afterAll(async () => {
  await sshd?.stop();
  if (outerAgent === undefined) delete process.env.SSH_AUTH_SOCK;
  else process.env.SSH_AUTH_SOCK = outerAgent;
});

/** The daemon at an address, by a transport of its own. */
function reach(url = sshd.url, options = sshd.options, folder = sshd.folder): Docker {
  const endpoint = resolveEndpoint({ host: url, sshOpts: options });
  const agent = new SshAgent(endpoint.ssh!, folder);
  agents.push(agent);
  return new Docker(dockerOptions(endpoint, folder, agent));
}

/** Why a call failed: its message, and what to do. */
async function failure(call: Promise<unknown>): Promise<{ message: string; fix: string; code: string }> {
  const error = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof Error)) throw new Error("it did not fail");
  const { message, fix, code } = error as Error & { fix: string; code: string };
  return { message, fix, code };
}

/** As `sshd.options`, with some of them otherwise. */
const options = (changes: Record<string, string>) => [
  ...Object.entries(changes).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
  ...sshd.options.filter((_, index, all) => {
    const pair = all[index % 2 === 0 ? index + 1 : index]!;
    return !(pair.split("=", 1)[0]! in changes);
  }),
];

const suite = (name: string, tests: () => void) => {
  if (noSshd && !required) describe.skip(`${name} (skipped: ${noSshd})`, tests);
  else describeWithDocker(name, tests);
};

suite("Docker over ssh", () => {
  it("makes one connection for all that is asked at once", async () => {
    await sshd.disconnect();
    const before = sshd.logins;
    const api = reach();
    const answers = await Promise.all(Array.from({ length: 30 }, () => api.version()));
    expect(new Set(answers.map(({ ApiVersion }) => ApiVersion)).size).toBe(1);
    expect(sshd.logins - before).toBe(1);
    expect(sshd.clients().length).toBeLessThanOrEqual(6);
  });

  it("makes one connection for processes that begin at once, and keeps none of them", async () => {
    await sshd.disconnect();
    const before = sshd.logins;
    const env = { ...sshd.env, DOCKER_HOST: sshd.url, FLEET_SSH_OPTIONS: JSON.stringify(sshd.options) };
    const runs = Array.from({ length: 6 }, async () => {
      const child = spawn(process.execPath, [ONE_CALL], { cwd: sshd.folder, env });
      const [out, err] = [text(child.stdout), text(child.stderr)];
      const [code] = await once(child, "exit");
      return { code, out: (await out).trim(), err: await err };
    });
    const version = docker("version", "--format", "{{.Server.Version}}");
    expect(await Promise.all(runs)).toEqual(runs.map(() => ({ code: 0, out: version, err: "" })));
    expect(sshd.logins - before).toBe(1);
  });

  it("carries streams both ways, and their ends", async () => {
    const api = reach();
    const name = `test-ssh-${process.pid}`;
    const container = await api.createContainer({ name, Image: BASE_IMAGE, Cmd: ["sleep", "60"] });
    try {
      await container.start();
      const exec = await container.exec({
        Cmd: ["sh", "-c", "cat; echo done"],
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
      });
      const stream = await exec.start({ hijack: true, stdin: true });
      const output = new PassThrough();
      api.modem.demuxStream(stream, output, output);
      stream.once("end", () => output.end());
      const large = "0123456789abcdef".repeat(64 * 1024);
      stream.end(`${large}\n`);
      // That its input has ended is what makes cat end.
      expect(await text(output)).toBe(`${large}\ndone\n`);
      expect((await exec.inspect()).ExitCode).toBe(0);
    } finally {
      await container.remove({ force: true });
    }
  });

  it("lets what takes long hold up nothing else", async () => {
    const api = reach();
    const container = await api.createContainer({ Image: BASE_IMAGE, Cmd: ["sleep", "60"] });
    try {
      await container.start();
      const waiting = Array.from({ length: 7 }, () => container.wait());
      expect((await api.version()).ApiVersion).toBeDefined();
      await container.kill();
      expect((await Promise.all(waiting)).map(({ StatusCode }) => StatusCode)).toEqual(waiting.map(() => 137));
    } finally {
      await container.remove({ force: true });
    }
  });

  it("goes on where more is asked at once than a connection takes", async () => {
    const api = reach();
    const container = await api.createContainer({ Image: BASE_IMAGE, Cmd: ["sleep", "60"] });
    try {
      await container.start();
      const waiting = Array.from({ length: 15 }, () => container.wait());
      expect((await api.version()).ApiVersion).toBeDefined();
      await container.kill();
      expect((await Promise.all(waiting)).length).toBe(15);
    } finally {
      await container.remove({ force: true });
    }
  });

  it("ends its processes when it is given up", async () => {
    const api = reach();
    await Promise.all([api.version(), api.info()]);
    expect(sshd.clients()).not.toEqual([]);
    agents.at(-1)!.destroy();
    await until(() => sshd.clients().length === 0);
  });

  it("connects anew when the shared connection is gone", async () => {
    const api = reach();
    await api.version();
    await sshd.disconnect();
    // What was open broke off; the next call finds that out, or begins anew.
    await api.version().catch(() => {});
    expect((await api.version()).ApiVersion).toBeDefined();
  });

  it("shares no connection that was made while another key was trusted", async () => {
    await reach().version();
    const known = join(sshd.folder, knownHostsFile(Sshd.stack));
    const before = sshd.logins;
    try {
      writeKnownHosts(known, knownHostsLines(Sshd.machine, [STRANGER]));
      expect((await failure(reach().version())).message).toContain("shows another host key");
    } finally {
      writeKnownHosts(known, knownHostsLines(Sshd.machine, [sshd.hostKey]));
    }
    expect(sshd.logins).toBe(before);
  });

  it("does not need a connection that is shared", async () => {
    const api = reach(sshd.url, options({ ControlPath: "none" }));
    const before = sshd.logins;
    expect((await api.version()).ApiVersion).toBeDefined();
    expect(sshd.logins - before).toBe(1);
  });

  it("reaches a socket of the host that is named, and says when nobody answers there", async () => {
    expect((await reach(`${sshd.url}/var/run/docker.sock`).version()).ApiVersion).toBeDefined();
    const { message, fix } = await failure(reach(`${sshd.url}/nowhere.sock`).version());
    expect(message).toBe(`no Docker daemon answers on ${sshd.user}@127.0.0.1:${sshd.port}`);
    expect(fix).toContain("systemctl start docker");
  });
});

suite("a host that is not reached by ssh", () => {
  const at = () => `${sshd.user}@127.0.0.1:${sshd.port}`;
  beforeAll(() => sshd.disconnect());

  it("shows another key than the trusted one", async () => {
    sshd.trust(STRANGER);
    try {
      const before = sshd.logins;
      const { message, fix, code } = await failure(reach().version());
      expect(message).toBe(
        `${at()} shows another host key than the one that is trusted: it is another host, or was set up anew`,
      );
      expect(fix).toContain("./fleet trust test box");
      expect(code).toBe("ESSH");
      expect(sshd.logins).toBe(before);
    } finally {
      sshd.trust(sshd.hostKey);
    }
  });

  it("has no key that is known", async () => {
    const { message, fix } = await failure(reach(sshd.url, options({ HostKeyAlias: "stranger" })).version());
    expect(message).toBe(`the host key of ${at()} is not known, so it may be any host`);
    expect(fix).toContain("./fleet trust test stranger");
  });

  it("takes no key of this user", async () => {
    const without = options({ IdentityAgent: "none", IdentityFile: "/dev/null", IdentitiesOnly: "yes" });
    const { message, fix } = await failure(reach(sshd.url, without).version());
    expect(message).toBe(`${at()} takes none of this user's ssh keys`);
    expect(fix).toContain("ssh-add");
  });

  it("does not listen", async () => {
    const port = await freePort();
    const { message, fix } = await failure(reach(`ssh://${sshd.user}@127.0.0.1:${port}`).version());
    expect(message).toBe(`${sshd.user}@127.0.0.1:${port} does not answer by ssh`);
    expect(fix).toContain(`\`ssh -p ${port} ${sshd.user}@127.0.0.1\``);
  });

  it("takes the connection and says nothing", async () => {
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as { port: number };
    const hasty = options({ ConnectTimeout: "1", ConnectionAttempts: "1" });
    const { message } = await failure(reach(`ssh://${sshd.user}@127.0.0.1:${port}`, hasty).version());
    expect(message).toBe(`${sshd.user}@127.0.0.1:${port} does not answer by ssh`);
    silent.close();
  });

  it("never decides whom it lets in", async () => {
    const asks = process.getuid?.() === 0 ? "root" : sshd.user;
    const slow = await Sshd.start({
      config: ["AuthorizedKeysCommand /bin/sleep 600", `AuthorizedKeysCommandUser ${asks}`, "LoginGraceTime 600"],
    });
    const outer = process.env.SSH_AUTH_SOCK;
    process.env.SSH_AUTH_SOCK = slow.agentSocket;
    try {
      // A key that the file does not have: then the command is asked.
      writeFileSync(join(slow.folder, "authorized"), "");
      const hasty = ["-o", "ConnectTimeout=1", "-o", "ConnectionAttempts=1"];
      const all = [...hasty, ...slow.options.filter((_, i, list) => !/^Connect/.test(list[i - (i % 2) + 1]!))];
      const { message } = await failure(reach(slow.url, all, slow.folder).version());
      expect(message).toMatch(/was not reached by ssh within \d+ s$/);
      await until(() => slow.clients().length === 0);
    } finally {
      process.env.SSH_AUTH_SOCK = outer;
      await slow.stop();
    }
  });

  it("is not there: its name has no address", async () => {
    const { message } = await failure(reach("ssh://deploy@host.invalid").version());
    expect(message).toBe("there is no host host.invalid: its name has no address");
  });

  it("has no docker command", async () => {
    const bare = await Sshd.start({ config: ["SetEnv PATH=/nowhere"] });
    const outer = process.env.SSH_AUTH_SOCK;
    process.env.SSH_AUTH_SOCK = bare.agentSocket;
    try {
      const { message, fix } = await failure(reach(bare.url, bare.options, bare.folder).version());
      expect(message).toBe(`there is no docker command on ${bare.user}@127.0.0.1:${bare.port}`);
      expect(fix).toContain("install Docker there");
    } finally {
      process.env.SSH_AUTH_SOCK = outer;
      await bare.stop();
    }
  });

  it("cannot be called without the ssh program", async () => {
    const path = process.env.PATH;
    const empty = mkdtempSync(join(tmpdir(), "fleet-no-ssh-"));
    process.env.PATH = empty;
    try {
      const { message, fix } = await failure(reach().version());
      expect(message).toBe("there is no ssh program here, and the machine is reached by it");
      expect(fix).toContain("openssh-client");
    } finally {
      process.env.PATH = path;
      rmSync(empty, { recursive: true });
    }
  });
});
