import { parseUrn } from "../deploy/goals/urn.js";
import { EngineError } from "../errors.js";
import { SECRET_SIGNATURE, SIGNATURE_KEY } from "../signatures.js";
import type { Json } from "../state/json.js";
import { decodeCheckpoint } from "../state/serialize.js";
import type { Snapshot } from "../state/types.js";
import { verifySnapshot } from "../state/verify.js";

type JsonMap = { [key: string]: Json };

/**
 * A checkpoint in the form in which `pulumi stack export` prints it and `pulumi stack import` takes it, with whatever fields it has.
 * With `decrypt` its secrets stand in clear.
 */
export function exportedState(checkpoint: string, decrypt?: (ciphertext: string) => string): string {
  const { version, features, checkpoint: body } = JSON.parse(checkpoint) as JsonMap;
  const latest = (body as JsonMap | undefined)?.latest ?? { manifest: {}, metadata: {} };
  const deployment = decrypt === undefined ? latest : inClear(latest, decrypt);
  const form = { version, ...(features !== undefined && { features }), deployment };
  return `${JSON.stringify(form, undefined, 4)}\n`;
}

/** True if a checkpoint, or an export, holds secrets that are not encrypted, so that writing it takes a passphrase. */
export function hasPlaintext(json: Json): boolean {
  if (json === null || typeof json !== "object") return false;
  if (Array.isArray(json)) return json.some(hasPlaintext);
  if (json[SIGNATURE_KEY] === SECRET_SIGNATURE) return typeof json.plaintext === "string";
  return Object.values(json).some(hasPlaintext);
}

function inClear(json: Json, decrypt: (ciphertext: string) => string): Json {
  if (json === null || typeof json !== "object") return json;
  if (Array.isArray(json)) return json.map((item) => inClear(item, decrypt));
  if (json[SIGNATURE_KEY] === SECRET_SIGNATURE && typeof json.ciphertext === "string")
    return { [SIGNATURE_KEY]: SECRET_SIGNATURE, plaintext: decrypt(json.ciphertext) };
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, inClear(value, decrypt)]));
}

export interface Imported {
  snapshot: Snapshot;
  /** What was found and let pass, or left out. */
  warnings: string[];
}

/**
 * Reads a state that is to replace a stack's. Throws EngineError for one that is of another stack or project or that is not in order,
 * unless forced. Operations that were in flight are left out, as the Pulumi CLI does: who edits a state has looked into them.
 */
export async function importedState(
  text: string,
  target: { project: string; stack: string },
  options: {
    force?: boolean;
    /** What it was read from, for messages. */
    source: string;
    getDecrypter: (salt: string) => Promise<(ciphertext: string) => string>;
  },
): Promise<Imported> {
  const snapshot = await decode(text, options.getDecrypter, options.source);
  const faults = snapshot.resources.flatMap(({ urn }) => {
    const { stack, project } = parseUrn(urn);
    if (stack !== target.stack) return [`${urn} is of the stack ${stack}, not ${target.stack}`];
    return project === target.project ? [] : [`${urn} is of the project ${project}, not ${target.project}`];
  });
  faults.push(...verifySnapshot(snapshot));
  if (faults.length > 0 && !options.force) {
    const more = faults.length > 10 ? `\n  and ${faults.length - 10} more` : "";
    throw new EngineError(
      `this state is not fit for the stack ${target.stack}; nothing was changed:\n${faults
        .slice(0, 10)
        .map((fault) => `  ${fault}`)
        .join("\n")}${more}`,
      "mend it; --force takes it all the same, and an up or a repair has to put it right",
      1,
    );
  }
  const pending = snapshot.pendingOperations.map(
    ({ resource, type }) => `left out: it was in flight, ${type} ${resource.urn}`,
  );
  return { snapshot: { ...snapshot, pendingOperations: [] }, warnings: [...faults, ...pending] };
}

async function decode(
  text: string,
  getDecrypter: (salt: string) => Promise<(ciphertext: string) => string>,
  source: string,
): Promise<Snapshot> {
  try {
    return await decodeCheckpoint(text, getDecrypter);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(`${source}: ${error.message}`, error.fix ?? "export the state anew; nothing was changed");
  }
}
