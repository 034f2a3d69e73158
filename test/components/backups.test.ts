import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Backup } from "../../components/backups/backup.js";
import type { Machine } from "../../components/hosts/machine.js";
import type { HostBundle } from "../../templates/hosts/bundle.js";
import { unwrap } from "./deploy.js";

interface Command {
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: inputs as they were registered.
  inputs: any;
}

const KEY = "5f1c-password";

/** Makes a backup on a host against the mocks, and gives its two commands. */
async function delivered(env: Record<string, string | { secret: string }>): Promise<[Command, Command]> {
  const commands: Command[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        if (type === "command:local:Command") commands.push({ name, inputs });
        return { id: name, state: inputs };
      },
      call: () => ({}),
    },
    "fleet",
    "mypa-beta",
    false,
  );
  const host = new pulumi.ComponentResource("test:index:Host", "host") as Machine;
  Object.assign(host, {
    entry: "fleet-beta",
    host: { environment: { FLEET_HOST: "ssh://fleet@198.51.100.7" }, opts: {} },
  });
  const { nodes } = new Backup("fleet-nightly", {
    stack: "mypa-beta",
    machine: host,
    spec: {
      name: "nightly",
      machine: "fleet-beta",
      repository: "s3:https://nyc3.example.com/mypa-backups/beta",
      password: { secret: "backup-password" },
      env,
      at: "03:15",
      keep: { daily: 7, weekly: 4, monthly: 6 },
    },
    entries: {
      ada: { folders: ["/opt/mypa/agents/pa-ada/data"], databases: [] },
      crm: { folders: [], databases: [{ container: "crm-db", user: "twenty", name: "default", users: ["crm"] }] },
    },
    secrets: pulumi.secret<Record<string, string>>({ "backup-password": KEY, "spaces-key": "it's" }),
  });
  await new Promise((done) => nodes.program.nodes.delivery.id.apply(done));
  await pulumi.runtime.disconnect();
  expect(commands.map(({ name }) => name)).toEqual(["fleet-nightly-access-delivery", "fleet-nightly-program-delivery"]);
  return commands as [Command, Command];
}

describe("a backup", () => {
  const outer = process.cwd();
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "fleet-backups-"));
    process.chdir(folder);
  });
  afterAll(() => {
    process.chdir(outer);
    rmSync(folder, { recursive: true });
  });

  it("is a program, its plan and a timer on the host, and everybody may look at them in a plan", async () => {
    const [, { inputs }] = await delivered({ AWS_SECRET_ACCESS_KEY: { secret: "spaces-key" } });
    expect(inputs.environment).toEqual({ FLEET_HOST: "ssh://fleet@198.51.100.7" });
    const { value, secret } = unwrap(inputs.stdin);
    expect(secret).toBe(false);
    const { owner, files, checks, afterwards } = JSON.parse(value as string) as HostBundle;
    expect(owner).toEqual({ stack: "mypa-beta", entry: "backup-nightly" });
    expect(
      Object.keys(files)
        .filter((path) => !path.includes("backup.d/"))
        .sort(),
    ).toEqual([
      "/etc/fleet/backup-nightly.json",
      "/etc/sudoers.d/60-fleet-backup",
      "/etc/systemd/system/fleet-backup-nightly.service",
      "/etc/systemd/system/fleet-backup-nightly.timer",
      "/usr/local/lib/fleet/backup",
    ]);
    expect(JSON.parse(files["/etc/fleet/backup-nightly.json"]!.text!)).toMatchObject({
      stack: "mypa-beta",
      machine: "fleet-beta",
      entries: { ada: { folders: ["/opt/mypa/agents/pa-ada/data"] }, crm: { databases: [{ name: "default" }] } },
    });
    expect(files["/etc/sudoers.d/60-fleet-backup"]).toEqual({
      text: expect.stringContaining("\nfleet ALL=(root) NOPASSWD: /usr/local/lib/fleet/backup\n"),
      mode: "0440",
    });
    expect(files["/usr/local/lib/fleet/backup"]).toMatchObject({ mode: "0755" });
    expect(files["/etc/systemd/system/fleet-backup-nightly.timer"]!.text).toContain("OnCalendar=*-*-* 03:15:00\n");
    expect(checks.join("\n")).toContain("apt-get install restic");
    expect(afterwards).toEqual([
      "systemctl daemon-reload",
      "systemctl enable fleet-backup-nightly.timer",
      "systemctl restart fleet-backup-nightly.timer",
    ]);
  });

  it("has its secrets in one file, which root alone reads, and which is delivered as a secret", async () => {
    const [access, program] = await delivered({ AWS_SECRET_ACCESS_KEY: { secret: "spaces-key" } });
    const { value, secret } = unwrap(access.inputs.stdin);
    expect(secret).toBe(true);
    expect((JSON.parse(value as string) as HostBundle).files).toEqual({
      "/etc/fleet/backup-nightly.env": {
        text: `RESTIC_REPOSITORY='s3:https://nyc3.example.com/mypa-backups/beta'\nRESTIC_PASSWORD='${KEY}'\nAWS_SECRET_ACCESS_KEY='it'\\''s'\n`,
        mode: "0600",
      },
    });
    expect(JSON.stringify(program)).not.toContain(KEY);
  });
});
