import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../../values.js";
import { equal } from "../compare.js";
import { asAsked, inAskedForm } from "./asked.js";
import { objects, texts } from "./create-body.js";
import { describe } from "./describe.js";
import type { ImageConfig, ImageInspect, Inspected } from "./inspected.js";
import { containerShape } from "./shape.js";

/** What no container shows: it is about what the provider does with one. */
const NOT_OF_THE_CONTAINER = [
  "attach",
  "containerReadRefreshTimeoutMilliseconds",
  "destroyGraceSeconds",
  "logs",
  "removeVolumes",
  "start",
  "wait",
  "waitTimeout",
];

/** What the daemon chooses where nothing is asked. */
const FILLED_IN = ["runtime", "platform", "shmSize", "ipcMode", "cgroupnsMode", "logDriver"];

/**
 * Inputs that would make this container, for an import. What the image or the daemon gives by itself is left out, unless the program
 * asks for it (`asked`: undefined if no program does). What the container is already comes in the program's words, so that there
 * is nothing to be done about it.
 */
export function importInputs(
  live: Inspected,
  image: ImageInspect | undefined,
  asked?: PropertyMap,
  askedImage?: ImageInspect,
): PropertyMap {
  const program = asked && { networkMode: "bridge", ...asked };
  const seen = inAskedForm(describe(live, program ?? {}), program);
  const own = withoutGiven(seen, live, image?.Config ?? {}, program);
  const inputs: PropertyMap = {};
  for (const [key, field] of Object.entries(containerShape.fields)) {
    const [wanted, value] = [asked?.[key], own[key]];
    if (field.unsupported) continue;
    if (wanted !== undefined && NOT_OF_THE_CONTAINER.includes(key)) inputs[key] = wanted;
    else if (asked && wanted !== undefined && asAsked(key, wanted, own, { live, asked, image, askedImage }))
      inputs[key] = wanted;
    else if (value !== undefined && !equal(field, field.default, value)) inputs[key] = value;
    else if (field.default !== undefined) inputs[key] = field.default;
    if (isNothing(inputs[key])) delete inputs[key];
  }
  // One that need not run is as asked whether it runs or not.
  const idle = asked?.mustRun === false || asked?.start === false;
  inputs.mustRun = idle ? (asked.mustRun ?? true) : live.State.Running;
  return inputs;
}

function isNothing(value: PropertyValue | undefined): boolean {
  return Array.isArray(value) ? value.length === 0 : isPropertyMap(value) && Object.keys(value).length === 0;
}

/** What is seen of a container without what it has from its image, or from the daemon, unless that is asked for. */
function withoutGiven(
  seen: PropertyMap,
  live: Inspected,
  given: ImageConfig,
  asked: PropertyMap | undefined,
): PropertyMap {
  const own: PropertyMap = { ...seen };
  const drop = (key: string, isGiven = true) => {
    if (isGiven && asked?.[key] === undefined) delete own[key];
  };
  for (const key of FILLED_IN) drop(key);
  // The daemon may have options of its own for the log, which cannot be told from those of the container.
  if (asked !== undefined && asked.logDriver === undefined) drop("logOpts");
  drop("hostname", live.Id.startsWith(String(seen.hostname)) || seen.networkMode === "host");
  drop("command", same(seen.command, given.Cmd));
  drop("entrypoints", same(seen.entrypoints, given.Entrypoint));
  drop("workingDir", seen.workingDir === (given.WorkingDir ?? ""));
  drop("user", seen.user === (given.User ?? ""));
  // Older clients give every container Docker's default.
  drop("stopSignal", (seen.stopSignal || "SIGTERM") === (given.StopSignal || "SIGTERM"));
  drop("healthcheck", JSON.stringify(live.Config.Healthcheck) === JSON.stringify(given.Healthcheck));
  // As much again as memory, or what a host without swap accounting makes of any limit.
  drop("memorySwap", seen.memorySwap === 2 * Number(seen.memory) || seen.memorySwap === -1);
  const envs = texts(asked?.envs);
  own.envs = texts(seen.envs).filter((env) => !given.Env?.includes(env) || envs.includes(env));
  const labels = objects(asked?.labels);
  own.labels = objects(seen.labels).filter(
    ({ label, value }) => given.Labels?.[String(label)] !== value || labels.some((item) => item.label === label),
  );
  const volumes = objects(asked?.volumes);
  own.volumes = objects(seen.volumes).filter(
    (volume) =>
      !isAnonymous(volume) ||
      !given.Volumes?.[String(volume.containerPath)] ||
      volumes.some((item) => item.containerPath === volume.containerPath),
  );
  // Docker adds it where there is nothing to separate.
  const disabled = "label=disable";
  if (!texts(asked?.securityOpts).includes(disabled))
    own.securityOpts = texts(seen.securityOpts).filter((option) => option !== disabled);
  return own;
}

function isAnonymous({ volumeName, hostPath, fromContainer }: PropertyMap): boolean {
  return !volumeName && !hostPath && !fromContainer;
}

function same(a: PropertyValue | undefined, b: string[] | string | null | undefined): boolean {
  return JSON.stringify(a ?? []) === JSON.stringify(b ?? []);
}
