import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { EngineEvent, StepInfo } from "../../../engine/events.js";
import type { Json } from "../../../engine/state/json.js";
import { decodeResource } from "../../../engine/state/resource.js";
import { OutputValue, Secret, UNKNOWN } from "../../../engine/values.js";
import { result, show, start, state, step } from "./events.js";

const json = (events: EngineEvent[], operation: "preview" | "update"): string =>
  show(events, { json: true, operation });

describe("preview --json", () => {
  it.each(["memory", "env", "volume-label"])("is what the real engine prints, key for key: %s", (name) => {
    const text = readFileSync(new URL(`./recordings/preview-${name}.json`, import.meta.url), "utf8");
    const digest = JSON.parse(text);
    const decode = (recorded: Json | undefined) =>
      recorded === undefined ? undefined : decodeResource(recorded, { open: (ciphertext) => ciphertext });
    const steps = digest.steps.map((recorded: Record<string, Json>): StepInfo => {
      const old = decode(recorded.oldState);
      const next = decode(recorded.newState);
      return {
        op: recorded.op,
        urn: recorded.urn,
        type: next?.type,
        name: "x",
        custom: next?.custom,
        provider: recorded.provider,
        old,
        // As an engine has it: what is only known after the step must not be told.
        new: next && (recorded.op === "replace" ? next : { ...next, id: old?.id, outputs: old?.outputs ?? {} }),
        diffs: recorded.diffReasons,
        replaceKeys: recorded.replaceReasons,
        detailedDiff: recorded.detailedDiff ?? undefined,
        logical: true,
      } as unknown as StepInfo;
    });
    const hidden = state("pulumi:providers:docker", "default_5_0_0");
    const unchanged = state("a:b:C", "same");
    const events: EngineEvent[] = [
      { ...start(true), kind: "start", config: digest.config } as EngineEvent,
      { kind: "step-start", step: step("create", undefined, hidden) },
      { kind: "step-start", step: step("same", unchanged, unchanged) },
      { kind: "step-start", step: step("delete-replaced", unchanged, undefined) },
      ...steps.flatMap((one: StepInfo): EngineEvent[] => [
        { kind: "step-start", step: one },
        { kind: "step-done", step: one, seconds: 0 },
      ]),
      { kind: "diagnostic", severity: "debug", message: "noise" },
      {
        kind: "summary",
        result: result({ durationSeconds: digest.duration / 1e9, changes: { ...digest.changeSummary, delete: 0 } }),
      },
    ];
    // The recording was stored with one space; the real output has four.
    expect(json(events, "preview")).toBe(`${JSON.stringify(digest, undefined, 4)}\n`);
  });

  it("hides secrets everywhere and shows what is not known as Pulumi does", () => {
    const inputs = {
      secret: new Secret({ a: "t0ps3cr3t" }),
      output: new OutputValue("an0ther-one", true, []),
      within: "u:t0ps3cr3t@h",
      later: UNKNOWN,
    };
    const one = step("create", undefined, state("a:b:C", "c", inputs));
    const events: EngineEvent[] = [
      start(true),
      { kind: "output", stream: "stderr", line: "printed t0ps3cr3t \u001b[31m!" },
      { kind: "step-start", step: one },
      { kind: "diagnostic", severity: "warning", urn: one.urn, message: "an0ther-one" },
      { kind: "diagnostic", severity: "info", message: "gone soon", ephemeral: true },
      { kind: "summary", result: result({ outcome: "failed", errors: ["bad t0ps3cr3t"], maybeCorrupt: true }) },
    ];
    const text = json(events, "preview");
    expect(text).not.toMatch(/t0ps|an0ther/);
    const digest = JSON.parse(text);
    expect(Object.keys(digest)).toEqual([
      "config",
      "steps",
      "diagnostics",
      "duration",
      "changeSummary",
      "maybeCorrupt",
    ]);
    expect(Object.keys(digest.config)).toEqual(["fleet:a", "fleet:b"]);
    expect(digest.steps[0]).toEqual({
      op: "create",
      urn: one.urn,
      newState: {
        urn: one.urn,
        custom: true,
        type: "a:b:C",
        inputs: {
          later: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
          output: "[secret]",
          secret: "[secret]",
          within: "u:[secret]@h",
        },
        parent: one.new!.parent,
      },
      detailedDiff: null,
    });
    expect(digest.diagnostics).toEqual([
      { message: "printed [secret] !\n\n", severity: "info#err" },
      { urn: one.urn, message: "warning: [secret]\n", severity: "warning" },
      { message: "error: bad [secret]\n", severity: "error" },
      { message: "error: preview failed\n", severity: "error" },
    ]);
  });
});

describe("up --json", () => {
  it("is one event a line in the shape of Pulumi's event log, and a summary at the end", () => {
    const old = state(
      "a:b:C",
      "c",
      { v: 1, s: new Secret("t0ps3cr3t") },
      { id: "i", outputs: { v: 1 }, provider: "p::1" },
    );
    const next = { ...old, inputs: { ...old.inputs, v: 2 } };
    const update = step("update", old, next, {
      diffs: ["v"],
      provider: "p::1",
      detailedDiff: { v: { kind: "update", inputDiff: true } },
    });
    const done = { ...update, new: { ...next, outputs: { v: 2 } } };
    const events: EngineEvent[] = [
      start(false),
      { kind: "step-start", step: update },
      { kind: "progress", urn: old.urn, message: "waiting with t0ps3cr3t" },
      { kind: "step-done", step: done, seconds: 1 },
      { kind: "step-failed", step: update, error: "no" },
      { kind: "diagnostic", severity: "error", urn: old.urn, message: 'update a:b:C "c": no' },
      { kind: "output", stream: "stdout", line: "hi" },
      { kind: "cancel", graceful: true },
      {
        kind: "summary",
        result: result({
          preview: false,
          outcome: "cancelled",
          changes: { update: 1, same: 0 },
          outputs: { token: new Secret("fresh-secret"), url: "http://fresh-secret@x" },
          errors: ["no"],
          retained: [{ urn: "u", type: "t", id: "kept" }],
        }),
      },
    ];
    const text = json(events, "update");
    expect(text).not.toMatch(/t0ps|fresh-/);
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.sequence)).toEqual(lines.map((_, index) => index));
    expect(lines.every((line) => Math.abs(line.timestamp - Date.now() / 1000) < 60)).toBe(true);
    const kinds = lines.map((line) => Object.keys(line).at(-1));
    expect(kinds).toEqual([
      "preludeEvent",
      "resourcePreEvent",
      "diagnosticEvent",
      "resOutputsEvent",
      "diagnosticEvent",
      "resOpFailedEvent",
      "diagnosticEvent",
      "diagnosticEvent",
      "summaryEvent",
      "cancelEvent",
      "summary",
    ]);
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };
    const side = {
      type: "a:b:C",
      urn: old.urn,
      custom: true,
      id: "i",
      parent: old.parent,
      inputs: { s: secret, v: 1 },
      outputs: { v: 1 },
      provider: "p::1",
    };
    expect(lines[1].resourcePreEvent.metadata).toEqual({
      op: "update",
      urn: old.urn,
      type: "a:b:C",
      old: side,
      new: { ...side, id: "", inputs: { s: secret, v: 2 }, outputs: {} },
      diffs: ["v"],
      detailedDiff: { v: { diffKind: "update", inputDiff: true } },
      logical: true,
      provider: "p::1",
    });
    expect(lines[3].resOutputsEvent.metadata.new).toEqual({ ...side, inputs: { s: secret, v: 2 }, outputs: { v: 2 } });
    expect(lines[2].diagnosticEvent).toMatchObject({
      ephemeral: true,
      message: "waiting with [secret]\n",
      color: "never",
    });
    // The error is told with the step, and not again with the introduction that it has for those who see no steps.
    expect(lines[4].diagnosticEvent).toMatchObject({ severity: "error", prefix: "error: ", message: "no\n" });
    expect(lines[5].resOpFailedEvent).toMatchObject({ status: 2, steps: 1, metadata: { new: { outputs: {} } } });
    expect(lines[8].summaryEvent).toMatchObject({ resourceChanges: { update: 1 }, result: "failed", isPreview: false });
    expect(lines[10].summary).toMatchObject({
      outcome: "cancelled",
      outputs: { token: "[secret]", url: "http://[secret]@x" },
      errors: ["no"],
      retained: [{ urn: "u", type: "t", id: "kept" }],
    });
  });
});
