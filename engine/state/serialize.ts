import { createHash } from "node:crypto";
import { EngineError } from "../errors.js";
import type { Secret } from "../values.js";
import { PULUMI_VERSION } from "../version.js";
import { goJson, type Json, jsonString, sortKeys } from "./json.js";
import { hasCiphertext, type SecretOpener, type SecretSealer } from "./properties.js";
import { decodeResource, encodeResource, resourceFeatures } from "./resource.js";
import { rfc3339Nano } from "./time.js";
import type { OperationType, PendingOperation, ResourceState, Snapshot } from "./types.js";

/** What the manifest names as the writer. The real CLI only checks its hash. */
const ENGINE_VERSION = `v${PULUMI_VERSION}+hermetic`;
const MANIFEST_MAGIC = createHash("sha256").update(ENGINE_VERSION).digest("hex");

/** Features of version 4 checkpoints that this engine carries on faithfully. */
const KNOWN_FEATURES = new Set(["hooks", "refreshBeforeUpdate", "replaceWith", "taint"]);
const OPERATIONS: ReadonlySet<string> = new Set(["creating", "updating", "deleting", "reading", "importing"]);

export interface Encrypter {
  encrypt: (plain: string) => string;
}

/**
 * The text of `<stack>.json` in the file backend. `stack` is the qualified name, `organization/<project>/<stack>`.
 *
 * Secrets that came out of this state keep their ciphertext, so that what did not change is rewritten byte for byte; new ones are
 * encrypted and their ciphertext is kept in the Secret. `encrypter` may only be left out while there is no new secret.
 * A resource is encoded once: ResourceState objects must not be changed after they were first written.
 */
export function encodeSnapshot(snapshot: Snapshot, encrypter: Encrypter | undefined, stack: string): string {
  const [head, deployment] = encodeParts(snapshot, encrypter);
  return `{${head},"checkpoint":{"stack":${jsonString(stack)},"latest":${deployment}}}`;
}

/** The same state as `pulumi stack export` prints it and `pulumi stack import` takes it. */
export function exportDeployment(snapshot: Snapshot, encrypter?: Encrypter): string {
  const [head, deployment] = encodeParts(snapshot, encrypter);
  return `{${head},"deployment":${deployment}}`;
}

/**
 * Reads a checkpoint, as the file backend keeps it or as `stack export` prints it; versions 3 and 4.
 * `getDecrypter` is asked, with the state's salt line, only if there is something encrypted. Throws EngineError for what is damaged
 * (`source` names the file and what to restore it from) or needs a newer engine.
 */
export async function decodeCheckpoint(
  text: string,
  getDecrypter: (saltLine: string) => Promise<(ciphertext: string) => string>,
  source: CheckpointSource = {},
): Promise<Snapshot> {
  const root = parseRoot(text, source);
  if (root === undefined) return { resources: [], pendingOperations: [] };
  const deployment = unwrap(root, source);
  if (deployment === undefined) return { resources: [], pendingOperations: [] };
  const salt = saltOf(deployment, source);

  const opener: SecretOpener = {
    open: () => {
      throw corrupt("it holds secrets but does not say how they are encrypted", source);
    },
    opened: (secret) => sealedUnder.set(secret, salt),
  };
  if (salt !== undefined && hasCiphertext(deployment)) opener.open = await getDecrypter(salt);
  try {
    return decodeDeployment(deployment, salt, opener);
  } catch (error) {
    if (!(error instanceof EngineError) || !source.path) throw error;
    throw new EngineError(`${source.path}: ${error.message}`, error.fix ?? restoreHint(source), error.exitCode);
  }
}

/** Where a checkpoint came from, for messages. */
export interface CheckpointSource {
  path?: string;
  /** The previous write, and the folder of backups: what a damaged file can be restored from. */
  previous?: string;
  backups?: string;
}

/** The name that the file backend gives a stack. */
export const qualifiedStackName = (project: string, stack: string): string => `organization/${project}/${stack}`;

function encodeParts(snapshot: Snapshot, encrypter: Encrypter | undefined): [head: string, deployment: string] {
  const seal = sealerFor(snapshot.salt, encrypter);
  const encode = (resource: ResourceState): Encoded => encodeCached(resource, snapshot.salt, seal);
  const features = new Set<string>();
  const resources = snapshot.resources.map(encode);
  const pending = snapshot.pendingOperations.map(({ resource, type }) => ({ encoded: encode(resource), type }));
  for (const { features: needed } of [...resources, ...pending.map((operation) => operation.encoded)]) {
    for (const feature of needed) features.add(feature);
  }

  const parts = [
    `"manifest":{"time":"${rfc3339Nano()}","magic":"${MANIFEST_MAGIC}","version":${jsonString(ENGINE_VERSION)}}`,
  ];
  if (snapshot.salt !== undefined) {
    parts.push(`"secrets_providers":{"type":"passphrase","state":{"salt":${jsonString(snapshot.salt)}}}`);
  }
  if (resources.length > 0) parts.push(`"resources":[${resources.map(({ text }) => text).join(",")}]`);
  if (pending.length > 0) {
    const operations = pending.map(({ encoded, type }) => `{"resource":${encoded.text},"type":"${type}"}`);
    parts.push(`"pending_operations":[${operations.join(",")}]`);
  }
  parts.push(`"metadata":${goJson((snapshot.metadata ?? {}) as Json)}`);
  for (const [key, value] of Object.entries(snapshot.extra ?? {})) {
    parts.push(`${jsonString(key)}:${goJson(value as Json)}`);
  }
  const head = features.size === 0 ? '"version":3' : `"version":4,"features":${goJson(sortKeys([...features]))}`;
  return [head, `{${parts.join(",")}}`];
}

interface Encoded {
  salt: string | undefined;
  text: string;
  features: string[];
}
const encodedResources = new WeakMap<ResourceState, Encoded>();

function encodeCached(resource: ResourceState, salt: string | undefined, seal: SecretSealer): Encoded {
  const cached = encodedResources.get(resource);
  if (cached && cached.salt === salt) return cached;
  const encoded = { salt, text: encodeResource(resource, seal), features: resourceFeatures(resource) };
  encodedResources.set(resource, encoded);
  return encoded;
}

/** Which salt a secret's ciphertext belongs to: one that was read from another stack's state must be encrypted anew. */
const sealedUnder = new WeakMap<Secret, string | undefined>();

function sealerFor(salt: string | undefined, encrypter: Encrypter | undefined): SecretSealer {
  return (secret, plaintextJson) => {
    const current = secret.ciphertext;
    if (current !== undefined && (!sealedUnder.has(secret) || sealedUnder.get(secret) === salt)) return current;
    if (!encrypter || salt === undefined) throw new Error("a new secret cannot be written without a secrets manager");
    secret.ciphertext = encrypter.encrypt(plaintextJson());
    sealedUnder.set(secret, salt);
    return secret.ciphertext;
  };
}

type JsonMap = { [key: string]: Json };

const isMap = (value: Json | undefined): value is JsonMap =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parseRoot(text: string, source: CheckpointSource): JsonMap | undefined {
  if (text.trim() === "") {
    throw corrupt("it is empty", source);
  }
  let root: Json;
  try {
    root = JSON.parse(text) as Json;
  } catch (error) {
    // The parser quotes a piece of the file, which may hold secrets of another tool: only its position is told.
    const position = /position \d+/.exec((error as Error).message)?.[0] ?? "its end";
    throw corrupt(`it is not JSON: cut off or overwritten near ${position} of ${text.length}`, source);
  }
  if (!isMap(root)) throw corrupt("it is not a checkpoint", source);
  return root;
}

function unwrap(root: JsonMap, source: CheckpointSource): JsonMap | undefined {
  const place = source.path ? `${source.path}: ` : "";
  const { version } = root;
  if (version === 1 || version === 2) {
    throw new EngineError(
      `${place}the state has the old format ${version}`,
      "run `pulumi stack export | pulumi stack import` once with the real Pulumi CLI: it writes the present format",
      1,
    );
  }
  if (typeof version !== "number") throw corrupt("it has no version", source);
  if (version !== 3 && version !== 4) {
    throw new EngineError(
      `${place}the state has format ${version}; this engine knows 3 and 4`,
      "use the Pulumi engine that wrote it, or a newer release of this one",
      1,
    );
  }
  const features = Array.isArray(root.features) ? root.features.map(String) : [];
  const unknown = features.filter((feature) => !KNOWN_FEATURES.has(feature));
  if (unknown.length > 0) {
    throw new EngineError(
      `${place}the state uses what this engine does not know: ${unknown.join(", ")}`,
      "use the real Pulumi engine for this stack",
      1,
    );
  }
  if (isMap(root.deployment)) return root.deployment;
  if (isMap(root.checkpoint)) return isMap(root.checkpoint.latest) ? root.checkpoint.latest : undefined;
  throw corrupt("it has neither `checkpoint` nor `deployment`", source);
}

function saltOf(deployment: JsonMap, source: CheckpointSource): string | undefined {
  const provider = deployment.secrets_providers;
  if (!isMap(provider)) return undefined;
  if (provider.type !== "passphrase") {
    const place = source.path ? `${source.path}: ` : "";
    throw new EngineError(
      `${place}the state's secrets are kept by "${String(provider.type)}"; the hermetic engine opens only those under a passphrase`,
      "use the real Pulumi engine for this stack, or run `pulumi stack change-secrets-provider passphrase`",
    );
  }
  const salt = isMap(provider.state) ? provider.state.salt : undefined;
  if (typeof salt !== "string") throw corrupt("it lacks the salt of its passphrase", source);
  return salt;
}

const DEPLOYMENT_FIELDS = new Set(["manifest", "secrets_providers", "resources", "pending_operations", "metadata"]);

function decodeDeployment(deployment: JsonMap, salt: string | undefined, opener: SecretOpener): Snapshot {
  const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
  const resource = (json: Json): ResourceState => decodeResource(json, opener);
  const snapshot: Snapshot = {
    resources: list(deployment.resources).map(resource),
    pendingOperations: list(deployment.pending_operations).map((json): PendingOperation => {
      if (!isMap(json) || !OPERATIONS.has(String(json.type)))
        throw new EngineError("a pending operation is damaged", undefined, 1);
      return { resource: resource(json.resource ?? null), type: json.type as OperationType };
    }),
  };
  if (salt !== undefined) snapshot.salt = salt;
  if (isMap(deployment.metadata)) snapshot.metadata = deployment.metadata;
  const extra = Object.entries(deployment).filter(([key]) => !DEPLOYMENT_FIELDS.has(key));
  if (extra.length > 0) snapshot.extra = Object.fromEntries(extra);
  return snapshot;
}

function corrupt(what: string, source: CheckpointSource): EngineError {
  return new EngineError(
    `the state${source.path ? ` in ${source.path}` : ""} is damaged: ${what}`,
    restoreHint(source),
    1,
  );
}

function restoreHint(source: CheckpointSource): string | undefined {
  if (!source.path) return undefined;
  const choices = [
    source.previous && `the state before the last write is ${source.previous}`,
    source.backups && `older ones are in ${source.backups}`,
  ].filter(Boolean);
  const where = choices.length > 0 ? `${choices.join("; ")}: ` : "";
  return `${where}copy one over ${source.path}, then run \`refresh\`. Nothing was changed`;
}
