import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { PassphraseSecrets } from "../../engine/secrets/passphrase.js";
import { project, type TestProject } from "./harness.js";

const FILE = "stacks/Pulumi.gather.yaml";
const STACK = `# the claws of one server
config:
  fleet:machines:
    server: { on: docker }
  fleet:images:
    claw: { from: "gather-claw:latest" }
  fleet:edge:
    front: { machine: server, proxy: traefik, domain: gather.is, network: gather_net, external: true, certResolver: cf }
  fleet:agents: {}
`;
const fresh = () => project({ [FILE]: STACK });

interface Entry {
  identity: { privateKey: { secret: string }; publicKey: string; agentId?: string };
  model?: { apiKey: { secret: string } };
  telegram?: { bot: { secret: string }; chatId?: string };
  volumes?: unknown;
}

function read(here: TestProject) {
  const { config, encryptionsalt } = parse(here.read(FILE));
  return {
    agents: config["fleet:agents"] as Record<string, Entry>,
    retained: config["fleet:retained"] as Record<string, unknown> | undefined,
    secrets: (config["fleet:secrets"] ?? {}) as Record<string, { secure: string }>,
    salt: encryptionsalt as string,
  };
}

/** A secret of the stack file, in clear. */
async function secret(here: TestProject, name: string): Promise<string> {
  const { secrets, salt } = read(here);
  const phrase = readFileSync(join(here.root, "config/agent-fleet/passphrase"), "utf8").trim();
  return (await PassphraseSecrets.open(salt, phrase)).decrypt(secrets[name]!.secure);
}

const publicKeyOf = (base64: string) => createPublicKey(Buffer.from(base64, "base64").toString());

async function add(here: TestProject, args: string[], secrets?: string) {
  const given = secrets === undefined ? [] : ["--secrets", "-"];
  const result = await here.fleet(["agent", "add", "gather", ...args, ...given], { stdin: secrets });
  expect(result.stderr.replace(/^Made a passphrase.*\n.*\n/, "")).toBe("");
  expect(result.code).toBe(0);
  return result.stdout;
}

describe("fleet agent add, for claws", () => {
  it("makes the identity once, encrypts what is given, and needs no word more", async () => {
    const here = fresh();
    const stdout = await add(here, ["alice", "telegram.chatId='42'"], "telegram.bot=1:abc\nmodel.apiKey=zai-1\n");
    const { alice } = read(here).agents;
    expect(alice).toEqual({
      machine: "server",
      runtime: "claw",
      image: "claw",
      telegram: { chatId: "42", bot: { secret: "alice-telegram-bot" } },
      identity: { privateKey: { secret: "alice-identity-key" }, publicKey: alice!.identity.publicKey },
      model: { apiKey: { secret: "alice-model-key" } },
    });
    expect(await secret(here, "alice-telegram-bot")).toBe("1:abc");
    expect(await secret(here, "alice-model-key")).toBe("zai-1");
    const privateKey = createPrivateKey(Buffer.from(await secret(here, "alice-identity-key"), "base64").toString());
    expect(privateKey.asymmetricKeyType).toBe("ed25519");
    expect(publicKeyOf(alice!.identity.publicKey).equals(createPublicKey(privateKey))).toBe(true);
    expect(stdout).toContain(`Its identity.publicKey: ${alice!.identity.publicKey}\n`);
    for (const hidden of ["1:abc", "zai-1"]) expect(stdout + here.read(FILE)).not.toContain(hidden);
    expect((await here.fleet(["check", "gather"])).code).toBe(0);
  });

  it("copies another claw without what is that one's alone, and shares what they share", async () => {
    const here = fresh();
    await here.fleet(["secret", "set", "gather", "zai"], { stdin: "common" });
    await add(here, ["alice", "model.apiKey={ secret: zai }", "telegram.chatId='42'"], "telegram.bot=1:abc\n");
    await here.fleet(["agent", "set", "gather", "alice", "identity.agentId=a1", "resources.memory=1GiB"]);
    await add(here, ["bob", "--like", "alice"]);
    const { alice, bob } = read(here).agents;
    expect(bob).toEqual({
      machine: "server",
      runtime: "claw",
      image: "claw",
      model: { apiKey: { secret: "zai" } },
      resources: { memory: "1GiB" },
      identity: { privateKey: { secret: "bob-identity-key" }, publicKey: expect.any(String) },
    });
    expect(bob!.identity.publicKey).not.toBe(alice!.identity.publicKey);
    expect(alice!.telegram).toEqual({ chatId: "42", bot: { secret: "alice-telegram-bot" } });
  });

  it("brings one that was removed back with the keys and the settings that it had", async () => {
    const here = fresh();
    await add(here, ["alice"], "telegram.bot=1:abc\n");
    await here.fleet(["agent", "set", "gather", "alice", "identity.agentId=a1", "volumes.data.existing=true"]);
    const before = read(here).agents.alice!;
    const key = await secret(here, "alice-identity-key");
    const removed = await here.fleet(["agent", "remove", "gather", "alice"]);
    expect(removed.stdout).toContain("keeps its data: claw-data-alice, claw-soul-alice, claw-public-alice");
    expect(read(here).agents).toEqual({});
    expect(read(here).retained).toEqual({
      alice: {
        runtime: "claw",
        machine: "server",
        settings: { identity: before.identity, telegram: before.telegram },
        volumes: { data: { existing: true } },
      },
    });
    const check = await here.fleet(["check", "gather"]);
    expect(check.stdout + check.stderr).not.toMatch(/nothing uses this secret|fault/);
    await add(here, ["alice"]);
    expect(read(here).agents.alice).toEqual(before);
    expect(read(here).retained ?? {}).toEqual({});
    expect(await secret(here, "alice-identity-key")).toBe(key);
  });

  it("forgets the keys of one that goes with its data, but not those that others use", async () => {
    const here = fresh();
    await add(here, ["alice"], "model.apiKey=zai-1\n");
    await add(here, ["bob", "model.apiKey={ secret: alice-model-key }"]);
    const asked = await here.fleet(["agent", "remove", "gather", "alice", "--delete-data"]);
    expect(asked.stderr).toContain("run it with --yes");
    expect(asked.code).toBe(2);
    expect(Object.keys(read(here).agents)).toEqual(["alice", "bob"]);
    const { code, stderr } = await here.fleet(["agent", "remove", "gather", "alice", "--delete-data", "--yes"]);
    expect(stderr).toContain("The next up deletes claw-data-alice, claw-soul-alice, claw-public-alice with all data.");
    expect(code).toBe(0);
    expect(Object.keys(read(here).agents)).toEqual(["bob"]);
    expect(read(here).retained).toBeUndefined();
    expect(Object.keys(read(here).secrets).sort()).toEqual(["alice-model-key", "bob-identity-key"]);
  });

  it.each([
    [
      "telegram.bott=x\n",
      /^error: standard input, line 1: "telegram.bott" is no secret of its own \(did you mean telegram.bot\?\)/,
    ],
    ["# first\nhunter2\n", /^error: standard input, line 2: is no <setting>=<value>/],
  ])("refuses secrets %j without showing them, and writes nothing", async (stdin, message) => {
    const here = fresh();
    const { code, stderr } = await here.fleet(["agent", "add", "gather", "alice", "--secrets", "-"], { stdin });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("hunter2");
    expect(here.read(FILE)).toBe(STACK);
    expect(code).toBe(2);
  });
});

describe("host names across stacks", () => {
  it("lead to one claw in the whole project", async () => {
    const here = fresh();
    await add(here, ["alice"]);
    await add(here, ["bob", "host=www.gather.is"]);
    const other = here.read(FILE).replace("fleet:agents:", "fleet:agents: # of another server");
    here.write("stacks/Pulumi.second.yaml", other.replace("www.gather.is", "WWW.Gather.is."));
    const check = await here.fleet(["check"]);
    expect(check.stdout).toContain(
      "stacks/Pulumi.second.yaml:10:5: fleet:agents.alice.host: host alice.gather.is is already that of agents.alice in stacks/Pulumi.gather.yaml\n",
    );
    expect(check.stdout).toContain("host www.gather.is is already that of agents.bob in stacks/Pulumi.gather.yaml");
    expect(check.stdout).toContain("stacks/Pulumi.second.yaml: 2 faults");
    expect(check.code).toBe(2);
    const up = await here.fleet(["up", "second", "--yes", "--simulate"]);
    expect(up.stderr).toContain(
      "error: stacks/Pulumi.second.yaml does not go with the other stacks; nothing was touched",
    );
    expect(up.code).toBe(2);
    // What every computer has for itself may stand in several stacks.
    for (const name of ["gather", "second"])
      here.write(
        `stacks/Pulumi.${name}.yaml`,
        here.read(FILE).replaceAll("gather.is", "localhost").replace("acme", "off"),
      );
    expect((await here.fleet(["check"])).stdout).not.toContain("is already that of");
  });
});
