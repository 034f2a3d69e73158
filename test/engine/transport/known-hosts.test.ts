import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeKnownHosts } from "../../../engine/transport/known-hosts.mjs";

describe("the file of known hosts", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "fleet-known-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = () => join(folder, ".fleet", "stack", "known_hosts");
  const text = () => readFileSync(path(), "utf8");

  it("is made with its folders, readable by all and changed by this user only", () => {
    writeKnownHosts(path(), ["b ssh-ed25519 B", "a ssh-ed25519 A"]);
    expect(text()).toBe("a ssh-ed25519 A\nb ssh-ed25519 B\n");
    expect(statSync(path()).mode & 0o777).toBe(0o644);
    for (const name of [".fleet", ".fleet/stack"]) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o700);
  });

  it("is not written again while it says the same", () => {
    const long = new Date(0);
    utimesSync(path(), long, long);
    writeKnownHosts(path(), ["a ssh-ed25519 A"]);
    writeKnownHosts(path(), []);
    expect(statSync(path()).mtime).toEqual(long);
  });

  it("has a host's new keys in the place of the old ones, and those of others as they were", () => {
    writeKnownHosts(path(), ["a ssh-rsa R", "a ssh-ed25519 N", "a ssh-rsa R"]);
    expect(text()).toBe("a ssh-ed25519 N\na ssh-rsa R\nb ssh-ed25519 B\n");
    expect(readdirSync(join(folder, ".fleet", "stack"))).toEqual(["known_hosts"]);
  });
});
