import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { lineDiff } from "../../cli/diff.js";
import { PassphraseSecrets } from "../../engine/index.js";
import { project, type TestProject } from "./harness.js";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1";
const BETA = "stacks/Pulumi.mypa-beta.yaml";
const GAMMA = "stacks/Pulumi.mypa-gamma.yaml";
const DELTA = "stacks/Pulumi.mypa-delta.yaml";

/** Team Beta's stack. `box` is an agent, and a word of other things too. */
const TEXT = `# Team Beta: three agents
config:
  fleet:machines:
    fleet-beta: # Beta's own
      on: existing
      docker: ssh://fleet@198.51.100.7
      hostKey: ${KEY}
  fleet:images:
    box: { from: "example.org/box:1-beta" } # pulled; not beta's name
  fleet:agents:
    # speaks to the customers
    ben:
      machine: fleet-beta
      runtime: container
      image: box
      port: 28789
      env: { GREETING: "I am ben of team beta", KEY: { secret: ben-telegram }, MODEL: { secret: model-key } }
    box:
      machine: fleet-beta
      runtime: container
      image: box
      port: 28989
      reaches: [ben] # ben knows all
    bea: { machine: fleet-beta, runtime: container, image: box, env: { KEY: { secret: bea-telegram }, TEAM: { secret: beta-key } } }
  fleet:backups:
    nightly:
      machine: fleet-beta
      repository: s3:https://nyc3.example.com/mypa-backups/beta
      password: { secret: backup-password }
      env: { AWS_SECRET_ACCESS_KEY: { secret: spaces-key } }
  fleet:secrets:
    # Claude's
    model-key:
    ben-telegram:
    bea-telegram:
    beta-key:
    backup-password:
    spaces-key:
`;

const ADDRESS = "ssh://fleet@198.51.100.9";

async function platform(): Promise<TestProject> {
  const here = project({ [BETA]: TEXT, [GAMMA]: gamma() });
  const set = async (stack: string, name: string, value: string) =>
    expect((await here.fleet(["secret", "set", stack, name], { stdin: value })).code).toBe(0);
  for (const name of ["model-key", "ben-telegram", "beta-key", "backup-password", "spaces-key"])
    await set("mypa-beta", name, `${name} 5f1c`);
  await set("mypa-gamma", "model-key", "model-key 5f1c");
  await set("mypa-gamma", "spaces-key", "gamma's own");
  return here;
}

/** Another team, with names of its own. */
const gamma = () =>
  TEXT.replaceAll("beta", "gamma")
    .replaceAll("198.51.100.7", "198.51.100.8")
    .replaceAll("\n    ben:", "\n    gus:")
    .replace("reaches: [ben]", "reaches: [gus]");

const make = (here: TestProject, ...args: string[]) =>
  here.fleet(["new", "team", "delta", "--from", "mypa-beta", "--address", ADDRESS, ...args]);

describe("fleet new team", () => {
  it("makes a team's stack file of another's: names changed, comments kept, secrets made, taken over or named", async () => {
    const here = await platform();
    const { stdout, stderr, code } = await make(here, "--agents", "dan,box,dora", "--yes");
    expect([stderr, code]).toEqual(["", 0]);
    const text = here.read(DELTA);
    const expected = TEXT.replaceAll("fleet-beta", "fleet-delta")
      .replace("# Team Beta", "# Team Delta")
      .replace("# Beta's own", "# Delta's own")
      .replace("198.51.100.7", "198.51.100.9")
      .replace(`      hostKey: ${KEY}\n`, "")
      .replace("not beta's name", "not delta's name")
      .replace("\n    ben:", "\n    dan:")
      .replace("I am ben of team beta", "I am dan of team delta")
      .replaceAll("ben-telegram", "dan-telegram")
      .replace("reaches: [ben] # ben knows", "reaches: [dan] # dan knows")
      .replace("    bea: {", "    dora: {")
      .replaceAll("bea-telegram", "dora-telegram")
      .replaceAll("beta-key", "delta-key")
      .replace("mypa-backups/beta", "mypa-backups/delta");
    const [before, after] = [expected, text].map((one) => one.slice(0, one.indexOf("  fleet:secrets:")));
    expect(lineDiff(before!, after!, 0)).toBe("");
    expect(text).toContain("    # Claude's\n");

    const data = parse(text);
    const secrets = await PassphraseSecrets.open(
      data.encryptionsalt,
      here.read("config/agent-fleet/passphrase").trim(),
    );
    expect(data.encryptionsalt).not.toBe(parse(here.read(BETA)).encryptionsalt);
    const values = Object.entries(data.config["fleet:secrets"] as Record<string, { secure: string } | null>).map(
      ([name, value]) => [name, value === null ? null : secrets.decrypt(value.secure)],
    );
    expect(Object.fromEntries(values)).toEqual({
      "model-key": "model-key 5f1c",
      "dan-telegram": null,
      "dora-telegram": null,
      "delta-key": null,
      "backup-password": expect.stringMatching(/^[\w-]{43}$/),
      "spaces-key": null,
    });
    expect(stdout.split("\n")).toEqual([
      `Wrote ${DELTA}.`,
      "Made for this team: backup-password",
      "Taken over: model-key",
      "Still to be set:",
      ...["dan-telegram", "dora-telegram", "delta-key", "spaces-key"].map(
        (name) => `  ./fleet secret set mypa-delta ${name}`,
      ),
      "Then ./fleet trust mypa-delta fleet-delta",
      "Then run ./fleet up mypa-delta",
      "",
    ]);
    expect(stdout).not.toContain("5f1c");
    // The one that was copied is as it was.
    expect(here.read(BETA)).not.toContain("delta");
  });

  it("takes over what is asked for, and nothing that is the team's own", async () => {
    const here = await platform();
    const refused = await make(here, "--agents", "dan", "--yes", "--copy-secrets", "backup-password");
    expect(refused.stderr).toBe(
      "error: the secret backup-password is not taken over from mypa-beta\n  fix: it is made anew for each team\n",
    );
    expect((await make(here, "--agents", "dan", "--yes", "--copy-secrets", "delta-key")).stderr).toContain(
      "those that can be: model-key, spaces-key",
    );
    expect(existsSync(join(here.root, DELTA))).toBe(false);
    const { stdout, code } = await make(here, "--agents", "dan", "--yes", "--copy-secrets", "spaces-key");
    expect([stdout, code]).toEqual([expect.stringContaining("Taken over: spaces-key\n"), 0]);
    // Agents that got no name are left out, with what is theirs.
    const { config } = parse(here.read(DELTA));
    expect(Object.keys(config["fleet:agents"])).toEqual(["dan"]);
    expect(config["fleet:secrets"]).not.toHaveProperty("bea-telegram");
  });

  it("makes a seventh team from a shipped stack of MyPA, in one step", async () => {
    const shipped = readFileSync(new URL("../../stacks/Pulumi.mypa-beta.yaml", import.meta.url), "utf8");
    const here = project({ [BETA]: shipped });
    const agents = ["--agents", "mia,noah,echo-team", "--yes"];
    const { stdout, stderr, code } = await here.fleet(["new", "team", "echo", "--from", "mypa-beta", ...agents]);
    expect([stderr, code]).toEqual([expect.not.stringContaining("error"), 0]);
    expect(stdout).toContain("Made for this team: crm-database-password, crm-app-secret, backup-password\n");
    expect(stdout).toContain("./fleet secret set mypa-echo mia-openai\n");
    const text = here.read("stacks/Pulumi.mypa-echo.yaml");
    expect(text).not.toMatch(/\b(beta|gil|hana)\b/i);
    expect(parse(text).config["fleet:agents"].noah.keys.openai).toEqual({ secret: "noah-openai" });
  });

  it("writes nothing with --dry-run, and needs no passphrase for it", async () => {
    const here = project({ [BETA]: TEXT });
    const { stdout, code } = await make(here, "--agents", "dan,box,dora", "--dry-run");
    expect(code).toBe(0);
    expect(parse(stdout).config["fleet:machines"]["fleet-delta"].docker).toBe(ADDRESS);
    expect(existsSync(join(here.root, DELTA))).toBe(false);
    expect(existsSync(join(here.root, "config"))).toBe(false);
  });

  it.each([
    ["a stack that is there", { team: "beta" }, "there is a stack mypa-beta already: stacks/Pulumi.mypa-beta.yaml"],
    ["a bad name", { team: "Delta_1" }, '"Delta_1" cannot be a team\'s name'],
    [
      "agents without names",
      { agents: undefined },
      "mypa-beta has the agents ben, box, bea, and the new team's are to be named",
    ],
    ["a bad agent's name", { agents: "Dan" }, '"Dan" cannot be an agent\'s name, or is there twice'],
    ["more agents than there are", { agents: "a,b,c,d" }, "mypa-beta has 3 agents to copy, and 4 names were given"],
    ["the copied team's host", { address: undefined }, "fleet-beta of mypa-beta exists already, and is that team's"],
    ["another team's host", { address: "ssh://fleet@198.51.100.8" }, "host ssh://fleet@198.51.100.8 is in mypa-gamma"],
    ["a stack that is not there", { from: "mypa-bet" }, 'there is no stack "mypa-bet" (did you mean mypa-beta?)'],
    ["a stack of no team", { from: "local" }, "local is not named as a team's stack is"],
  ] as const)("refuses %s", async (_about, change, message) => {
    const here = project({ [BETA]: TEXT, [GAMMA]: gamma(), "stacks/Pulumi.local.yaml": "config: {}\n" });
    const options = { team: "delta", from: "mypa-beta", agents: "dan,box,dora", address: ADDRESS, ...change };
    const { stderr, code } = await here.fleet([
      ...["new", "team", options.team, "--from", options.from, "--yes"],
      ...(options.agents === undefined ? [] : ["--agents", options.agents]),
      ...(options.address === undefined ? [] : ["--address", options.address]),
    ]);
    expect([stderr, code]).toEqual([expect.stringContaining(`error: ${message}`), 2]);
    expect(existsSync(join(here.root, DELTA))).toBe(false);
  });
});
