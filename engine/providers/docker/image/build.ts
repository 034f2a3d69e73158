import { ProviderError, type ResourceCall } from "../../../provider.js";
import { isPropertyMap, type PropertyMap } from "../../../values.js";
import { bytes, objects, texts } from "../container/create-body.js";
import { toDaemonError } from "../errors.js";
import type { Session } from "../resource.js";
import { type BuildContext, tarOf } from "./context.js";
import { readProgress, throttled } from "./progress.js";
import type { Credentials } from "./registry-auth.js";

/** How much of a failed build's output goes into the error. */
const OUTPUT_LINES = 20;
/** A step of a build may be silent for that long (a compiler, a slow mirror). */
const SILENCE_MS = 20 * 60 * 1000;

/** Parameters of a build beside its context, in the words of RemoteImage's `build`. */
export interface BuildOptions {
  tags: string[];
  build: PropertyMap;
}

/** Builds an image with the daemon's own builder and returns the image's id. Its output is shown as progress. */
export async function buildImage(
  { client, registryAuth }: Session,
  context: BuildContext,
  { tags, build }: BuildOptions,
  call: ResourceCall,
): Promise<string> {
  const doing = `building image ${tags[0]}`;
  const given = Object.fromEntries(
    objects(build.authConfigs).map((auth): [string, Credentials] => [
      String(auth.hostName),
      {
        username: String(auth.userName ?? ""),
        password: String(auth.password ?? ""),
        serveraddress: String(auth.serverAddress ?? auth.hostName),
      },
    ]),
  );
  const stream = await client.stream("POST", `/build`, {
    doing,
    query: {
      ...query(build, context),
      // More than one tag is written below: the parameter repeats.
      t: tags[0],
    },
    file: tarOf(context),
    registryconfig: { ...(await registryAuth.forBuild()), ...given },
    timeout: SILENCE_MS,
    signal: call.signal,
  });
  const output: string[] = [];
  const show = throttled(call.report);
  let id: string | undefined;
  let failed: string | undefined;
  try {
    failed = await readProgress(stream, (line) => {
      id = line.aux?.ID ?? id;
      for (const text of (line.stream ?? line.status ?? "").split("\n")) {
        const clean = text.trimEnd();
        if (clean === "") continue;
        output.push(clean);
        if (output.length > OUTPUT_LINES) output.shift();
        show(clean);
      }
    });
  } catch (error) {
    throw toDaemonError(error, doing, client.endpoint);
  }
  if (failed !== undefined) throw buildFailure(tags[0]!, failed, output);
  if (id === undefined) throw new ProviderError(`${doing}: the daemon ended the build without an image`);
  for (const tag of tags.slice(1)) {
    const [repo, version] = splitTag(tag);
    await client.post(`/images/${encodeURIComponent(id)}/tag`, {
      doing: `tagging image ${tag}`,
      query: { repo, tag: version },
      signal: call.signal,
    });
  }
  return id;
}

function buildFailure(tag: string, reason: string, output: string[]): ProviderError {
  const needsBuildKit = /requires BuildKit|BuildKit is enabled/i.test(reason);
  return new ProviderError(
    [
      `building image ${tag} failed: ${reason.trim()}`,
      "  the end of its output:",
      ...output.map((line) => `    ${line}`),
    ].join("\n"),
    needsBuildKit ? "write the Dockerfile without BuildKit's own instructions (RUN --mount, heredocs)" : undefined,
  );
}

/** The query of POST /build (Docker Engine API 1.41). */
function query(build: PropertyMap, context: BuildContext): Record<string, string | number | boolean | undefined> {
  const labels = { ...asObject(build.label), ...asObject(build.labels) };
  const optional = (key: string) => build[key] as string | number | boolean | undefined;
  const json = (value: unknown, isGiven: boolean) => (isGiven ? JSON.stringify(value) : undefined);
  const ulimits = objects(build.ulimits).map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard }));
  return {
    // The classic builder: it needs no session and every daemon has it.
    version: "1",
    dockerfile: context.dockerfile,
    buildargs: json(build.buildArgs, isPropertyMap(build.buildArgs)),
    labels: json(labels, Object.keys(labels).length > 0),
    target: optional("target"),
    platform: optional("platform"),
    networkmode: optional("networkMode"),
    extrahosts: texts(build.extraHosts).join(",") || undefined,
    nocache: optional("noCache"),
    pull: optional("pullParent"),
    rm: build.remove !== false,
    forcerm: (build.forceRemove ?? true) ? true : undefined,
    q: optional("suppressOutput"),
    squash: optional("squash"),
    memory: bytes(build.memory) || undefined,
    memswap: bytes(build.memorySwap) || undefined,
    cpushares: optional("cpuShares"),
    cpusetcpus: optional("cpuSetCpus"),
    cpusetmems: optional("cpuSetMems"),
    cpuperiod: optional("cpuPeriod"),
    cpuquota: optional("cpuQuota"),
    cgroupparent: optional("cgroupParent"),
    shmsize: bytes(build.shmSize) || undefined,
    ulimits: json(ulimits, ulimits.length > 0),
    cachefrom: json(texts(build.cacheFroms), texts(build.cacheFroms).length > 0),
  };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** Repository and tag of a reference; a port is no tag. */
export function splitTag(reference: string): [string, string] {
  const colon = reference.lastIndexOf(":");
  return colon > reference.lastIndexOf("/")
    ? [reference.slice(0, colon), reference.slice(colon + 1)]
    : [reference, "latest"];
}
