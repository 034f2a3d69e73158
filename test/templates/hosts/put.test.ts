import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../engine/support/wait.js";
import { Host, noHost } from "./host.js";

const SECRET = "hunter2-hunter2";

describe.skipIf(noHost)("delivery of files to a host", () => {
  let host: Host;
  let count = 0;
  /** A folder for each test. */
  let dir = "";
  beforeAll(async () => {
    host = await Host.start();
  });
  beforeEach(() => {
    dir = `t${count++}`;
    rmSync(host.record, { force: true });
  });
  afterAll(() => host.stop());

  const read = (path: string) => readFileSync(host.at(`${dir}/${path}`), "utf8");
  const write = (path: string, text: string) => writeFileSync(host.at(`${dir}/${path}`), text);
  const facts = (path: string) => {
    const { mode, uid, gid } = statSync(host.at(`${dir}/${path}`));
    return `${(mode & 0o7777).toString(8)} ${uid}:${gid}`;
  };
  const files = (all: Record<string, object>) =>
    Object.fromEntries(Object.entries(all).map(([path, file]) => [`${dir}/${path}`, file]));
  const bundle = (all: Record<string, object>, more = {}) => host.bundle(files(all), more);
  const failure = (all: Record<string, object>, more = {}) =>
    host.put(bundle(all, more)).then(
      () => "it succeeded",
      (error: Error) => error.message,
    );

  it("makes folders and files with their owners and modes, and then nothing", async () => {
    const wanted = bundle({
      data: { owner: "1000:1000", mode: "0750" },
      "data/deep/a": { text: "ü\n", mode: "0600", owner: "1000:1001" },
      b: { text: "" },
    });
    expect(await host.put(wanted)).toEqual([
      `written: ${dir}/data`,
      `written: ${dir}/b`,
      `written: ${dir}/data/deep/a`,
    ]);
    expect([facts("data"), facts("data/deep"), facts("data/deep/a"), facts("b")]).toEqual([
      "750 1000:1000",
      "755 0:0",
      "600 1000:1001",
      "644 0:0",
    ]);
    expect(read("data/deep/a")).toBe("ü\n");
    expect(await host.put(wanted)).toEqual(["unchanged"]);
  });

  it("writes in place, so that a mount of the file shows the change", async () => {
    await host.put(bundle({ a: { text: "a longer text" } }));
    const { ino } = statSync(host.at(`${dir}/a`));
    await host.put(bundle({ a: { text: "short" } }));
    await host.put(bundle({ a: { text: "a much longer text again" } }));
    expect([read("a"), statSync(host.at(`${dir}/a`)).ino]).toEqual(["a much longer text again", ino]);
  });

  it("removes what an entry does not have any more, of its own files only", async () => {
    await host.put(
      bundle({ own: { text: "1" }, offered: { text: "2", policy: "offer" }, folder: {}, stays: { text: "3" } }),
    );
    expect(await host.put(bundle({ stays: { text: "3" } }))).toEqual([`removed: ${dir}/own`]);
    expect(readdirSync(host.at(dir)).sort()).toEqual(["folder", "offered", "stays"]);
  });

  it("offers a file once", async () => {
    await host.put(bundle({ a: { text: "ours", policy: "offer" } }));
    write("a", "theirs");
    expect(await host.put(bundle({ a: { text: "newer", policy: "offer" } }))).toEqual(["unchanged"]);
    expect(read("a")).toBe("theirs");
  });

  it("puts back what somebody changed, and names the JSON paths, no value", async () => {
    const wanted = bundle({
      "a.json": { text: JSON.stringify({ gateway: { port: 1, "x.y": SECRET } }), mode: "0600" },
    });
    await host.put(wanted);
    write("a.json", JSON.stringify({ gateway: { port: 2, "x.y": "other" }, more: 1 }));
    chmodSync(host.at(`${dir}/a.json`), 0o644);
    const paths = `gateway.port, gateway["x.y"], more, mode was 0644`;
    expect(await host.put(wanted, { FLEET_CHECK: "1" })).toEqual([`differs: ${dir}/a.json ${paths}`]);
    expect(read("a.json")).toContain("other");
    expect(await host.put(wanted)).toEqual([`put back: ${dir}/a.json ${paths}`]);
    expect(read("a.json")).toContain(SECRET);
    expect(await host.put(wanted, { FLEET_CHECK: "1" })).toEqual(["unchanged"]);
  });

  describe("merging", () => {
    const merging = (value: object) => bundle({ "a.json": { text: JSON.stringify(value), policy: "merge" } });
    const json = () => JSON.parse(read("a.json"));

    it("keeps what the host has besides", async () => {
      expect(await host.put(merging({ gateway: { port: 1 } }))).toEqual([`written: ${dir}/a.json`]);
      write("a.json", '{"gateway":{"port":1,"theirs":[1]},"wizard":{}}');
      expect(await host.put(merging({ gateway: { port: 1 } }))).toEqual(["unchanged"]);
      expect(read("a.json")).toBe('{"gateway":{"port":1,"theirs":[1]},"wizard":{}}');
      expect(await host.put(merging({ gateway: { port: 2 }, tools: ["x"] }))).toEqual([
        `written: ${dir}/a.json gateway.port, tools`,
      ]);
      expect(json()).toEqual({ gateway: { port: 2, theirs: [1] }, wizard: {}, tools: ["x"] });
    });

    it("puts back what the fleet manages", async () => {
      await host.put(merging({ gateway: { port: 1, on: true } }));
      write("a.json", '{"gateway":{"port":3,"on":1,"theirs":1}}');
      expect(await host.put(merging({ gateway: { port: 1, on: true } }))).toEqual([
        `put back: ${dir}/a.json gateway.port, gateway.on`,
      ]);
      expect(json()).toEqual({ gateway: { port: 1, on: true, theirs: 1 } });
    });

    it("takes away what it once put in and does not say any more, unless the host has made something else of it", async () => {
      await host.put(merging({ a: { b: 1, c: 1 }, d: 1 }));
      write("a.json", '{"a":{"b":1,"c":7},"d":1,"e":1}');
      await host.put(merging({ d: 1 }));
      expect(json()).toEqual({ a: { c: 7 }, d: 1, e: 1 });
    });

    it("reads comments, and keeps aside what cannot be read", async () => {
      await host.put(merging({ a: 1 }));
      write("a.json", '{ // mine\n "a": 1, "url": "http://x//y", /* , */ "b": [1,], }');
      expect(await host.put(merging({ a: 2 }))).toEqual([`written: ${dir}/a.json a`]);
      expect(json()).toEqual({ a: 2, url: "http://x//y", b: [1] });
      write("a.json", "{ broken");
      const [line] = await host.put(merging({ a: 2 }));
      expect(line).toContain("was no JSON object");
      expect([json(), read("a.json.unreadable")]).toEqual([{ a: 2 }, "{ broken"]);
    });
  });

  it("lets checks see the drafts, and changes nothing when one fails", async () => {
    await host.put(bundle({ "sub/a": { text: "old" } }));
    const said = await failure(
      { "sub/a": { text: `TOKEN=${SECRET}`, mode: "0600" } },
      { checks: [`cat "$1${host.at(`${dir}/sub/a`)}"; false`] },
    );
    expect(said).toContain("TOKEN=[…]");
    expect(said).not.toContain(SECRET);
    expect(read("sub/a")).toBe("old");
  });

  it("owes the commands after a change until they have succeeded", async () => {
    const more = { afterwards: [`echo x >> ${host.at(`${dir}-count`)}; test -e ${host.at(`${dir}-allowed`)}`] };
    const runs = () => readFileSync(host.at(`${dir}-count`), "utf8").length / 2;
    expect(await failure({ a: { text: "1" } }, more)).toContain("ended with status 1");
    expect(await host.put(bundle({ a: { text: "1" } }, more), { FLEET_CHECK: "1" })).toEqual([
      expect.stringContaining("has not succeeded yet"),
    ]);
    expect(await failure({ a: { text: "1" } }, more)).toContain("ended with status 1");
    expect(runs()).toBe(2);
    writeFileSync(host.at(`${dir}-allowed`), "");
    await host.put(bundle({ a: { text: "1" } }, more));
    await host.put(bundle({ a: { text: "1" } }, more));
    expect(runs()).toBe(3);
  });

  it("keeps hashes on the host, root's only", async () => {
    await host.put(
      bundle({ a: { text: SECRET, mode: "0600" }, "b.json": { text: `{"x":"${SECRET}"}`, policy: "merge" } }),
    );
    expect(statSync(host.record).mode & 0o777).toBe(0o600);
    expect(readFileSync(host.record, "utf8")).not.toContain(SECRET);
  });

  it("follows no link that another user has put in the way", async () => {
    mkdirSync(host.at(`${dir}/theirs`), { recursive: true });
    mkdirSync(host.at(`${dir}/precious`));
    symlinkSync(host.at(`${dir}/precious`), host.at(`${dir}/theirs/link`));
    chownSync(host.at(`${dir}/theirs`), 1000, 1000);
    expect(await failure({ "theirs/link/a": { text: "x" } })).toContain("is a link that somebody other than root");
    write("victim", "mine");
    symlinkSync(host.at(`${dir}/victim`), host.at(`${dir}/theirs/a`));
    linkSync(host.at(`${dir}/victim`), host.at(`${dir}/theirs/b`));
    await host.put(bundle({ "theirs/a": { text: "x" }, "theirs/b": { text: "x" } }));
    expect([read("victim"), read("theirs/a"), read("theirs/b"), readdirSync(host.at(`${dir}/precious`))]).toEqual([
      "mine",
      "x",
      "x",
      [],
    ]);
  });

  it("refuses a file of another entry", async () => {
    const other = { ...bundle({ a: { text: "1" } }), owner: { stack: host.stack, entry: "other" } };
    await host.put(other);
    expect(await failure({ a: { text: "2" } })).toContain(`a belongs to other of ${host.stack} already`);
    await host.put(other, {}, "--remove");
    expect(existsSync(host.at(`${dir}/a`))).toBe(false);
  });

  it("removes an entry's own files with the entry", async () => {
    const gone = bundle(
      { a: { text: "1" }, offered: { text: "2", policy: "offer" } },
      { whenRemoved: [`touch ${host.at(`${dir}/said`)}`] },
    );
    await host.put(gone);
    expect(await host.put(gone, {}, "--remove")).toEqual([`removed: ${dir}/a`]);
    expect(readdirSync(host.at(dir)).sort()).toEqual(["offered", "said"]);
    expect(existsSync(host.record)).toBe(false);
  });

  it("leaves files whole on a full disk and a read-only one, and says so", async () => {
    mkdirSync(host.at(dir));
    spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", host.at(dir)]);
    try {
      await host.put(bundle({ a: { text: "old" } }));
      expect(await failure({ a: { text: "x".repeat(100_000) } })).toContain(`${dir}/a: no space is left there`);
      expect([read("a"), readdirSync(host.at(dir))]).toEqual(["old", ["a"]]);
      spawnSync("mount", ["-o", "remount,ro", host.at(dir)]);
      expect(await failure({ a: { text: "new" } })).toContain("the file system is read-only");
    } finally {
      spawnSync("umount", [host.at(dir)]);
    }
  });

  it("lets one delivery wait for another", async () => {
    const log = host.at(`${dir}-log`);
    const more = { afterwards: [`echo in >> ${log}; sleep 0.5; echo out >> ${log}`] };
    const two = ["a", "b"].map((entry) => ({
      ...bundle({ [entry]: { text: "1" } }, more),
      owner: { stack: host.stack, entry },
    }));
    await Promise.all(two.map((one) => host.put(one)));
    expect(readFileSync(log, "utf8")).toBe("in\nout\nin\nout\n");
  });

  it("comes to its end on the host when its caller is killed, and the next run finds all done", async () => {
    const mark = host.at(`${dir}-mark`);
    const wanted = bundle({ a: { text: "1" } }, { afterwards: [`touch ${mark}-begun; sleep 1; touch ${mark}`] });
    const { child, done } = host.begin(wanted);
    await until(() => existsSync(`${mark}-begun`));
    child.kill("SIGKILL");
    await done;
    expect(await host.put(wanted)).toEqual(["unchanged"]);
    expect(existsSync(mark)).toBe(true);
  });

  it("takes several bundles in one session", async () => {
    const many = ["one", "two"].map((entry) => ({
      ...bundle({ [entry]: { text: "1" } }),
      owner: { stack: host.stack, entry },
    }));
    await host.put(many);
    write("two", "2");
    const { stdout } = await host.begin(many, { FLEET_CHECK: "json" }).done;
    expect(JSON.parse(stdout)).toEqual([
      { owner: { stack: host.stack, entry: "one" }, done: [] },
      {
        owner: { stack: host.stack, entry: "two" },
        done: [{ kind: "differs", path: host.at(`${dir}/two`), details: [] }],
      },
    ]);
  });

  it("says what is wrong with the host or the way to it", async () => {
    const { stderr, code } = await host.begin(bundle({}), { FLEET_HOST: "ssh://root@127.0.0.1:1" }).done;
    expect([code, stderr]).toEqual([1, expect.stringContaining("root@127.0.0.1:1 does not answer by ssh")]);
    expect((await host.begin(bundle({}), { FLEET_HOST: "" }).done).stderr).toContain("FLEET_HOST must be ssh://");
  });
});
