import { describe, expect, it } from "vitest";
import { backedUp, backupOf, checkStackText, formatFault, readStackText } from "../../spec/index.js";
import { notBackedUp } from "../../spec/rules/backups.js";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";

/** A host with an agent and a nightly backup, with nothing wrong in it. */
const BASE = `config:
  fleet:machines:
    fleet-beta: { on: existing, docker: "ssh://fleet@198.51.100.7", hostKey: ${KEY} }
    spare: { on: existing, docker: "ssh://fleet@198.51.100.8", hostKey: ${KEY} }
    here: { on: docker }
  fleet:agents:
    ada: { machine: fleet-beta, runtime: container, image: "ghcr.io/acme/agent:1.2", volumes: { data: { path: /data } } }
    bob: { machine: spare, runtime: container, image: "ghcr.io/acme/agent:1.2" }
    box: { machine: here, runtime: container, image: "ghcr.io/acme/agent:1.2" }
  fleet:backups:
    nightly:
      machine: fleet-beta
      repository: s3:https://nyc3.example.com/mypa-backups/beta
      password: { secret: backup-password }
      env: { AWS_ACCESS_KEY_ID: { secret: spaces-id } }
  fleet:secrets:
    backup-password: { secure: v1:abc:def }
    spaces-id: { secure: v1:abc:def }
`;

function edited(from: string, to: string): string {
  if (!BASE.includes(from)) throw new Error(`the base has no ${from}`);
  return BASE.replace(from, to);
}

const messages = (text: string) => checkStackText("test", text, "fleet").map((fault) => formatFault("f", fault));

const SECOND = (machine: string, repository: string) =>
  `    second: { machine: ${machine}, repository: "${repository}", password: { secret: backup-password } }\n  fleet:secrets:`;

const FORMS =
  "must be a folder of the machine, such as /srv/backups, or s3:, sftp:, rest:, b2:, azure:, gs:, swift: or rclone: and a place there, not";

describe("fleet:backups", () => {
  it("has a time and a retention by itself", () => {
    const { spec } = readStackText("test", BASE, "fleet");
    expect(spec?.backups.nightly).toEqual({
      name: "nightly",
      machine: "fleet-beta",
      repository: "s3:https://nyc3.example.com/mypa-backups/beta",
      password: { secret: "backup-password" },
      env: { AWS_ACCESS_KEY_ID: { secret: "spaces-id" } },
      at: "03:15",
      keep: { daily: 7, weekly: 4, monthly: 6 },
    });
    expect(backedUp(spec!, "fleet-beta")).toEqual({ ada: { folders: [], databases: [] } });
    expect(backupOf(spec!, "ada")?.name).toBe("nightly");
    expect(backupOf(spec!, "bob")).toBeUndefined();
  });

  it.each([
    "/srv/backups",
    "sftp:backup@backup.example.com:/srv/beta",
    "rest:https://backup.example.com/beta",
    "b2:bucket:beta",
  ])("keeps a repository at %s", (repository) => {
    expect(messages(edited("s3:https://nyc3.example.com/mypa-backups/beta", repository))).toEqual([]);
  });

  it.each([
    [
      "a machine that is not there",
      edited("      machine: fleet-beta", "      machine: fleet-beat"),
      ['f:12:16: fleet:backups.nightly.machine: machines has no entry "fleet-beat" (did you mean fleet-beta?)'],
    ],
    [
      "a machine of which only the daemon is reached",
      edited("      machine: fleet-beta", "      machine: here"),
      [
        "f:12:16: fleet:backups.nightly.machine: the host of here is not reached, only its Docker daemon: backups need a machine with an ssh:// address",
      ],
    ],
    [
      "two backups of a machine",
      edited("  fleet:secrets:", SECOND("fleet-beta", "/srv/other")),
      ["f:16:24: fleet:backups.second.machine: machine fleet-beta has a backup already: backups.nightly"],
    ],
    [
      "two machines in one repository",
      edited("  fleet:secrets:", SECOND("spare", "s3:https://nyc3.example.com/mypa-backups/beta")),
      [
        "f:16:43: fleet:backups.second.repository: is the repository of backups.nightly too: give each its own, such as s3:https://nyc3.example.com/mypa-backups/beta/spare",
      ],
    ],
    [
      "no password",
      edited("      password: { secret: backup-password }\n", ""),
      ["f:11:5: fleet:backups.nightly.password: is missing"],
    ],
    [
      "a relative folder",
      edited("s3:https://nyc3.example.com/mypa-backups/beta", "backups"),
      [`f:13:19: fleet:backups.nightly.repository: ${FORMS} "backups"`],
    ],
    [
      "a password in the address",
      edited("s3:https://nyc3.example.com/mypa-backups/beta", "rest:https://me:pw@backup.example.com/"),
      ["f:13:19: fleet:backups.nightly.repository: has a password in it: say it in env, as { secret: name }"],
    ],
    [
      "a variable that another key says",
      edited("AWS_ACCESS_KEY_ID", "RESTIC_PASSWORD"),
      ["f:15:14: fleet:backups.nightly.env.RESTIC_PASSWORD: is what password says: take it out"],
    ],
    [
      "nothing that is kept",
      edited("      env:", "      keep: { daily: 0, weekly: 0, monthly: 0 }\n      env:"),
      ["f:15:13: fleet:backups.nightly.keep: keeps nothing: one of daily, weekly and monthly must be 1 at least"],
    ],
    [
      "no time of day",
      edited("      env:", "      at: 24:00\n      env:"),
      ['f:15:11: fleet:backups.nightly.at: must be a time of day, such as 03:15, not "24:00"'],
    ],
  ])("says what is wrong with %s", (_about, text, expected) => {
    expect(messages(text)).toEqual(expected);
  });

  it("warns of data in folders of a host that nothing backs up", () => {
    const { spec } = readStackText("test", BASE, "fleet");
    // As a runtime with a folder of its machine has it.
    Object.assign(spec!.agents.bob!, { folder: "/opt/mypa/agents/pa-bob" });
    const faults: string[] = [];
    notBackedUp(spec!, ({ path, message }) => faults.push(`${path.join(".")}: ${message}`));
    expect(faults).toEqual(["machines.spare: nothing backs up the data of bob: declare it in fleet:backups"]);
    expect(backedUp(spec!, "spare").bob?.folders).toEqual(["/opt/mypa/agents/pa-bob/data"]);
  });
});
