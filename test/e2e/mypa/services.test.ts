// A droplet's services on a host that is reached by ssh: a CRM on a real PostgreSQL and Redis, and the Tezit programs.
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noSshd, Sshd } from "../../engine/transport/sshd.js";
import { describeWithDocker, docker, inspect, removeStackObjects } from "../support/daemon.js";
import { freePorts, ProjectCopy, succeeded } from "../support/project.js";
import { CrmOnMachine, connects, crmEntry, mcpEntry, relayEntry, SERVICE_IMAGES, serviceSecrets } from "./services.js";

const noHost = noSshd ?? (process.getuid?.() === 0 ? undefined : "files of a host are root's, and this is not root");

describeWithDocker("the services of a droplet", () => {
  describe.skipIf(noHost)("on a host that is reached by ssh", () => {
    const id = randomBytes(3).toString("hex");
    const stack = `services-${id}`;
    const team = `t${id}`;
    const root = mkdtempSync(join(tmpdir(), "fleet-services-"));
    const secrets = serviceSecrets();
    const crm = new CrmOnMachine(docker, `twenty-${team}`);
    const containers = [
      ...["", "-worker", "-db", "-redis"].map((part) => crm.container + part),
      ...["tez-mcp", "tez-relay", `${stack}-sync`],
    ];
    let project: ProjectCopy;
    let sshd: Sshd;
    let ports: number[];

    const env = () => ({ SSH_AUTH_SOCK: sshd.agentSocket });
    const fleet = async (...args: string[]) => succeeded(await project.run(args, { env: env() })).stdout;
    const setSecret = async (name: string, value: string) =>
      succeeded(await project.run(["secret", "set", stack, name], { input: value, env: env() }));
    const idsOf = () => containers.map((name) => inspect("container", name).Id as string);
    const place = (path: string) => {
      const { mode, uid, gid } = statSync(join(root, path));
      return `${(mode & 0o777).toString(8)} ${uid}:${gid}`;
    };
    const tez = (method: string, body?: string) =>
      fetch(`http://127.0.0.1:${ports[1]}/tez/ada`, { method, ...(body !== undefined && { body }) });

    beforeAll(async () => {
      [sshd, ports] = [await Sshd.start(), await freePorts(3)];
      project = new ProjectCopy();
      project.declare(stack, {
        machines: { droplet: { on: "existing", docker: sshd.url, hostKey: sshd.hostKey } },
        images: SERVICE_IMAGES,
        services: {
          crm: crmEntry(team, { machine: "droplet", port: ports[0], data: join(root, "twenty") }),
          "tez-mcp": mcpEntry(`http://relay:${ports[2]}`, {
            machine: "droplet",
            port: ports[1],
            secretsFile: join(root, "tez/secrets.env"),
          }),
          relay: relayEntry({
            machine: "droplet",
            port: ports[2],
            data: join(root, "tez/relay"),
            secretsFile: join(root, "tez/relay.env"),
          }),
          sync: { kind: "crm-sync", machine: "droplet", image: "node", crm: "crm", key: { secret: "crm-app" } },
        },
        secrets: Object.fromEntries(Object.keys(secrets).map((name) => [name, null])),
      });
      for (const [name, value] of Object.entries(secrets)) await setSecret(name, value);
    });
    afterAll(async () => {
      if (!project) return;
      await project.run(["destroy", stack, "--yes", "--confirm-data-loss"], { env: env() });
      removeStackObjects(stack);
      await project.close();
      await sshd.stop();
      rmSync(root, { recursive: true, force: true });
      rmSync(`/var/lib/fleet/${stack}`, { recursive: true, force: true });
    });

    it("come up, and nothing is to change after that", async () => {
      await fleet("up", stack, "--yes");
      const { entries } = JSON.parse(await fleet("status", stack, "--json"));
      const states = entries.map(({ name, kind, state }: Record<string, string>) => [name, `${kind} ${state}`]);
      expect(Object.fromEntries(states)).toEqual(
        Object.fromEntries(
          ["crm", "crm-worker", "crm-db", "crm-redis", "relay", "sync", "tez-mcp"].map((name) => [
            name,
            "service ready",
          ]),
        ),
      );
      await fleet("up", stack, "--yes", "--expect-no-changes");
    });

    it("have no secret in what Docker tells of them, and each in a file that only its program reads", () => {
      const told = containers.map((name) => JSON.stringify(inspect("container", name))).join();
      for (const value of Object.values(secrets)) expect(told).not.toContain(value);
      expect(
        ["twenty/.env", "twenty/pgpass", "twenty/postgres-password", "tez/secrets.env", "tez/relay.env"].map(place),
      ).toEqual(["600 1000:1000", "600 1000:1000", "600 999:999", "600 1000:1000", "600 1000:1000"]);
      expect(["twenty/db", "twenty/storage", "tez/relay"].map(place)).toEqual([
        "700 999:999",
        "700 1000:1000",
        "700 1000:1000",
      ]);
    });

    it("keep what is written into PostgreSQL, and the worker gets its work from Redis", () => {
      crm.put("people", {
        id: randomUUID(),
        name: { firstName: "Ada" },
        emails: { primaryEmail: "ada@people.example" },
      });
      expect(crm.sql("SELECT data #>> '{name,firstName}' FROM core.record")).toBe("Ada");
      expect(readFileSync(join(root, "twenty/db/PG_VERSION"), "utf8")).toMatch(/^\d+/);
      expect(Number(docker("exec", `${crm.container}-redis`, "redis-cli", "GET", "done"))).toBeGreaterThan(0);
      expect(crm.dump()).toContain("ada@people.example");
      expect(crm.ask("POST", "/rest/batch/people?upsert=true", "read", []).status).toBe(403);
    });

    it("publish only the server's port, on loopback, and let nobody else near the database", () => {
      expect(docker("port", crm.container)).toBe(`3000/tcp -> 127.0.0.1:${ports[0]}`);
      expect(docker("port", `${crm.container}-db`)).toBe("");
      const address = docker(
        ...["inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", `${crm.container}-db`],
      );
      expect(connects(crm.container, `${crm.container}-db`, 5432)).toBe(true);
      for (const host of [address, `${crm.container}-db`]) expect(connects("tez-mcp", host, 5432)).toBe(false);
      expect(connects("tez-mcp", crm.container, 3000)).toBe(false);
      // The sync is in the network of the CRM that it writes, and in no other.
      expect(connects(`${stack}-sync`, crm.container, 3000)).toBe(true);
      expect(connects(`${stack}-sync`, address, 5432)).toBe(false);
    });

    it("pass a tez on through the relay, which keeps it on the host", async () => {
      // Both reach the relay by its public name; here they meet in its network.
      docker("network", "connect", `${stack}-relay`, "tez-mcp");
      expect((await tez("POST", "for ada")).status).toBe(204);
      expect(await (await tez("GET")).text()).toBe("for ada");
      expect(readdirSync(join(root, "tez/relay"))).toEqual(["ada.tez"]);
      expect((await fetch(`http://127.0.0.1:${ports[2]}/tez/ada`)).status).toBe(401);
    });

    it("take up other secrets without being replaced, the database's password among them", async () => {
      const before = idsOf();
      for (const name of Object.keys(secrets)) {
        secrets[name] = `${name}-${randomBytes(12).toString("hex")}`;
        await setSecret(name, secrets[name]);
      }
      await fleet("up", stack, "--yes");
      expect(idsOf()).toEqual(before);
      await expect.poll(async () => (await tez("GET")).status, { timeout: 60_000 }).toBe(200);
      await expect
        .poll(() => docker("inspect", "--format", "{{.State.Health.Status}}", crm.container), { timeout: 60_000 })
        .toBe("healthy");
      expect(crm.list("people")).toHaveLength(1);
      // The old password opens nothing any more: the server itself had to use the new one.
      expect(readFileSync(join(root, "twenty/postgres-password"), "utf8")).toBe(`${secrets["crm-db"]}\n`);
    });

    it("lose nothing when every container is made anew", async () => {
      docker("rm", "-f", ...containers);
      await fleet("up", stack, "--yes", "--refresh");
      expect(crm.list("people")).toEqual([expect.objectContaining({ name: { firstName: "Ada" } })]);
      docker("network", "connect", `${stack}-relay`, "tez-mcp");
      expect(await (await tez("GET")).text()).toBe("for ada");
    });
  });
});
