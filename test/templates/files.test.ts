import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Bundle, BundleVolume } from "../../templates/files/bundle.js";
import { describeIf, docker, makeImage, noBusybox } from "./daemon.js";

const PUT = fileURLToPath(new URL("../../templates/files/put.mjs", import.meta.url));
const prefix = `test-files-${process.pid}`;
const IMAGE = `${prefix}-image`;
const BARE_IMAGE = `${prefix}-bare`;
const CONTAINER = `${prefix}-agent`;
const labels = { "fleet.stack": prefix, "fleet.entry": "agent" };
let volume: string;
let count = 0;

function put(bundle: Bundle) {
  const child = spawn(process.execPath, [PUT], { stdio: ["pipe", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => (stdout += data));
  child.stderr.on("data", (data) => (stderr += data));
  child.stdin.end(JSON.stringify(bundle));
  const done = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, stdout, stderr })),
  );
  return { child, done };
}

async function deliver(volumes: Partial<BundleVolume>[], more: Partial<Bundle> = {}): Promise<string[]> {
  const full = volumes.map(
    (one): BundleVolume => ({ name: volume, owner: "1000:1000", policy: "mirror", files: {}, ...one }),
  );
  const { code, stdout, stderr } = await put({
    container: CONTAINER,
    image: IMAGE,
    labels,
    volumes: full,
    afterwards: { do: "nothing" },
    ...more,
  }).done;
  if (code !== 0) throw new Error(stderr.trim());
  return stdout.trim().split("\n").sort();
}

const file = (text: string, mode = "0600") => ({ text, mode });

/** What a volume holds, as `mode uid:gid path text`. */
function contents(name = volume): string[] {
  const script =
    'cd /v && find . -type f ! -name .fleet.json | sort | while read f; do stat -c \'%a %u:%g %n\' "$f"; cat "$f"; echo; done';
  return docker("run", "--rm", "-v", `${name}:/v`, IMAGE, "sh", "-c", script).split("\n").filter(Boolean);
}

const run = (...args: string[]) =>
  docker(
    "run",
    "-d",
    "--name",
    CONTAINER,
    ...Object.entries(labels).flatMap(([k, v]) => ["--label", `${k}=${v}`]),
    "-v",
    `${volume}:/config:ro`,
    ...args,
  );

const startedAt = () => docker("inspect", "-f", "{{.State.StartedAt}}", CONTAINER);
const temporary = () => docker("ps", "-aq", "--filter", `label=fleet.temporary=${CONTAINER}`);

function clean() {
  const ids = docker("ps", "-aq", "--filter", `label=fleet.stack=${prefix}`).split("\n").filter(Boolean);
  if (ids.length > 0) docker("rm", "-fv", ...ids);
  const volumes = docker("volume", "ls", "-q", "--filter", `name=${prefix}`).split("\n").filter(Boolean);
  if (volumes.length > 0) docker("volume", "rm", "-f", ...volumes);
}

describeIf(noBusybox, "delivery of files", () => {
  beforeAll(() => {
    makeImage(IMAGE, [
      "busybox",
      "sh",
      "mv",
      "rm",
      "cat",
      "find",
      "stat",
      "sleep",
      "mkdir",
      "ln",
      "id",
      "grep",
      "echo",
      "sort",
    ]);
    makeImage(BARE_IMAGE, ["sleep"]);
  });
  beforeEach(() => {
    clean();
    volume = `${prefix}-${count++}`;
    docker("volume", "create", volume);
  });
  afterAll(() => {
    clean();
    docker("rmi", "-f", IMAGE, BARE_IMAGE);
  });

  it("writes what differs, removes what is not declared, and then nothing", async () => {
    expect(await deliver([{ files: { "a.json": file("{}"), "sub/dir/b": file("ü\n", "0640"), c: file("") } }])).toEqual(
      ["written: a.json", "written: c", "written: sub/dir/b"],
    );
    expect(contents()).toEqual(["600 1000:1000 ./a.json", "{}", "600 1000:1000 ./c", "640 1000:1000 ./sub/dir/b", "ü"]);

    const next = [{ files: { "a.json": file("[1]"), "new 'x'": file("n") } }];
    expect(await deliver(next)).toEqual(["removed: c", "removed: sub", "written: a.json", "written: new 'x'"]);
    expect(contents()).toEqual(["600 1000:1000 ./a.json", "[1]", expect.stringContaining("new 'x'"), "n"]);
    expect(await deliver(next)).toEqual(["unchanged"]);
    expect(temporary()).toBe("");
  });

  it("knows the image's users by name, and says so if there is none", async () => {
    await deliver([{ owner: "agent", files: { a: file("1") } }]);
    expect(contents()[0]).toBe("600 1234:4321 ./a");
    await expect(deliver([{ owner: "nobody-here", files: {} }])).rejects.toThrow(/the image has no user nobody-here/);
  });

  it("needs no shell in the image", async () => {
    await deliver([{ files: { a: file("old"), gone: file("secret") } }], { image: BARE_IMAGE });
    await deliver([{ files: { a: file("new") } }], { image: BARE_IMAGE });
    const found = contents();
    expect(found.slice(0, 1)).toEqual(["600 1000:1000 ./.fleet-staged/0"]);
    expect(found).toContain("new");
    expect(found).not.toContain("secret");
  });

  it("gives an empty data volume to its user, and lets the agent's own changes be", async () => {
    const data = `${volume}-data`;
    docker("volume", "create", data);
    const offer = (text: string) => [
      {},
      { name: data, policy: "offer" as const, files: { "workspace/SOUL.md": file(text) } },
    ];
    expect(await deliver(offer("I am"))).toEqual(["written: workspace/SOUL.md"]);
    const inside = (script: string) =>
      docker("run", "--rm", "-u", "1000:1000", "-v", `${data}:/v`, IMAGE, "sh", "-c", script);
    inside("echo mine > /v/workspace/SOUL.md; mkdir /v/own");

    expect(await deliver(offer("I am"))).toEqual(["unchanged"]);
    expect(inside("cat /v/workspace/SOUL.md")).toBe("mine");

    // The agent goes and comes back: only its config volume is new.
    docker("volume", "rm", volume);
    docker("volume", "create", volume);
    await deliver(offer("I am"));
    expect(inside("cat /v/workspace/SOUL.md")).toBe("mine");

    expect(await deliver(offer("I am new"))).toEqual(["written: workspace/SOUL.md"]);
    expect(inside("cat /v/workspace/SOUL.md; rm /v/workspace/SOUL.md")).toBe("I am new");
    expect(await deliver(offer("I am new"))).toEqual(["written: workspace/SOUL.md"]);
  });

  it("never follows a link that an agent put in the place of a folder", async () => {
    const data = `${volume}-data`;
    docker("volume", "create", data);
    const inside = (script: string) => docker("run", "--rm", "-v", `${data}:/v`, IMAGE, "sh", "-c", script);
    inside("mkdir /v/outside; ln -s /v/outside /v/workspace");
    await deliver([{}, { name: data, policy: "offer", files: { "workspace/a": file("x") } }]);
    expect(inside("find /v/outside -type f; cat /v/workspace/a")).toBe("x");
  });

  it("restarts a running container once for changed files, and no other", async () => {
    const restart = { afterwards: { do: "restart" as const, waitSeconds: 20 } };
    await deliver([{ files: { a: file("1") } }], restart);
    run("--init", IMAGE, "sleep", "1000");
    const before = startedAt();
    expect(await deliver([{ files: { a: file("1") } }], restart)).toEqual(["unchanged"]);
    expect(startedAt()).toBe(before);
    expect(await deliver([{ files: { a: file("2") } }], restart)).toEqual(["restarted", "written: a"]);
    expect(startedAt()).not.toBe(before);
  });

  it("restarts nothing for files that the program watches itself", async () => {
    const restart = { afterwards: { do: "restart" as const, waitSeconds: 20, watched: "routes" } };
    const files = (main: string, route: string) => [{ files: { main: file(main), "routes/a": file(route) } }];
    await deliver(files("1", "1"), restart);
    run("--init", IMAGE, "sleep", "1000");
    const before = startedAt();
    expect(await deliver(files("1", "2"), restart)).toEqual(["written: routes/a"]);
    expect(startedAt()).toBe(before);
    expect(await deliver(files("2", "3"), restart)).toEqual(["restarted", "written: main", "written: routes/a"]);
    expect(startedAt()).not.toBe(before);
  });

  it("owes the step after a change until it has succeeded", async () => {
    await deliver([{ files: { a: file("1") } }]);
    run("--init", IMAGE, "sleep", "1000");
    const reload = (command: string[]) => ({ afterwards: { do: "exec" as const, command } });
    const changed = [{ files: { a: file("2") } }];
    const failing = ["sh", "-c", "echo line 3: bad word; false"];
    await expect(deliver(changed, reload(failing))).rejects.toThrow(/ended with status 1: line 3: bad word$/);
    expect(await deliver(changed, reload(["grep", "2", "/config/a"]))).toEqual(["reloaded"]);
    expect(await deliver(changed, reload(failing))).toEqual(["unchanged"]);
  });

  it("leaves a container alone that is not ours, or that does not run", async () => {
    docker(
      "run",
      "-d",
      "--name",
      CONTAINER,
      "--label",
      "fleet.temporary=no",
      "--label",
      `fleet.stack=${prefix}`,
      "--init",
      IMAGE,
      "sleep",
      "1000",
    );
    const before = startedAt();
    const restart = { afterwards: { do: "restart" as const, waitSeconds: 20 } };
    expect(await deliver([{ files: { a: file("1") } }], restart)).toEqual(["written: a"]);
    expect(startedAt()).toBe(before);
    docker("rm", "-f", CONTAINER);
    run(IMAGE, "sleep", "0");
    docker("wait", CONTAINER);
    expect(await deliver([{ files: { a: file("2") } }], restart)).toEqual(["written: a"]);
  });

  it("asks nothing of a container that runs another program", async () => {
    const reload = { program: "cat", afterwards: { do: "exec" as const, command: ["false"] } };
    await deliver([{ files: { a: file("1") } }], reload);
    run("--init", IMAGE, "sleep", "1000");
    expect(await deliver([{ files: { a: file("2") } }], reload)).toEqual(["written: a"]);
    await expect(deliver([{ files: { a: file("3") } }], { ...reload, program: "sleep" })).rejects.toThrow(/status 1/);
  });

  it("puts nothing in place that the check refuses", async () => {
    const check = (script: string) => ({
      check: { command: ["sh", "-c", script], env: { WORD: "good" }, folder: "/tmp/check" },
    });
    await deliver([{ files: { a: file("good") } }], check('grep -q "$WORD" /tmp/check/a'));
    const issues = `id -u >/dev/null; cat <<'END'\nWarning: x\n{"issues":[{"path":"gateway","message":"Unrecognized key"}]}\nEND\nexit 1`;
    await expect(deliver([{ files: { a: file("bad") } }], check(issues))).rejects.toThrow(
      /refuses them:\n {2}gateway: Unrecognized key$/,
    );
    expect(contents()).toContain("good");
    expect(temporary()).toBe("");
  });

  it("leaves nothing behind when it is stopped", async () => {
    const { child, done } = put({
      container: CONTAINER,
      image: IMAGE,
      labels,
      volumes: [{ name: volume, owner: "0:0", policy: "mirror", files: { a: file("1") } }],
      check: { command: ["sleep", "100"], env: {}, folder: "/tmp/check" },
      afterwards: { do: "nothing" },
    });
    while (docker("ps", "-q", "--filter", `label=fleet.temporary=${CONTAINER}`) === "") await sleep(100);
    child.kill("SIGTERM");
    expect((await done).code).toBe(143);
    expect(temporary()).toBe("");
    expect(contents()).toEqual([]);
  });

  it("fails for a volume that does not exist, and makes none", async () => {
    await expect(deliver([{ name: `${prefix}-none`, files: { a: file("1") } }])).rejects.toThrow(/no such volume/i);
    expect(docker("volume", "ls", "-q", "--filter", `name=${prefix}-none`)).toBe("");
  });

  it("says where no daemon answers", async () => {
    const child = spawn(process.execPath, [PUT], {
      env: { ...process.env, DOCKER_HOST: "unix:///nowhere/docker.sock" },
    });
    let stderr = "";
    child.stderr.on("data", (data) => (stderr += data));
    child.stdin.end(
      JSON.stringify({ container: CONTAINER, image: IMAGE, labels, volumes: [], afterwards: { do: "nothing" } }),
    );
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(1);
    expect(stderr).toMatch(/^Files not delivered: Docker cannot be reached at \/nowhere\/docker\.sock: .*ENOENT/);
  });
});
