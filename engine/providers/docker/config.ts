import type { CheckFailure, CheckResult, DiffResult } from "../../provider.js";
import type { PropertyMap } from "../../values.js";
import { checkFields } from "./check.js";
import { diffResource } from "./diff.js";
import { boolean, type Fields, object, string, strings } from "./shape.js";

const fields: Fields = {
  caMaterial: string,
  certMaterial: string,
  certPath: string,
  context: string,
  disableDockerDaemonCheck: boolean,
  host: {
    kind: "string",
    test: (value) =>
      /^(unix|tcp|https?|ssh):\/\/|^$/.test(value)
        ? undefined
        : `must begin with unix://, tcp:// or ssh://, not "${value}"`,
  },
  keyMaterial: string,
  registryAuth: {
    kind: "set",
    of: object({
      address: { ...string, required: true },
      authDisabled: boolean,
      configFile: string,
      configFileContent: string,
      password: string,
      username: string,
    }),
  },
  sshOpts: strings,
};

/** Set by the engine or the SDK on every provider. */
const ENGINE_KEYS = ["version", "pluginDownloadURL", "parameterization"];
const STRUCTURED_KEYS = ["registryAuth", "sshOpts", "disableDockerDaemonCheck"];

/** Validates the provider's configuration: the arguments of `new docker.Provider`, or `docker:` keys of the stack. */
export function checkProviderConfig(news: PropertyMap): CheckResult {
  const failures: CheckFailure[] = [];
  const plain = Object.entries(news).filter(([key]) => !ENGINE_KEYS.includes(key) && !key.startsWith("__"));
  const inputs = checkFields(fields, Object.fromEntries(plain.map(([k, v]) => [k, decode(k, v)])), "", failures);
  if (inputs.host !== undefined && inputs.context !== undefined && inputs.host !== "" && inputs.context !== "") {
    failures.push({ property: "context", reason: "conflicts with host: give one of them" });
  }
  // Kept as they came, so that the state reads as the real engine writes it.
  for (const key of [...ENGINE_KEYS, ...STRUCTURED_KEYS]) if (news[key] !== undefined) inputs[key] = news[key];
  return { inputs, failures };
}

/** Pulumi passes a provider's structured configuration as JSON text. */
export function decode(key: string, value: PropertyMap[string]): PropertyMap[string] {
  if (typeof value !== "string" || !STRUCTURED_KEYS.includes(key)) return value;
  try {
    return JSON.parse(value) as PropertyMap[string];
  } catch {
    return value;
  }
}

/** As the vendor's plugin: a changed configuration replaces nothing by itself. */
export function diffProviderConfig(oldInputs: PropertyMap, news: PropertyMap): DiffResult {
  const decoded = (inputs: PropertyMap) =>
    Object.fromEntries(Object.entries(inputs).map(([k, v]) => [k, decode(k, v)]));
  return diffResource(
    { fields },
    {
      urn: "",
      type: "",
      id: "",
      oldInputs: decoded(oldInputs),
      oldOutputs: {},
      news: decoded(news),
      ignoreChanges: [],
    },
    false,
  );
}
