// A personal assistant on a host that is reached by ssh: a real gateway, real files of real users, and what its user can do about them.
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWithDocker, inspect } from "../support/daemon.js";
import { noPaHost, Pa } from "./pa.js";

describeWithDocker("a PA", () => {
  // The other version is met by the test of a whole droplet, which goes from one to the other.
  describe.skipIf(noPaHost)("of the standard's OpenClaw", () => {
    let pa: Pa;
    beforeAll(async () => {
      pa = await Pa.start("2026.2.22");
    });
    afterAll(() => pa?.close());

    it("comes up on its port, for its token only", async () => {
      await pa.up();
      const token = await pa.token();
      expect(await pa.call(token)).toMatchObject({ status: 200, body: { ok: true } });
      expect((await pa.call(`${token}x`)).status).toBe(401);
      expect((await pa.call("")).status).toBe(401);
    });

    it("has nothing to change after that", async () => {
      await pa.up("--expect-no-changes");
    });

    it("is the standard's container, with no secret in what Docker tells of it", () => {
      const facts = inspect("container", pa.container);
      expect(facts.Config.Hostname).toBe(pa.name);
      expect(facts.HostConfig).toMatchObject({ NetworkMode: "host", RestartPolicy: { Name: "unless-stopped" } });
      expect(facts.Config.Env).toEqual(expect.arrayContaining(["OPENCLAW_PREFER_PNPM=1", "NODE_ENV=production"]));
      for (const secret of Object.values(pa.secrets)) expect(JSON.stringify(facts)).not.toContain(secret);
    });

    it("has every secret in a file that only its user can read", () => {
      expect(pa.place("data/openclaw.json")).toBe("file 600 1000:1000");
      expect(pa.place("data/.env")).toBe("file 600 1000:1000");
      expect(pa.place("data")).toBe("folder 700 1000:1000");
      expect(pa.place("SOUL.md")).toBe("file 644 0:0");
      expect(pa.read("data/openclaw.json")).toContain(pa.secrets.claude);
      // As OpenClaw's own reader of such files has it.
      const dotenv = 'createRequire("/opt/openclaw/node_modules/openclaw/package.json")("dotenv")';
      const script = `import { createRequire } from "node:module"; process.stdout.write(${dotenv}.parse(process.argv[1]).OPENAI_API_KEY)`;
      const line = `node --input-type=module -e '${script}' "$(cat .openclaw/.env)"`;
      expect(pa.inside(`cd && ${line}`).said).toBe(pa.secrets.openai);
    });

    const W = "$HOME/.openclaw/workspace";
    it.each([
      ["written", `echo mine > ${W}/SOUL.md`],
      ["appended to", `echo mine >> ${W}/SOUL.md`],
      ["edited in place", `sed -i s/administrator/user/ ${W}/SOUL.md`],
      ["deleted", `rm -f ${W}/SOUL.md`],
      ["renamed", `mv ${W}/SOUL.md ${W}/OLD.md`],
      ["replaced by another file", `echo mine > ${W}/new.md && mv -f ${W}/new.md ${W}/SOUL.md`],
      ["replaced by a link", `ln -sf /tmp/mine ${W}/SOUL.md`],
      ["made writable", `chmod 666 ${W}/SOUL.md`],
      ["unmounted", `umount ${W}/SOUL.md`],
      ["written over by a mount of a namespace of one's own", `unshare -Urm sh -c "umount ${W}/SOUL.md"`],
      ["moved away with the workspace", `mv ${W} $HOME/.openclaw/elsewhere`],
      ["deleted with the workspace", `rmdir ${W} || rm -rf ${W}/SOUL.md`],
      ["moved away with the state folder", `mv $HOME/.openclaw $HOME/elsewhere`],
    ])("has a SOUL.md that cannot be %s by its user", (_how, line) => {
      const before = pa.read("SOUL.md");
      expect(pa.inside("id -u").said).toBe("1000");
      expect(pa.inside(line).status).not.toBe(0);
      expect(pa.inside(`cat ${W}/SOUL.md`).said).toBe(before.trim());
      expect(pa.read("SOUL.md")).toBe(before);
      expect(pa.place("SOUL.md")).toBe("file 644 0:0");
    });

    it("shows a new SOUL.md at once, with nothing restarted", async () => {
      const before = pa.facts();
      pa.set(["soul"], "# Other rules\n");
      await pa.up();
      expect(pa.inside(`cat ${W}/SOUL.md`).said).toBe("# Other rules");
      expect(pa.facts()).toEqual(before);
    });

    it("keeps what its user made of IDENTITY.md, whatever the stack file says by now", async () => {
      expect(pa.inside(`echo "- Name: Countess" > ${W}/IDENTITY.md`).status).toBe(0);
      pa.set(["identity"], "# Somebody else\n");
      await pa.up();
      expect(pa.read("data/workspace/IDENTITY.md")).toBe("- Name: Countess\n");
    });

    it("keeps the gateway's own edits of openclaw.json, and gets back what the fleet says there", async () => {
      const set = pa.inside(
        "openclaw config set logging.consoleLevel warn && openclaw config set tools.deny '[]' --json",
      );
      expect(set.status, set.said).toBe(0);
      expect(pa.config()).toMatchObject({ logging: { consoleLevel: "warn" }, tools: { deny: [] } });
      pa.set(["settings"], { messages: { ackReaction: "👀" } });
      await pa.up();
      expect(pa.config()).toMatchObject({
        logging: { consoleLevel: "warn" },
        tools: { deny: ["gateway"] },
        messages: { ackReaction: "👀" },
      });
      expect((await pa.call(await pa.token())).status).toBe(200);
    });

    it("is not given a configuration that it could not start with", async () => {
      const before = pa.read("data/openclaw.json");
      pa.set(["settings", "gateway"], { bogus: 1 });
      const { code, stdout, stderr } = await pa.run("up", pa.stack, "--yes");
      expect(code).toBe(1);
      expect(stdout + stderr).toContain("bogus");
      expect(pa.read("data/openclaw.json")).toBe(before);
      expect((await pa.call(await pa.token())).status).toBe(200);
      pa.set(["settings", "gateway"], undefined);
      await pa.up();
    });

    it("takes another token without a restart of its container, and refuses the former", async () => {
      const [before, former] = [pa.facts(), await pa.token()];
      const said = await pa.fleet("rotate", pa.stack, pa.name, "--yes");
      expect(said).toContain(`${pa.name}: has a new token and is ready (rotation 2, `);
      const token = await pa.token();
      expect(token).not.toBe(former);
      expect(said).not.toContain(token);
      expect((await pa.call(token)).status).toBe(200);
      expect((await pa.call(former)).status).toBe(401);
      expect(pa.facts()).toEqual(before);
    });

    it("is started anew, and not made anew, for a variable that it reads when it starts", async () => {
      const before = pa.facts();
      await pa.setSecret("openai", "sk-other");
      await pa.up();
      expect(pa.read("data/.env")).toBe("OPENAI_API_KEY='sk-other'\n");
      const after = pa.facts();
      expect(after.id).toBe(before.id);
      expect(after.startedAt).not.toBe(before.startedAt);
      expect((await pa.call(await pa.token())).status).toBe(200);
    });

    it("finds all of its own again when its container is made anew", async () => {
      const { id } = pa.facts();
      pa.set(["env"], { TZ: "Europe/Paris" });
      await pa.up();
      expect(pa.facts().id).not.toBe(id);
      expect(pa.read("data/workspace/IDENTITY.md")).toBe("- Name: Countess\n");
      expect(pa.config().logging.consoleLevel).toBe("warn");
      expect((await pa.call(await pa.token())).status).toBe(200);
    });

    it("leaves its folder where it is when it goes", async () => {
      pa.project.editStack(pa.stack, (document) => document.setIn(["config", "fleet:agents"], {}));
      await pa.up();
      expect(() => pa.facts()).toThrow();
      expect(existsSync(pa.folder)).toBe(true);
      expect(pa.read("data/workspace/IDENTITY.md")).toBe("- Name: Countess\n");
    });
  });
});
