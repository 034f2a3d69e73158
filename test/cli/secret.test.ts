import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { lineDiff } from "../../cli/diff.js";
import { PassphraseSecrets } from "../../engine/index.js";
import { ended, project, STACK } from "./harness.js";

const FILE = "stacks/Pulumi.local.yaml";
const VALUE = 'sk-"quoted" and \\ back\n second line';

describe("fleet secret", () => {
  it("encrypts a value from standard input so that the passphrase opens it, and changes nothing else", async () => {
    const here = project({ [FILE]: STACK });
    const first = await here.fleet(["secret", "set", "local", "apiKey"], { stdin: `${VALUE}\n` });
    expect(first.stdout).toContain("Added the secret apiKey");
    expect(first.stderr).toContain(`Made a passphrase for secrets: ${here.root}/config/agent-fleet/passphrase`);
    expect(first.code).toBe(0);

    const passphraseFile = join(here.root, "config/agent-fleet/passphrase");
    expect(statSync(passphraseFile).mode & 0o777).toBe(0o600);
    const text = here.read(FILE);
    const data = parse(text);
    const secrets = await PassphraseSecrets.open(data.encryptionsalt, readFileSync(passphraseFile, "utf8").trim());
    expect(secrets.decrypt(data.config["fleet:secrets"].apiKey.secure)).toBe(VALUE);
    const changed = lineDiff(STACK, text, 0)
      .split("\n")
      .filter((line) => /^[-+]/.test(line));
    expect(changed.map((line) => line.replace(/v1:.*/, "v1:…"))).toEqual([
      "-   fleet:secrets: {}",
      "+   fleet:secrets:",
      "+     apiKey:",
      "+       secure: v1:…",
      "+ encryptionsalt: v1:…",
    ]);

    // Set again: the passphrase is reused without a word, and one line changes.
    const second = await here.fleet(["secret", "set", "local", "apiKey"], { stdin: "other" });
    expect(second.stdout).toContain("Changed the secret apiKey");
    expect(second.stderr).toBe("");
    const after = parse(here.read(FILE));
    expect(after.encryptionsalt).toBe(data.encryptionsalt);
    expect(secrets.decrypt(after.config["fleet:secrets"].apiKey.secure)).toBe("other");
    expect([first, second].map(({ stdout, stderr }) => stdout + stderr).join()).not.toContain("quoted");
  });

  it("knows a secret that is declared without a value, and gives it one", async () => {
    const here = project({ [FILE]: STACK.replace("fleet:secrets: {}", "fleet:secrets:\n    apiKey: # of the model") });
    const list = async () => JSON.parse((await here.fleet(["secret", "list", "local", "--json"])).stdout);
    expect(await list()).toMatchObject([{ name: "apiKey", set: false }]);
    const up = await here.fleet(["up", "local", "--yes"]);
    expect(up.code).toBe(2);
    expect(up.stderr).toContain("no value for apiKey\n  fix: ./fleet secret set local apiKey");
    expect((await here.fleet(["secret", "set", "local", "apiKey"], { stdin: VALUE })).code).toBe(0);
    expect(await list()).toMatchObject([{ name: "apiKey", set: true }]);
  });

  it("takes a passphrase from the environment, and refuses a wrong one", async () => {
    const here = project({ [FILE]: STACK });
    const right = { PULUMI_CONFIG_PASSPHRASE: "right" };
    expect((await here.fleet(["secret", "set", "local", "a"], { stdin: "1", env: right })).code).toBe(0);
    const before = here.read(FILE);
    const wrong = await here.fleet(["secret", "set", "local", "a"], {
      stdin: "2",
      env: { PULUMI_CONFIG_PASSPHRASE: "wrong" },
    });
    expect(wrong.stderr).toMatch(/^error: wrong passphrase: .*\n {2}fix: set PULUMI_CONFIG_PASSPHRASE/);
    expect(wrong.code).toBe(2);
    const unknown = await here.fleet(["secret", "set", "local", "a"], { stdin: "2" });
    expect(unknown.stderr).toMatch(
      /^error: this stack's secrets are encrypted, and its passphrase is not known here\n {2}fix: set PULUMI_CONFIG_PASSPHRASE/,
    );
    expect(unknown.code).toBe(2);
    expect(here.read(FILE)).toBe(before);
  });

  it("takes no value from the command line, where `ps` shows it, and none that is empty", async () => {
    const here = project({ [FILE]: STACK });
    const { code, stderr } = await here.fleet(["secret", "set", "local", "apiKey", "hunter2"]);
    expect(stderr).toContain("error: a secret's value does not go on the command line");
    expect(stderr).not.toContain("hunter2");
    expect(code).toBe(2);
    const empty = await here.fleet(["secret", "set", "local", "apiKey"], { stdin: "\n" });
    expect(empty.stderr).toContain("error: the value of apiKey is empty; nothing was written");
    expect(here.read(FILE)).toBe(STACK);
  });

  it("never has the value in the arguments of a process", async () => {
    const here = project({ [FILE]: STACK });
    const child = here.start(["secret", "set", "local", "apiKey"], { stdin: "hunter2-in-no-argument" });
    const seen: string[] = [];
    const watch = setInterval(() => seen.push(commandLines()), 20);
    await ended(child);
    clearInterval(watch);
    expect(seen.length).toBeGreaterThan(5);
    expect(seen.join()).toContain("secret\0set\0local\0apiKey");
    expect(seen.join()).not.toContain("hunter2-in-no-argument");
  });

  it("lists names and uses, and removes only what nothing uses", async () => {
    const here = project({ [FILE]: STACK });
    await here.fleet(["secret", "set", "local", "apiKey"], { stdin: "1" });
    const unused = here.read(FILE);
    await here.fleet(["agent", "set", "local", "ada", "env.KEY={ secret: apiKey }"]);
    const { stdout } = await here.fleet(["secret", "list", "local", "--json"]);
    expect(JSON.parse(stdout)).toEqual([{ name: "apiKey", set: true, usedBy: ["agents.ada.env.KEY"] }]);
    const refused = await here.fleet(["secret", "remove", "local", "apiKey"]);
    expect(refused.stderr).toContain("error: the secret apiKey is used by agents.ada.env.KEY; nothing was written");
    expect(refused.code).toBe(2);
    await here.fleet(["agent", "set", "local", "ada", "--unset", "env"]);
    expect(here.read(FILE)).toBe(unused);
    expect((await here.fleet(["secret", "remove", "local", "apiKey"])).code).toBe(0);
    expect(parse(here.read(FILE)).config["fleet:secrets"]).toEqual({});
  });

  it("refuses what it cannot read", async () => {
    const here = project({ [FILE]: STACK.replace("{ on: docker }", "{ on: docker") });
    const { code, stderr } = await here.fleet(["secret", "set", "local", "a"], { stdin: "1" });
    expect(stderr).toMatch(/^error: stacks\/Pulumi\.local\.yaml:\d+:\d+: not valid YAML; nothing was written/);
    expect(code).toBe(2);
  });
});

describe("fleet secrets", () => {
  const SECRETS = `${STACK.replace("  fleet:secrets: {}\n", "")}  fleet:backups:
    nightly: { machine: here, repository: /srv/backups, password: { secret: backup-password } }
  fleet:secrets:
    backup-password:
`;

  it("lists what is set, missing and where it lies, never a value, of a file with faults too", async () => {
    const here = project({ [FILE]: SECRETS });
    await here.fleet(["secret", "set", "local", "spare"], { stdin: VALUE });
    await here.fleet(["secret", "set", "local", "apiKey"], { stdin: VALUE });
    const env = "      env:\n        KEY: { secret: apiKey }\n        OTHER: { secret: gone }\n";
    here.write(FILE, here.read(FILE).replace("      port: 28789\n", `      port: 28789\n${env}`));

    const { code, stdout, stderr } = await here.fleet(["secrets", "local"]);
    expect(stderr).toBe("");
    expect(stdout.split("\n").map((line) => line.trimEnd().split(/ {2,}/))).toEqual([
      ["NAME", "VALUE", "USED BY", "MACHINE", "WHERE", "MODE"],
      ["backup-password", "missing", "backups.nightly.password", "here", "/etc/fleet/backup-nightly.env", "0600"],
      ["spare", "set", "nothing", "-", "-", "-"],
      ["apiKey", "set", "agents.ada.env.KEY", "here", "environment of its container", "-"],
      ["gone", "missing", "agents.ada.env.OTHER", "here", "environment of its container", "-"],
      [""],
      ["2 of 4 missing. Set each: ./fleet secret set local backup-password"],
      [""],
    ]);
    expect(code).toBe(1);

    const json = await here.fleet(["secrets", "local", "--json"]);
    expect(JSON.parse(json.stdout).secrets.slice(2, 3)).toEqual([
      {
        name: "apiKey",
        value: "set",
        uses: [{ path: "agents.ada.env.KEY", machine: "here", where: "environment of its container", mode: null }],
      },
    ]);
    for (const text of [stdout, json.stdout]) expect(text).not.toMatch(/sk-|quoted|v1:/);
  });
});

/** Arguments of every process of this machine. */
function commandLines(): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    })
    .join("\n");
}
