import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassphraseSecrets } from "../../../engine/secrets/passphrase.js";
import type { Deployment, World } from "./types.js";
import { readableJson } from "./values.js";
import { PROJECT, STACK, seal, worldSecrets } from "./world.js";

/** The passphrase of the recorded states. */
const RECORDED_PASSPHRASE = "x";

type Inputs = Record<string, unknown>;

/**
 * Gives the stack a state that the real engine and the real plugins wrote, and the program {@link ADOPTED} the resources to declare:
 * those of the state, with inputs as a program writes them.
 */
export async function adopt(world: World, recording: string): Promise<void> {
  const { deployment } = JSON.parse(readFileSync(`test/engine/state/recordings/${recording}.json`, "utf8"));
  const opened = await PassphraseSecrets.open(deployment.secrets_providers.state.salt, RECORDED_PASSPHRASE);
  const [, stack, project] = String(deployment.resources[0].urn).split(/::?/).slice(1);
  const here = async (text: string): Promise<string> => {
    const moved = text
      .replaceAll(`urn:pulumi:${stack}::${project}::`, `urn:pulumi:${STACK}::${PROJECT}::`)
      .replaceAll(`Stack::${project}-${stack}`, `Stack::${PROJECT}-${STACK}`);
    const sealed = [...new Set(moved.match(/v1:[\w+/=]+:[\w+/=]+(?=")/g))];
    const anew = await Promise.all(sealed.map((ciphertext) => seal(opened.decrypt(ciphertext))));
    return sealed.reduce((result, ciphertext, index) => result.replaceAll(ciphertext, anew[index] as string), moved);
  };
  const latest = JSON.parse(await here(JSON.stringify({ ...deployment, secrets_providers: undefined }))) as Deployment;
  const secrets = await worldSecrets();
  latest.secrets_providers = { type: "passphrase", state: { salt: secrets.saltLine } };
  for (const { outputs } of latest.resources ?? []) keepValid(outputs);
  world.writeDeployment(latest);
  const { resources = [] } = readableJson(latest, (text) => secrets.decrypt(text)) as Deployment;
  const declared = resources
    .filter((item) => item.custom && !item.type.startsWith("pulumi:providers:"))
    .map((item) => {
      const provider = resources.find((other) => item.provider === `${other.urn}::${other.id}`);
      const uses = Object.entries(item.propertyDependencies ?? {}).filter(([, urns]) => urns.length > 0);
      return {
        name: item.urn.split("::").pop(),
        type: item.type,
        version: provider?.inputs?.version,
        inputs: asDeclared(item.inputs ?? {}),
        uses: Object.fromEntries(uses),
        options: { additionalSecretOutputs: item.additionalSecretOutputs },
      };
    });
  writeFileSync(join(world.folder, "declared.json"), JSON.stringify(declared));
}

/** A recorded certificate was valid for a day, and one that has run out is planned to be replaced: it is to stay valid on any day. */
function keepValid(outputs: Record<string, unknown> | undefined): void {
  if (outputs?.validityEndTime !== undefined) outputs.validityEndTime = "2999-12-31T00:00:00Z";
}

/** The program that declares what was adopted. `change` is JavaScript that may edit `inputs` by `name`. */
export function adopted(change = ""): string {
  return `
    const made = {};
    const revive = (_, value) =>
      value && value.secret !== undefined && Object.keys(value).length === 1 ? pulumi.secret(value.secret) : value;
    const declared = JSON.parse(require("fs").readFileSync("declared.json", "utf8"), revive);
    for (const { name, type, version, inputs, uses, options } of declared) {
      ${change}
      for (const [key, urns] of Object.entries(uses)) {
        const value = inputs[key];
        inputs[key] = pulumi.all(urns.map((urn) => made[urn.split("::").pop()].urn)).apply(() => value);
      }
      made[name] = new pulumi.CustomResource(type, name, inputs, { ...options, version });
    }`;
}

/** Inputs without what the provider filled in. */
function asDeclared(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asDeclared);
  if (typeof value !== "object" || value === null) return value;
  const filledIn = new Set(["__defaults", ...((value as { __defaults?: string[] }).__defaults ?? [])]);
  const members = Object.entries(value as Inputs).filter(([key]) => !filledIn.has(key));
  return Object.fromEntries(members.map(([key, item]) => [key, asDeclared(item)]));
}
