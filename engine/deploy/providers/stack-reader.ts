import { randomUUID } from "node:crypto";
import { EngineError } from "../../errors.js";
import type { Backend } from "../../state/backend.js";
import { decodeCheckpoint } from "../../state/serialize.js";
import type { Snapshot } from "../../state/types.js";
import { Archive, isPropertyMap, type PropertyMap, type PropertyValue, Secret } from "../../values.js";
import { ROOT_STACK_TYPE } from "../goals/urn.js";
import { messageOf } from "../message.js";

/** Reads what other stacks of the same backend have put out. */
export interface StackReader {
  /**
   * A stack's outputs, secrets as Secret. `name` is `<stack>` of the same project, or `organization/<project>/<stack>`.
   * Throws EngineError for a stack that does not exist or was never brought up, and for secrets that the passphrase does not open.
   */
  outputs(name: string): Promise<PropertyMap>;
  /** The same for each of its resources, by URN: `type` and `outputs`. */
  resourceOutputs(name: string): Promise<PropertyMap>;
}

export interface StackReaderOptions {
  project: string;
  backend: Pick<Backend, "load" | "listStacks">;
  decrypter: (salt: string) => Promise<(ciphertext: string) => string>;
  warn: (message: string) => void;
}

export function stackReader(options: StackReaderOptions): StackReader {
  return {
    outputs: async (name) => {
      const { snapshot, opened } = await load(name, options);
      const root = snapshot.resources.find((resource) => resource.type === ROOT_STACK_TYPE && !resource.delete);
      if (root === undefined)
        options.warn(`the stack "${name}" is not up, so it has no outputs; ${bringUp(name, options)}`);
      return opened(root?.outputs ?? {});
    },
    resourceOutputs: async (name) => {
      const { snapshot, opened } = await load(name, options);
      const live = snapshot.resources.filter((resource) => !resource.delete);
      return Object.fromEntries(live.map(({ urn, type, outputs }) => [urn, { type, outputs: opened(outputs) }]));
    },
  };
}

interface StackName {
  project: string;
  stack: string;
}

/** The forms that Pulumi's file backend takes; there every organization is `organization`. */
function parseName(name: string, project: string): StackName {
  const parts = name.split("/");
  const [stack = ""] = parts.slice(-1);
  if (parts.length <= 3 && parts.every((part) => part !== "") && (parts.length === 1 || parts[0] === "organization"))
    return { project: parts.length === 3 ? (parts[1] as string) : project, stack };
  throw new EngineError(
    `"${name}" is not the name of a stack`,
    "write `<stack>`, or `organization/<project>/<stack>` for one of another project",
  );
}

function bringUp(name: string, options: StackReaderOptions): string {
  const { project, stack } = parseName(name, options.project);
  const where = project === options.project ? "" : ` in the folder of the project ${project}`;
  return `bring it up first: \`./fleet up ${stack}\`${where}`;
}

async function load(name: string, options: StackReaderOptions) {
  const { project, stack } = parseName(name, options.project);
  const stored = await options.backend.load(project, stack);
  if (stored === undefined) {
    const others = (await options.backend.listStacks(project)).map((summary) => summary.name).join(", ");
    throw new EngineError(
      `the stack "${stack}"${project === options.project ? "" : ` of the project ${project}`} does not exist, or was never brought up${others ? ` (there are ${others})` : ""}`,
      bringUp(name, options),
      6,
    );
  }
  // Many a stack is under another passphrase. That matters only if what is asked for is a secret.
  let fault: unknown;
  const sealed = `sealed ${randomUUID()}`;
  const decrypter = (salt: string) =>
    options.decrypter(salt).catch((error: unknown) => {
      fault = error;
      return () => JSON.stringify(sealed);
    });
  const snapshot: Snapshot = await decodeCheckpoint(stored.text, decrypter, stored);
  const opened = (outputs: PropertyMap): PropertyMap => {
    if (fault !== undefined && holds(outputs, sealed)) {
      throw new EngineError(
        `the secrets in the outputs of the stack "${name}" cannot be read: ${messageOf(fault)}`,
        "give both stacks the same passphrase",
      );
    }
    return unsealed(outputs) as PropertyMap;
  };
  return { snapshot, opened };
}

/** Without the ciphertexts, which are of the other stack. */
function unsealed(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) return new Secret(unsealed(value.value));
  if (Array.isArray(value)) return value.map(unsealed);
  if (!isPropertyMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unsealed(item)]));
}

function holds(value: PropertyValue, text: string): boolean {
  if (value instanceof Secret) return value.value === text || holds(value.value, text);
  if (Array.isArray(value)) return value.some((item) => holds(item, text));
  if (value instanceof Archive) return Object.values(value.content.assets ?? {}).some((item) => holds(item, text));
  return isPropertyMap(value) && Object.values(value).some((item) => holds(item, text));
}
