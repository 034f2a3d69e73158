import type { Path } from "./fleet.js";
import { type SecretUse, secretUses } from "./secrets.js";
import type { EntrySection } from "./sections.js";

/** Where a secret that is used somewhere comes to lie. */
export interface SecretPlace extends SecretUse {
  /** The machine, an entry of `fleet:machines`; undefined where it leaves the operator for no machine. */
  machine?: string;
  /** A file of the machine, or what else holds it there. */
  where: string;
  /** Of a file: octal. */
  mode?: string;
}

type Keys = Record<string, unknown>;

/** An entry as it stands in a config or a spec, by what is asked of it. */
interface Using {
  name: string;
  keys: Keys;
  /** The setting that names the secret, below the entry. */
  key: Path;
}

type Place = Pick<SecretPlace, "where" | "mode">;

const PRIVATE = "0600";
const file = (path: string): Place => ({ where: path, mode: PRIVATE });
const textOf = (value: unknown, preset: string) => (typeof value === "string" ? value : preset);

const environment = (): Place => ({ where: "environment of its container" });
const configVolume = (name: string): Place => file(`/config/${name} in its configuration volume`);

/** The folder of a PA, as its component makes it. */
const paFolder = ({ name, keys }: Pick<Using, "name" | "keys">) =>
  textOf(keys.folder, `${textOf(keys.root, "/opt/mypa/agents")}/pa-${name}`);

const TEZ_SECRETS = "/opt/tez/secrets.env";

/** Where an entry's secrets are, by its section and its kind. A kind that is not here has them in its container's environment. */
const KINDS: Partial<Record<EntrySection, Record<string, (use: Using) => Place>>> = {
  agents: {
    openclaw: ({ key }) => {
      if (key[0] === "env") return environment();
      if (key[0] === "workspace") return file(`workspace/${key.slice(2).join("/")} in its volume state`);
      return configVolume("openclaw.json");
    },
    container: ({ key }) => (key[0] === "files" ? configVolume(String(key[1])) : environment()),
    pa: (use) => {
      const [first, second, ...rest] = use.key;
      if (first === "env" || (first === "keys" && second === "openai")) return file(`${paFolder(use)}/data/.env`);
      if (first === "mcp") return file(`${paFolder(use)}/mcporter.json`);
      if (first === "workspace") return file(`${paFolder(use)}/data/workspace/${rest.join("/")}`);
      return file(`${paFolder(use)}/data/openclaw.json`);
    },
  },
  services: {
    twenty: ({ keys }) => file(`${textOf(keys.data, "/opt/twenty")}/.env`),
    "tez-mcp": ({ keys }) => file(textOf(keys.secretsFile, TEZ_SECRETS)),
    "tez-relay": ({ keys }) => file(textOf(keys.secretsFile, TEZ_SECRETS)),
    "crm-sync": () => configVolume("settings.json"),
  },
};

/** The key that says of what kind an entry is. */
const KIND_KEY: Partial<Record<EntrySection, string>> = { agents: "runtime", services: "kind" };

/** Where every secret of a spec, or of a raw config (its sections by name), comes to lie, for each setting that names it. */
export function secretPlaces(config: object): SecretPlace[] {
  return secretUses(config).map((use) => {
    const [section, name, ...key] = use.path as [EntrySection, string, ...Path];
    const keys = Object(Object((config as Keys)[section])[name]) as Keys;
    return { ...use, ...placeOf(section, { name, keys, key }) };
  });
}

function placeOf(section: EntrySection, use: Using): Omit<SecretPlace, keyof SecretUse> {
  const { name, keys, key } = use;
  const machine = typeof keys.machine === "string" ? { machine: keys.machine } : {};
  switch (section) {
    case "agents":
    case "services": {
      const kind = textOf(keys[KIND_KEY[section]!], "");
      const of = KINDS[section]!;
      return { ...machine, ...(Object.hasOwn(of, kind) ? of[kind]!(use) : environment()) };
    }
    case "machines":
      // A machine's other secrets are the client's, by which it is reached.
      return key.includes("tailscale") ? { machine: name, ...file("/etc/fleet/tailscale.key") } : OPERATOR;
    case "backups":
      return { ...machine, ...file(`/etc/fleet/backup-${name}.env`) };
    default:
      return OPERATOR;
  }
}

const OPERATOR = { where: "nowhere but with whoever runs this" };

/** A secret that the fleet makes by itself, and keeps in its state: the gateway's token of an agent. */
export interface OwnToken {
  agent: string;
  machine?: string;
  where: string;
  mode: string;
}

/** Runtimes whose agents have a gateway's token, and where it stands. */
const TOKENS: Record<string, (use: Using) => Place> = {
  openclaw: () => configVolume("openclaw.json"),
  pa: (use) => file(`${paFolder(use)}/data/openclaw.json`),
};

/** The gateway tokens of a spec or a raw config. */
export function gatewayTokens(config: object): OwnToken[] {
  const agents = Object((config as Keys).agents) as Record<string, unknown>;
  return Object.entries(agents).flatMap(([name, entry]): OwnToken[] => {
    const keys = Object(entry) as Keys;
    const runtime = textOf(keys.runtime, "");
    if (!Object.hasOwn(TOKENS, runtime)) return [];
    const { where } = TOKENS[runtime]!({ name, keys, key: ["token"] });
    return [{ agent: name, ...(typeof keys.machine === "string" && { machine: keys.machine }), where, mode: PRIVATE }];
  });
}
