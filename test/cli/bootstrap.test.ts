import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ended, type Result, toolkit } from "./harness.js";

const LOCK = JSON.stringify({ packages: { "": {}, "node_modules/one": { version: "1.0.0" } } });
/** What npm does in the end: the packages, then its own lock file. */
const INSTALL = `echo run >> npm-runs; mkdir -p node_modules/one && echo '{}' > node_modules/one/package.json && cp package-lock.json node_modules/.package-lock.json`;

const made: string[] = [];
afterAll(() => made.map((root) => rmSync(root, { recursive: true, force: true })));

/** A fresh clone with nothing but what the bootstrap needs; npm, which would ask the network, is a script. */
class Clone {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "fleet-clone-")));

  constructor(npm: string | undefined) {
    made.push(this.root);
    for (const file of ["fleet", "cli/bootstrap.mjs", "cli/install.mjs"]) {
      mkdirSync(dirname(join(this.root, file)), { recursive: true });
      copyFileSync(join(toolkit, file), join(this.root, file));
    }
    writeFileSync(join(this.root, "package-lock.json"), LOCK);
    mkdirSync(join(this.root, "bin"));
    for (const tool of ["dirname", "readlink", "mkdir", "cp", "sleep", "cat"]) {
      symlinkSync(`/bin/${tool}`, join(this.root, "bin", tool));
    }
    symlinkSync(process.execPath, join(this.root, "bin/node"));
    if (npm !== undefined) this.npm(npm);
  }

  npm(script: string): void {
    writeFileSync(join(this.root, "bin/npm"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(this.root, "bin/npm"), 0o755);
  }

  start(): ChildProcess {
    const env = { PATH: join(this.root, "bin"), HOME: this.root };
    return spawn(join(this.root, "fleet"), ["--install-only"], { cwd: this.root, env });
  }

  install(): Promise<Result> {
    return ended(this.start());
  }

  get npmRuns(): number {
    const log = join(this.root, "npm-runs");
    return existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").length : 0;
  }
}

describe("the packages of a fresh clone", () => {
  it("are installed once, and said on standard error only", async () => {
    const clone = new Clone(INSTALL);
    const first = await clone.install();
    expect(first.stderr).toMatch(
      /^Installing 1 npm packages \(this happens once\)\nInstalled 1 npm packages in \d+ s\n$/,
    );
    expect(first.stdout).toBe("");
    expect(first.code).toBe(0);
    expect(await clone.install()).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(clone.npmRuns).toBe(1);
    expect(existsSync(join(clone.root, ".fleet-install.lock"))).toBe(false);
  });

  it("are installed again when package-lock.json asks for others, and not when only its date is new", async () => {
    const clone = new Clone(INSTALL);
    await clone.install();
    writeFileSync(join(clone.root, "package-lock.json"), LOCK);
    await clone.install();
    expect(clone.npmRuns).toBe(1);
    writeFileSync(join(clone.root, "package-lock.json"), LOCK.replace("1.0.0", "2.0.0"));
    await clone.install();
    expect(clone.npmRuns).toBe(2);
  });

  it("are installed by one of two that start together", async () => {
    const clone = new Clone(`sleep 1; ${INSTALL}`);
    const results = await Promise.all([clone.install(), clone.install(), clone.install()]);
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(
      results.filter(({ stderr }) => stderr.includes("is installing the npm packages: waiting for it")),
    ).toHaveLength(2);
    expect(clone.npmRuns).toBe(1);
  });

  it("are installed anew after a kill in the middle, when npm itself has ended too", async () => {
    const clone = new Clone(`echo run >> npm-runs; mkdir -p node_modules/one; sleep 2`);
    const killed = clone.start();
    while (clone.npmRuns === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    killed.kill("SIGKILL");
    clone.npm(INSTALL);
    const began = Date.now();
    const { code, stderr } = await clone.install();
    expect(stderr).toContain("waiting for it");
    expect(Date.now() - began).toBeGreaterThan(1000);
    expect(code).toBe(0);
    expect(clone.npmRuns).toBe(2);
  });

  const failures: [string, string, string][] = [
    ["npm error code ECONNREFUSED", "the npm registry cannot be reached", "check the network, HTTPS_PROXY"],
    [
      "npm error code SELF_SIGNED_CERT_IN_CHAIN",
      "the npm registry's certificate is not trusted here",
      "NODE_EXTRA_CA_CERTS",
    ],
    ["npm error code ENOSPC", "the disk is full", "free some space"],
    ["npm error code E404", "the npm registry refused a package", "npm config get registry"],
    ["npm error code EWHATEVER", "npm ci ended with 1", "run `npm ci` in this folder"],
  ];
  it.each(failures)("say why they are missing: %s", async (said, cause, fix) => {
    const { code, stdout, stderr } = await new Clone(`echo '${said}' >&2; exit 1`).install();
    expect(stderr).toContain(`error: the npm packages could not be installed: ${cause}\n    ${said}\n  fix: `);
    expect(stderr).toContain(fix);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe("");
    expect(code).toBe(1);
  });

  it("say that npm itself is missing", async () => {
    const { code, stderr } = await new Clone(undefined).install();
    expect(stderr).toContain(
      "error: the npm packages could not be installed: npm is not installed\n  fix: install npm",
    );
    expect(code).toBe(1);
  });
});
