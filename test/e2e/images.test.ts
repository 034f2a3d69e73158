// Builds small images from Debian and npm packages on the real daemon: nothing of the host may be in them, one build at a time,
// and nothing is left of one that is killed.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cacheDir } from "../../templates/images/cache.js";
import type { PackagesBuild } from "../../templates/images/description.js";
import { baseTag, imageTag } from "../../templates/images/hash.js";
import { authority, type PrivateRegistry, startRegistry } from "../images/registry.js";

const BUILDER = fileURLToPath(new URL("../../templates/images/build.mjs", import.meta.url));
const docker = new Docker();

async function whyNot(): Promise<string | undefined> {
  if (process.platform !== "linux") return "not Linux";
  try {
    await docker.ping();
  } catch (error) {
    return `no Docker daemon answers: ${(error as Error).message}`;
  }
  const { code } = await run("mmdebstrap", ["--version"], {});
  return code === 0 ? undefined : "mmdebstrap is not installed";
}

interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  onStart?: (pid: number) => void,
): Promise<Result> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const result = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text) => (result.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (result.stderr += text));
    child.once("error", (error) => resolve({ code: null, ...result, stderr: error.message }));
    child.once("close", (code) => resolve({ code, ...result }));
    if (child.pid) onStart?.(child.pid);
  });
}

const build = (
  name: string,
  description: PackagesBuild,
  env: NodeJS.ProcessEnv = {},
  onStart?: (pid: number) => void,
) => run(process.execPath, [BUILDER], { ...env, FLEET_IMAGE: JSON.stringify({ name, build: description }) }, onStart);

/** Runs a command in the image, as its own user and without a network. */
async function inImage(image: string, ...command: string[]): Promise<string> {
  const container = await docker.createContainer({
    Image: image,
    Cmd: command,
    Tty: true,
    HostConfig: { NetworkMode: "none" },
  });
  try {
    await container.start();
    await container.wait();
    return (await container.logs({ stdout: true, stderr: true })).toString().replace(/\r/g, "").trim();
  } finally {
    await container.remove({ force: true });
  }
}

/** Everything in the image, its layers and its history, as one buffer. */
async function saved(image: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await docker.getImage(image).get()) chunks.push(chunk as Buffer);
  const history = JSON.stringify(await docker.getImage(image).history());
  return Buffer.concat([...chunks, Buffer.from(history)]);
}

const buildContainers = async () =>
  (await docker.listContainers({ all: true })).filter(({ Names }) =>
    Names.some((name) => name.startsWith("/fleet-image-build.")),
  );

const missing = await whyNot();
const required = process.env.FLEET_REQUIRE_DOCKER === "1";

describe.skipIf(missing && !required)(`images from packages${missing ? ` (${missing})` : ""}`, () => {
  const debian = { packages: ["ca-certificates"] };
  const withNpm: PackagesBuild = { debian, node: "24.21.0", npm: { "fleet-e2e-hello": "1.0.0" } };
  let folder: string;
  let registry: PrivateRegistry;
  let env: NodeJS.ProcessEnv;
  const tags = new Set<string>();
  const cacheBefore = process.env.XDG_CACHE_HOME;

  beforeAll(async () => {
    if (missing) throw new Error(`FLEET_REQUIRE_DOCKER=1, and ${missing}`);
    // A run that was killed may have left them.
    for (const { RepoTags } of await docker.listImages({ filters: { reference: ["fleet.local/e2e-*"] } })) {
      for (const tag of RepoTags ?? []) await docker.getImage(tag).remove({ force: true });
    }
    folder = mkdtempSync(join(tmpdir(), "fleet-images-"));
    const ca = authority(folder);
    registry = await startRegistry(ca, "e2e-registry-token-5f1c");
    // A registry behind TLS that only the host trusts, with a token that only the host has: as behind a company's proxy.
    const bundle = join(folder, "bundle.pem");
    const known = process.env.NODE_EXTRA_CA_CERTS;
    writeFileSync(bundle, `${known ? readFileSync(known, "utf8") : ""}\n${readFileSync(ca.certificate, "utf8")}`);
    const npmrc = join(folder, "npmrc");
    writeFileSync(npmrc, `registry=${registry.url}/\n//${new URL(registry.url).host}/:_authToken=${registry.token}\n`, {
      mode: 0o600,
    });
    mkdirSync(join(folder, "cache"));
    process.env.XDG_CACHE_HOME = join(folder, "cache");
    env = {
      NODE_EXTRA_CA_CERTS: bundle,
      npm_config_userconfig: npmrc,
      npm_config_registry: `${registry.url}/`,
      npm_config_cafile: bundle,
      npm_config_cache: join(folder, "npm-cache"),
      npm_config_noproxy: "localhost",
    };
  });

  afterAll(async () => {
    if (cacheBefore === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = cacheBefore;
    await registry?.close();
    for (const tag of tags)
      await docker
        .getImage(tag)
        .remove({ force: true })
        .catch(() => {});
    if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  const tagged = (name: string, description: PackagesBuild) => {
    const tag = imageTag(name, description);
    tags.add(tag);
    return tag;
  };

  it("builds Debian, Node and an npm package from a private registry, and is there at once the second time", async () => {
    const tag = tagged("e2e-hello", withNpm);
    const first = await build("e2e-hello", withNpm, env);
    expect(first.stderr).toContain(`${tag} is built`);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/^sha256:[0-9a-f]{64}\n$/) });
    expect((await docker.getImage(tag).inspect()).Id).toBe(first.stdout.trim());

    const again = await build("e2e-hello", withNpm, env);
    expect(again).toEqual({ code: 0, stdout: first.stdout, stderr: "" });
  });

  it("runs as an ordinary user, with the package's command on PATH and its install script run without a network", async () => {
    const tag = imageTag("e2e-hello", withNpm);
    expect(await inImage(tag, "sh", "-c", "id -u; id -g; echo $HOME; pwd; node --version")).toBe(
      "1000\n1000\n/home/node\n/home/node\nv24.21.0",
    );
    expect(await inImage(tag, "fleet-e2e-hello")).toBe("hello, installed offline");
    expect(await inImage(tag, "sh", "-c", "touch /opt/x /usr/local/bin/x 2>&1 | grep -c denied")).toBe("2");
  });

  it("has nothing of the host: no certificate, token, registry, mirror, name or address", async () => {
    const tag = imageTag("e2e-hello", withNpm);
    const content = await saved(tag);
    const certificate = readFileSync(join(folder, "ca.pem"), "utf8");
    for (const secret of [
      registry.token,
      Buffer.from(registry.token).toString("base64"),
      certificate.split("\n")[2]!,
      new URL(registry.url).host,
    ]) {
      expect(content.includes(secret), secret).toBe(false);
    }
    const { Config } = await docker.getImage(tag).inspect();
    expect(Config).toMatchObject({
      User: "1000:1000",
      Env: ["NODE_ENV=production"],
      Labels: { "fleet.image": "e2e-hello" },
    });
    // Every certificate that is trusted is one that Debian's package brought.
    const foreign =
      "cd /etc/ssl/certs && for f in *.pem; do readlink -f $f; done | grep -v ^/usr/share/ca-certificates/mozilla/; ls /usr/local/share/ca-certificates";
    expect(await inImage(tag, "sh", "-c", foreign)).toBe("");
    const bundled =
      "grep -c BEGIN /etc/ssl/certs/ca-certificates.crt; cat /usr/share/ca-certificates/mozilla/*.crt | grep -c BEGIN";
    const [trusted, brought] = (await inImage(tag, "sh", "-c", bundled)).split("\n");
    expect(trusted).toBe(brought);
    const sources = await inImage(
      tag,
      "sh",
      "-c",
      "cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null; ls /etc/apt/apt.conf.d",
    );
    expect(sources).toContain("deb http://deb.debian.org/debian bookworm main");
    expect(sources).not.toContain("99mmdebstrap");
  });

  it("says what to do when the registry's certificate is not trusted, and when it refuses", async () => {
    const other = { ...withNpm, npm: { "fleet-e2e-hello": "1.0.1" } };
    const distrustful = {
      ...env,
      npm_config_cafile: "",
      NODE_EXTRA_CA_CERTS: "/dev/null",
      npm_config_cache: join(folder, "c2"),
      npm_config_fetch_retries: "0",
      // As it is under `npm run --silent`.
      npm_config_loglevel: "silent",
    };
    const untrusted = await build("e2e-untrusted", other, distrustful);
    expect(untrusted, untrusted.stderr).toMatchObject({ code: 2, stdout: "" });
    expect(untrusted.stderr).toContain("set NODE_EXTRA_CA_CERTS");

    const missing = await build("e2e-missing", { ...withNpm, npm: { "fleet-e2e-hello": "9.9.9" } }, env);
    expect(missing, missing.stderr).toMatchObject({ code: 2, stdout: "" });
    expect(missing.stderr).toContain("fleet-e2e-hello@9.9.9");
    expect(missing.stderr).toContain("npm view fleet-e2e-hello versions");
    expect(missing.stderr).not.toMatch(/^\s+at |npm warn/m);
  });

  it("says which Debian package does not exist", async () => {
    const result = await build("e2e-wrong", { debian: { packages: ["no-such-package-xyz"] } }, env);
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toContain("error: Debian bookworm has no package no-such-package-xyz\n");
  });

  it("makes one image when two processes want the same one", async () => {
    const description = { ...withNpm, user: 1234 };
    tagged("e2e-twice", description);
    const [one, two] = await Promise.all([build("e2e-twice", description, env), build("e2e-twice", description, env)]);
    expect([one.code, two.code]).toEqual([0, 0]);
    expect(one.stdout).toBe(two.stdout);
    expect([one, two].filter(({ stderr }) => stderr.includes("is built"))).toHaveLength(1);
    expect([one, two].filter(({ stderr }) => stderr.includes("waiting for the same build"))).toHaveLength(1);
  });

  it.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)(
    "leaves nothing behind after %s, once it has been built again",
    async (signal) => {
      const description = { ...withNpm, user: 2000 };
      const tag = tagged(`e2e-${signal.toLowerCase()}`, description);
      const name = `e2e-${signal.toLowerCase()}`;
      const killed = await build(name, description, env, (pid) => {
        // While npm installs or the image is made.
        setTimeout(() => process.kill(pid, signal), 2500);
      });
      expect(killed.code).not.toBe(0);
      expect(
        await docker
          .getImage(tag)
          .inspect()
          .catch(() => undefined),
      ).toBeUndefined();
      if (signal !== "SIGKILL") {
        expect(await buildContainers()).toEqual([]);
        await expect.poll(() => readdirSync(cacheDir()), { timeout: 30_000 }).toEqual([]);
      }
      const again = await build(name, description, env);
      expect(again.code).toBe(0);
      expect(await buildContainers()).toEqual([]);
      await expect.poll(() => readdirSync(cacheDir()), { timeout: 30_000 }).toEqual([]);
    },
  );

  it("makes its Debian layer anew when it is gone, to the same content", async () => {
    const description: PackagesBuild = { debian: { packages: [] } };
    const base = baseTag(description);
    tags.add(base);
    tagged("e2e-base", description);
    const layers: string[][] = [];
    for (let round = 0; round < 2; round++) {
      expect((await build("e2e-base", description, env)).code).toBe(0);
      layers.push((await docker.getImage(base).inspect()).RootFS.Layers!);
      await docker.getImage(imageTag("e2e-base", description)).remove({ force: true });
      await docker.getImage(base).remove({ force: true });
    }
    expect(layers[0]).toEqual(layers[1]);
  });
});
