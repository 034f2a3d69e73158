// Machines that are reached by ssh or TLS, as the verbs see them: real servers of both kinds on the loopback.
import { afterAll, beforeAll, expect, it } from "vitest";
import { fingerprint } from "../../cli/host-keys.js";
import { freePort, noSshd, Sshd } from "../engine/transport/sshd.js";
import { noTlsDaemon, TlsDaemon } from "../engine/transport/tls-daemon.js";
import { describeIf, noDocker } from "../templates/daemon.js";
import { project } from "./harness.js";

const FILE = "stacks/Pulumi.far.yaml";
const STRANGER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";

const stack = (machines: string) => `config:
  fleet:machines:
${machines}
  fleet:agents:
    ada: { machine: server, runtime: container, image: "example.org/box:1", port: 28790 }
`;

describeIf(noSshd ?? noDocker, "fleet trust", () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await Sshd.start();
  });
  afterAll(() => sshd?.stop());
  const own = () => fingerprint(sshd.hostKey);
  const text = (rest = "") => `    server: # rented
      docker: "${sshd.url}" # by ssh
      on: existing${rest}`;

  it("writes the key that a host shows into the stack file, once somebody has agreed, and nothing else", async () => {
    const before = stack(text());
    const here = project({ [FILE]: before });
    const check = await here.fleet(["check", "far"]);
    expect(check.stdout).toContain("fleet:machines.server.hostKey: is missing: run ./fleet trust far server");

    const asked = await here.fleet(["trust", "far", "server"]);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain(`server (127.0.0.1:${sshd.port}) shows the ED25519 key ${own()}.`);
    expect(here.read(FILE)).toBe(before);

    const agreed = await here.fleet(["trust", "far", "server", "--yes"]);
    expect(agreed.code).toBe(0);
    expect(here.read(FILE)).toBe(stack(text(`\n      hostKey: ${sshd.hostKey}`)));
    expect((await here.fleet(["check", "far"])).code).toBe(0);

    const again = await here.fleet(["trust", "far", "server"]);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("already; nothing was written") });
  });

  it("takes the key of a fingerprint that was given, and no other", async () => {
    const here = project({ [FILE]: stack(text()) });
    const wrong = await here.fleet(["trust", "far", "server", "--fingerprint", fingerprint(STRANGER)]);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain(`has no key ${fingerprint(STRANGER)}, but ED25519 ${own()}; nothing was written`);
    expect(here.read(FILE)).toBe(stack(text()));
    expect((await here.fleet(["trust", "far", "server", "--fingerprint", own()])).code).toBe(0);
    expect(here.read(FILE)).toContain(`hostKey: ${sshd.hostKey}`);
  });

  it("shows that a key has changed, and replaces it only for who says that he has compared it", async () => {
    const before = stack(text(`\n      hostKey: ${STRANGER}`));
    const here = project({ [FILE]: before });
    for (const options of [["--yes"], ["--fingerprint", own()], []]) {
      const { code, stderr } = await here.fleet(["trust", "far", "server", ...options]);
      expect(code).not.toBe(0);
      expect(stderr).toContain(
        `CHANGED: server (127.0.0.1:${sshd.port}) is known by the ED25519 key ${fingerprint(STRANGER)}`,
      );
      expect(here.read(FILE)).toBe(before);
    }
    expect((await here.fleet(["trust", "far", "server", "--fingerprint", own(), "--yes"])).code).toBe(0);
    expect(here.read(FILE)).toBe(before.replace(STRANGER, sshd.hostKey));
  });

  it("trusts one machine while others have no key yet, and mends a key that is none", async () => {
    const other = `\n    other: { on: existing, docker: ssh://me@localhost:1, hostKey: }`;
    const here = project({ [FILE]: stack(text("\n      hostKey: SHA256:abc") + other) });
    expect((await here.fleet(["trust", "far", "server", "--yes"])).code).toBe(0);
    expect(here.read(FILE)).toContain(`hostKey: ${sshd.hostKey}\n    other`);
  });

  it("writes nothing into a file that is at fault otherwise, nor for what is not reached by ssh", async () => {
    const here = project({ [FILE]: stack(text("\n      sockte: x")) });
    const faulty = await here.fleet(["trust", "far", "server", "--yes"]);
    expect(faulty).toMatchObject({ code: 2, stderr: expect.stringContaining("has 1 fault; nothing was written") });
    here.write(FILE, stack("    server: { on: docker }"));
    expect((await here.fleet(["trust", "far", "server"])).stderr).toContain(
      "is not reached by ssh, and has no host key",
    );
    expect((await here.fleet(["trust", "far", "servre"])).stderr).toContain(
      'has no machine "servre" (did you mean server?)',
    );
    here.write(FILE, stack(`    server: { on: existing, docker: "ssh://me@127.0.0.1:${await freePort()}" }`));
    const silent = await here.fleet(["trust", "far", "server", "--yes"]);
    expect(silent).toMatchObject({ code: 1, stderr: expect.stringContaining("shows no ssh host key") });
  });

  it("has verbs reach the machine by its key alone", async () => {
    const here = project({ [FILE]: stack(text(`\n      hostKey: ${sshd.hostKey}`)) });
    const env = { SSH_AUTH_SOCK: sshd.agentSocket, DOCKER_HOST: "unix:///nowhere.sock" };
    const doctor = await here.fleet(["doctor", "far", "--json"], { env });
    expect(JSON.parse(doctor.stdout).findings).toContainEqual(
      expect.objectContaining({ check: "docker", state: "ok", detail: expect.stringContaining(sshd.url) }),
    );
    const status = JSON.parse((await here.fleet(["status", "far", "--json"], { env })).stdout);
    expect(status.entries).toMatchObject([{ name: "ada", machine: "server", state: "missing" }]);

    here.write(FILE, stack(text(`\n      hostKey: ${STRANGER}`)));
    const refused = await here.fleet(["status", "far"], { env });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("shows another host key than the one that is trusted");
    expect(refused.stderr).toContain("./fleet trust far server");
    expect(refused.stderr).not.toMatch(/\n\s+at /);
  });

  it("shows what is on one machine while another is not reached", async () => {
    const down = `\n    down: { on: existing, docker: "ssh://me@127.0.0.1:${await freePort()}", hostKey: ${STRANGER} }`;
    const here = project({
      [FILE]: `${stack(text(`\n      hostKey: ${sshd.hostKey}`) + down)}    bob: { machine: down, runtime: container, image: "example.org/box:1" }\n`,
    });
    const env = { SSH_AUTH_SOCK: sshd.agentSocket };
    const { code, stdout } = await here.fleet(["status", "far", "--json"], { env });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).entries).toMatchObject([
      { name: "ada", state: "missing" },
      { name: "bob", state: "unreachable", detail: expect.stringContaining("does not answer by ssh") },
    ]);
  });
});

describeIf(noTlsDaemon ?? noDocker, "a machine that is reached by TLS", () => {
  let daemon: TlsDaemon;
  beforeAll(async () => {
    daemon = await TlsDaemon.start();
  });
  afterAll(() => daemon?.stop());

  it("is reached with the certificates in fleet:secrets", async () => {
    const tls = "tls: { ca: { secret: ca }, cert: { secret: cert }, key: { secret: key } }";
    const server = `    server: { on: existing, docker: "${daemon.url}", ${tls} }`;
    const here = project({ [FILE]: `${stack(server)}  fleet:secrets: {}\n` });
    const { pem } = daemon;
    for (const name of ["ca", "cert", "key"] as const) {
      const set = await here.fleet(["secret", "set", "far", name], { stdin: pem[name] });
      expect(set.stdout).toContain("Now run ./fleet up far");
    }
    const status = await here.fleet(["status", "far", "--json"]);
    expect(JSON.parse(status.stdout).entries).toMatchObject([{ name: "ada", state: "missing" }]);

    await here.fleet(["secret", "set", "far", "cert"], { stdin: daemon.foreign.cert });
    const refused = await here.fleet(["status", "far"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("do not take each other's certificates");
    expect(refused.stderr + refused.stdout).not.toContain("PRIVATE KEY");
  });
});
