import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createDisplay } from "../../../engine/display/display.js";
import { cut } from "../../../engine/display/live.js";
import type { EngineEvent } from "../../../engine/events.js";
import { Secret, UNKNOWN } from "../../../engine/values.js";
import { result, Sink, show, start, state, step } from "./events.js";

const create = step("create", undefined, state("docker:index/container:Container", "agent"));
const quick = step("update", state("a:b:C", "quick"), state("a:b:C", "quick"));
const same = step("same", state("a:b:C", "idle"), state("a:b:C", "idle"));

describe("plain progress", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("tells a start only of what lasts, progress now and then, and every end", () => {
    const out = new Sink();
    const { onEvent, finish } = bound(
      createDisplay({ operation: "update", json: false, color: false, tty: false, out }),
    );
    onEvent(start(false));
    onEvent({ kind: "step-start", step: create });
    onEvent({ kind: "step-start", step: quick });
    vi.advanceTimersByTime(500);
    onEvent({ kind: "step-done", step: quick, seconds: 0.5 });
    onEvent({ kind: "step-start", step: same });
    onEvent({ kind: "step-done", step: same, seconds: 0 });
    for (let second = 1; second <= 12; second++) {
      vi.advanceTimersByTime(1000);
      onEvent({ kind: "progress", urn: create.urn, message: `waiting for health, ${second} s` });
    }
    onEvent({ kind: "step-done", step: create, seconds: 72.6 });
    expect(out.text.split("\n")).toEqual([
      "Updating fleet/dev",
      "  ~  quick  a:b:C  updated  0.5s",
      "  +  agent  docker:Container  1s  creating…",
      "  +  agent  docker:Container  6s  waiting for health, 6 s",
      "  +  agent  docker:Container  11s  waiting for health, 11 s",
      "  +  agent  docker:Container  created  1m13s",
      "",
    ]);
    finish();
  });
});

describe("the end of a run", () => {
  it("groups what was said by resource, each thing once, then outputs, counts and what was kept", () => {
    const failed = { ...create, error: "" };
    const old = state("pulumi:pulumi:Stack", "fleet-dev", {}, { outputs: { url: "http://a", old: 1 } });
    const text = show([
      start(false),
      { kind: "step-start", step: step("same", old, old) },
      { kind: "step-start", step: failed },
      { kind: "step-failed", step: failed, error: "port 8080 is taken\n  fix: free it" },
      {
        kind: "diagnostic",
        severity: "error",
        urn: create.urn,
        message: 'create docker "agent": port 8080 is taken\n  fix: free it',
      },
      { kind: "diagnostic", severity: "warning", message: "no resource in particular" },
      { kind: "diagnostic", severity: "debug", message: "noise" },
      { kind: "diagnostic", severity: "info", message: "fleeting", ephemeral: true },
      { kind: "diagnostic", severity: "info", urn: quick.urn, message: "reloaded" },
      {
        kind: "summary",
        result: result({
          preview: false,
          outcome: "failed",
          changes: { same: 5, create: 3, update: 1, replace: 1, delete: 2 },
          durationSeconds: 83.2,
          outputs: { url: "http://b", token: new Secret("t0ps3cr3t"), kept: "same" },
          errors: ['create docker "agent": port 8080 is taken\n  fix: free it', "the program exited with 1"],
          retained: [
            {
              urn: state("docker:index/volume:Volume", "data").urn,
              type: "docker:index/volume:Volume",
              id: "dev-data",
            },
          ],
        }),
      },
    ]);
    expect(text).toBe(`Updating fleet/dev
  ✗  agent  docker:Container  creating failed  0.0s  port 8080 is taken

Diagnostics:
  agent  docker:Container
    error: port 8080 is taken
      fix: free it
  quick  a:b:C
    reloaded
  warning: no resource in particular
  error: the program exited with 1

Outputs:
    + kept: "same"
    - old: 1
    + token: [secret]
    ~ url: "http://a" => "http://b"

Resources:
    +  3 created
    ~  1 updated
    +- 1 replaced
    -  2 deleted
       5 unchanged

Kept, with their data:
    data  docker:Volume  dev-data

Update failed.  Duration: 1m23s
`);
  });

  it("says plainly that nothing changes", () => {
    const summary: EngineEvent = { kind: "summary", result: result({ changes: { same: 7 }, outputs: {} }) };
    expect(show([start(true), { kind: "step-start", step: same }, summary])).toBe(
      "Plan for fleet/dev\n\nResources:\n    7 unchanged\n\nNo changes.  Duration: 1.5s\n",
    );
  });

  it("shows the plan of a preview whole, with what the outputs will be, and no plan of one that broke off", () => {
    const stack = state("pulumi:pulumi:Stack", "fleet-dev", {}, { outputs: { url: "a", same: 1 } });
    const events: EngineEvent[] = [
      start(true),
      { kind: "step-start", step: step("same", stack, stack) },
      { kind: "step-start", step: create },
      { kind: "step-done", step: create, seconds: 0 },
    ];
    const planned = result({ changes: { create: 1 }, outputs: { url: UNKNOWN, same: 1 } });
    const text = show([...events, { kind: "summary", result: planned }]);
    expect(text).toContain("\n  +  └─ agent  docker:Container  create\n");
    expect(text).toContain('Outputs:\n    ~ url: "a" => <computed>\n\nResources:\n    +  1 to create\n');
    expect(text).toContain("Preview done.");
    expect(show(events)).toBe("Plan for fleet/dev\n\n");
  });

  it("tells a refresh as news about the objects", () => {
    const old = state("a:b:C", "c", {}, { outputs: { memory: 1 } });
    const changed = step("update", old, { ...old, outputs: { memory: 2 } }, { diffs: ["memory"] });
    const gone = step("delete", state("a:b:C", "d"), undefined);
    const begin = { ...start(true), operation: "refresh" } as EngineEvent;
    const text = show([
      begin,
      ...[changed, gone].map((one): EngineEvent => ({ kind: "step-start", step: one })),
      { kind: "summary", result: result() },
    ]);
    expect(text).toContain("Plan to refresh fleet/dev");
    expect(text).toMatch(/~ {2}├─ c {2}a:b:C {2}changed outside\n.*~ memory: 1 => 2/);
    expect(text).toMatch(/└─ d {2}a:b:C {2}gone/);
  });

  it("masks secrets that only the caller knows, in what the program prints too", () => {
    const text = show([start(false), { kind: "output", stream: "stdout", line: "token is t0ps3cr3t\u001b[2J" }], {
      secretsToMask: () => ["t0ps3cr3t"],
    });
    expect(text).toContain("│ token is [secret]\n");
  });

  it("has colours only when they are wanted", () => {
    const events: EngineEvent[] = [
      start(true),
      { kind: "step-start", step: create },
      { kind: "summary", result: result({ changes: { create: 1 } }) },
    ];
    expect(show(events, { color: true })).toContain("\u001b[32m");
    expect(show(events)).not.toContain("\u001b");
  });
});

describe("live progress", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("redraws in place, at most ten times a second, and leaves only what is finished", () => {
    const out = new Sink();
    const { onEvent, finish } = bound(
      createDisplay({ operation: "update", json: false, color: false, tty: true, out }),
    );
    onEvent(start(false));
    onEvent({ kind: "step-start", step: create });
    for (let at = 0; at < 1000; at++) {
      onEvent({ kind: "progress", urn: create.urn, message: `pulled ${at} of 1000 layers ${"x".repeat(200)}` });
      vi.advanceTimersByTime(1);
    }
    const redraws = out.text.split("\u001b[J").length;
    expect(redraws).toBeGreaterThan(5);
    expect(redraws).toBeLessThanOrEqual(11);
    expect(screen(out.text, out.columns)[1]).toMatch(
      /^ {2}\+ {2}agent {2}docker:Container {2}\ds {2}pulled \d+ of 1000.*…$/,
    );
    onEvent({ kind: "step-done", step: create, seconds: 1 });
    finish();
    expect(screen(out.text, out.columns)).toEqual([
      "Updating fleet/dev",
      "  +  agent  docker:Container  created  1.0s",
      "",
      "",
    ]);
    expect(out.text.split("\u001b[?25").map((piece) => piece[0])).toEqual(["U", "l", "h"]);
  });

  it("fits the screen however much is running", () => {
    const out = new Sink();
    const { onEvent, finish } = bound(createDisplay({ operation: "update", json: false, color: true, tty: true, out }));
    onEvent(start(false));
    for (let at = 0; at < 50; at++)
      onEvent({ kind: "step-start", step: step("create", undefined, state("a:b:C", `r${at}`)) });
    vi.advanceTimersByTime(200);
    const lines = screen(out.text, out.columns);
    expect(lines.length).toBeLessThanOrEqual(out.rows);
    expect(lines.join("\n")).toMatch(/… and 42 more\n.*working · 0 done · 50 running/);
    finish();
  });

  it("never lets a line wrap, colours not counted", () => {
    expect(cut("\u001b[31mabcdef\u001b[39m", 6)).toBe("\u001b[31mabcdef\u001b[39m");
    expect(cut("\u001b[31mabcdef\u001b[39m", 4)).toBe("\u001b[31mabc\u001b[39m…\u001b[0m");
  });
});

describe("the cursor", () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  it.each([
    ["the process exits", "process.exit(0)", undefined, [0, null]],
    ["something is thrown", 'throw new Error("bug")', undefined, [1, null]],
    ["it is ended by a signal", "setInterval(() => {}, 1000)", "SIGTERM", [null, "SIGTERM"]],
  ] as const)("comes back when %s", async (_case, end, signal, expected) => {
    const module = JSON.stringify(new URL("../../../engine/display/display.ts", import.meta.url).href);
    const script = `
      import { createDisplay } from ${module};
      const display = createDisplay({ operation: "update", json: false, color: false, tty: true, out: process.stdout });
      display.onEvent(${JSON.stringify(start(false))});
      display.onEvent(${JSON.stringify({ kind: "step-start", step: create })});
      setTimeout(() => { ${end} }, 300);`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]);
    children.push(child);
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      if (signal && text.includes("agent")) child.kill(signal);
    });
    expect(await once(child, "close")).toEqual(expected);
    expect(text).toContain("\u001b[?25l");
    expect(text.lastIndexOf("\u001b[?25h")).toBeGreaterThan(text.lastIndexOf("\u001b[?25l"));
  });
});

function bound(display: ReturnType<typeof createDisplay>) {
  return { onEvent: display.onEvent.bind(display), finish: display.finish.bind(display) };
}

/** What a terminal shows after these bytes: enough of one for what the display uses. */
function screen(text: string, columns: number): string[] {
  const rows: string[] = [""];
  let at = 0;
  const plain = text.replaceAll("\u001b", "␛").replaceAll(/␛\[\?25[lh]|␛\[\d*m/g, "");
  for (const [, up, erase, other = ""] of plain.matchAll(/␛\[(\d+)A|(␛\[J)|([\s\S])/g)) {
    if (up) at -= Number(up);
    else if (erase) rows.splice(at, rows.length, "");
    else if (other === "\n") rows[++at] ??= "";
    else if (other !== "\r") rows[at] = (rows[at] ?? "") + other;
    if (at < 0 || rows[at]!.length >= columns) throw new Error("the display left its place");
  }
  return rows;
}
