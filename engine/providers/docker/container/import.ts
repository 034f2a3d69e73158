import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../../values.js";
import { equal } from "../compare.js";
import { objects, texts } from "./create-body.js";
import { describe, type Inspected } from "./describe.js";
import { containerShape } from "./shape.js";

/** Inputs that would make this container, for an import. What the image or the daemon gives by itself is left out. */
export function importInputs(live: Inspected, image: { Config?: ImageConfig } | undefined): PropertyMap {
  const seen = describe(live, {});
  const given: ImageConfig = image?.Config ?? {};
  const inputs: PropertyMap = {};
  for (const [key, field] of Object.entries(containerShape.fields)) {
    const value = seen[key];
    if (field.unsupported || value === undefined || equal(field, field.default, value)) continue;
    inputs[key] = value;
  }
  const drop = (...keys: string[]) => {
    for (const key of keys) delete inputs[key];
  };
  drop("runtime", "platform", "shmSize", "ipcMode", "cgroupnsMode", "logDriver");
  if (live.Id.startsWith(String(seen.hostname)) || seen.networkMode === "host") drop("hostname");
  if (same(seen.command, given.Cmd)) drop("command");
  if (same(seen.entrypoints, given.Entrypoint)) drop("entrypoints");
  if (seen.workingDir === (given.WorkingDir ?? "")) drop("workingDir");
  if (seen.user === (given.User ?? "")) drop("user");
  if (seen.stopSignal === (given.StopSignal ?? "")) drop("stopSignal");
  if (JSON.stringify(live.Config.Healthcheck) === JSON.stringify(given.Healthcheck)) drop("healthcheck");
  if (seen.memorySwap === 2 * Number(seen.memory)) drop("memorySwap");
  inputs.envs = texts(seen.envs).filter((env) => !given.Env?.includes(env));
  inputs.labels = objects(seen.labels).filter((l) => given.Labels?.[String(l.label)] !== l.value);
  for (const [key, field] of Object.entries(containerShape.fields)) {
    if (field.default !== undefined) inputs[key] ??= field.default;
    if (Array.isArray(inputs[key]) && inputs[key].length === 0) drop(key);
    if (isPropertyMap(inputs[key]) && Object.keys(inputs[key]).length === 0) drop(key);
  }
  inputs.mustRun = live.State.Running;
  return inputs;
}

export interface ImageConfig {
  Env?: string[] | null;
  Cmd?: string[] | null;
  Entrypoint?: string[] | string | null;
  Labels?: Record<string, string> | null;
  WorkingDir?: string;
  User?: string;
  StopSignal?: string;
  Healthcheck?: unknown;
}

function same(a: PropertyValue | undefined, b: string[] | string | null | undefined): boolean {
  return JSON.stringify(a ?? []) === JSON.stringify(b ?? []);
}
