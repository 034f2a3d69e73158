import { Writable } from "node:stream";
import { createDisplay, type DisplayOptions } from "../../../engine/display/display.js";
import type { EngineEvent, RunResult, StepInfo, StepOp } from "../../../engine/events.js";
import type { ResourceState } from "../../../engine/state/types.js";
import type { PropertyMap } from "../../../engine/values.js";

const PREFIX = "urn:pulumi:dev::fleet::";
export const ROOT = `${PREFIX}pulumi:pulumi:Stack::fleet-dev`;

/** A resource under the root stack, or under another that is given as parent. */
export function state(
  type: string,
  name: string,
  inputs: PropertyMap = {},
  more: Partial<ResourceState> = {},
): ResourceState {
  return {
    urn: `${PREFIX}${type}::${name}`,
    custom: !type.startsWith("fleet:") && type !== "pulumi:pulumi:Stack",
    type,
    inputs,
    outputs: {},
    parent: ROOT,
    dependencies: [],
    propertyDependencies: {},
    ...more,
  };
}

export function step(
  op: StepOp,
  old: ResourceState | undefined,
  next: ResourceState | undefined,
  more: Partial<StepInfo> = {},
): StepInfo {
  const { urn, type, custom } = (next ?? old)!;
  const logical = !["create-replacement", "delete-replaced"].includes(op);
  return { op, urn, type, custom, name: urn.split("::").at(-1)!, old, new: next, logical, ...more };
}

export const result = (more: Partial<RunResult> = {}): RunResult => ({
  operation: "update",
  preview: true,
  outcome: "succeeded",
  changes: {},
  durationSeconds: 1.5,
  outputs: {},
  errors: [],
  maybeCorrupt: false,
  retained: [],
  ...more,
});

export const start = (preview: boolean): EngineEvent => ({
  kind: "start",
  stack: "dev",
  project: "fleet",
  operation: "update",
  preview,
  config: { "fleet:b": "2", "fleet:a": "[secret]" },
});

/** A stream that keeps what is written to it. */
export class Sink extends Writable {
  text = "";
  columns = 100;
  rows = 12;
  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** What a display shows of some events. */
export function show(events: EngineEvent[], options: Partial<DisplayOptions> = {}): string {
  const out = new Sink();
  const display = createDisplay({ operation: "update", json: false, color: false, tty: false, out, ...options });
  for (const event of events) display.onEvent(event);
  display.finish();
  display.finish();
  return out.text;
}
