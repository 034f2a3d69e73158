import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project, toolkit } from "./harness.js";

const FILE = "stacks/Pulumi.alpha.yaml";
const STACK = `config:
  fleet:machines:
    alpha:
      on: existing
      docker: ssh://fleet@10.0.0.5:22
      hostKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1
  fleet:images:
    pa: { from: "ghcr.io/openclaw/openclaw:2026.2.22" }
  fleet:agents:
    # The first of the team.
    ada:
      machine: alpha
      runtime: pa
      image: pa
      port: 18789
      keys: { anthropic: { secret: claude } } # shared
    bob:
      machine: alpha
      runtime: pa
      image: pa
      port: 18909
      keys: { anthropic: { secret: claude } }
      token: { rotation: 4 }
    box: { machine: alpha, runtime: container, image: "acme/box:1" }
  fleet:secrets: {}
`;

/** A stack of PAs, with the toolkit's own program. */
async function team() {
  const here = project({
    [FILE]: STACK,
    "index.ts": `export { default } from ${JSON.stringify(join(toolkit, "index.ts"))};\n`,
  });
  await here.fleet(["secret", "set", "alpha", "claude"], { stdin: "sk-ant-1" });
  return here;
}

const lines = (text: string) => text.split("\n").filter((line) => /^\s+(token|ada|bob|#)/.test(line));

describe("fleet rotate", () => {
  it("gives an agent another token, and changes nothing else of it", async () => {
    const here = await team();
    const tokens = async (): Promise<Record<string, string>> =>
      JSON.parse((await here.fleet(["outputs", "alpha", "tokens", "--show-secrets", "--json", "--simulate"])).stdout);
    const up = await here.fleet(["up", "alpha", "--simulate", "--yes"]);
    expect(up.code, up.stderr).toBe(0);
    const before = await tokens();

    // A change that waits in the file is not taken along.
    here.write(FILE, here.read(FILE).replaceAll("openclaw:2026.2.22", "openclaw:2026.2.23"));
    const rotated = await here.fleet(["rotate", "alpha", "ada", "--simulate", "--yes"]);
    expect(rotated.code, rotated.stderr).toBe(0);
    expect(rotated.stdout).toMatch(/^ada: has a new token and is ready \(rotation 2, [\d.]+ s\)$/m);
    expect(lines(here.read(FILE))).toEqual([
      "    # The first of the team.",
      "    ada:",
      "      token: { rotation: 2 }",
      "    bob:",
      "      token: { rotation: 4 }",
    ]);
    const after = await tokens();
    expect(after.ada).not.toBe(before.ada);
    expect(after.bob).toBe(before.bob);
    for (const token of [...Object.values(before), ...Object.values(after)]) {
      expect(rotated.stdout + rotated.stderr).not.toContain(token);
    }
    const preview = await here.fleet(["preview", "alpha", "--simulate", "--diff"]);
    expect(preview.stdout).toContain("2026.2.23");
    expect(preview.stdout).not.toContain("randomPassword");

    const all = await here.fleet(["rotate", "alpha", "--all", "--simulate", "--yes", "--json"]);
    expect(
      all.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { agent: "ada", result: "rotated", rotation: 3 },
      { agent: "bob", result: "rotated", rotation: 5 },
    ]);
    expect((await tokens()).bob).not.toBe(before.bob);
  }, 240_000);

  it.each([
    [[], /rotate needs to know which agents\n {2}fix: name them, as in \.\/fleet rotate alpha ada; or give --all/],
    [["adda"], /has no agent "adda" \(did you mean ada\?\)/],
    [["box"], /box has no token: its runtime is container\n {2}fix: those that have one are ada, bob/],
    [["ada"], /the stack alpha|ada is not up yet/],
  ])("refuses %j and writes nothing", async (args, message) => {
    const here = await team();
    const text = here.read(FILE);
    const { code, stderr } = await here.fleet(["rotate", "alpha", ...args, "--simulate", "--yes"]);
    expect(stderr).toMatch(message);
    expect(here.read(FILE)).toBe(text);
    expect(code).toBe(2);
  });
});

describe("fleet agent, of PAs", () => {
  it("gives a new one a port that leaves all that others derive alone", async () => {
    const here = await team();
    const { code, stderr } = await here.fleet(["agent", "add", "alpha", "cleo", "--like", "ada"]);
    expect(code, stderr).toBe(0);
    expect(here.read(FILE)).toMatch(/cleo:\n(.*\n)*? {6}port: 19020\n/);
  });

  it("says where the data of a removed one stays, and deletes none", async () => {
    const here = await team();
    const refused = await here.fleet(["agent", "remove", "alpha", "ada", "--delete-data", "--yes"]);
    expect(refused.stderr).toContain("is a folder of its machine, which no up deletes: /opt/mypa/agents/pa-ada");
    const { stdout } = await here.fleet(["agent", "remove", "alpha", "ada"]);
    expect(stdout).toContain("Its data stays on alpha, in /opt/mypa/agents/pa-ada. Adding ada again takes it up");
  });
});
