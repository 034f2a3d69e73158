import type { ContainerInspectInfo, ImageInspectInfo } from "dockerode";
import { CLAW_VARIABLES, type FleetSpec } from "../../spec/index.js";
import { claw, clawSchema } from "../../spec/runtimes/claw.js";
import { isImageReference, NAME } from "../../spec/schema/fields.js";
import { ownSecretName } from "../agents/own-secrets.js";
import { setValue, valueAt } from "../yaml-edit.js";

type Data = Record<string, unknown>;

/** A container on a machine, with its image. */
export interface Found {
  machine: string;
  container: ContainerInspectInfo;
  /** Undefined where the image is gone from the machine. */
  image: ImageInspectInfo | undefined;
}

/** What a container becomes in the stack file. */
export interface Adoptable {
  name: string;
  entry: Data;
  /** Values to encrypt, by secret name. */
  secrets: Map<string, string>;
  /** What the next patch does not keep, for the operator to know. */
  notes: string[];
}

const PREFIX = "claw-";
/** Variables of others that are secrets by their names. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i;

export const clawName = ({ container }: Found): string => container.Name.slice(1 + PREFIX.length);

/** Reads a claw's container as an entry of `fleet:agents`. Gives the reason instead where the stack file cannot say what it is. */
export function readClaw(found: Found, spec: FleetSpec): Adoptable | { name: string; reason: string } {
  const name = clawName(found);
  try {
    return new ClawReader(found, spec, name).read();
  } catch (error) {
    if (error instanceof Unfit) return { name, reason: error.message };
    throw error;
  }
}

class Unfit extends Error {}

class ClawReader {
  /** The entry as YAML, which is what its parts are set in. */
  #text = "";
  readonly #secrets = new Map<string, string>();
  readonly #notes: string[] = [];

  constructor(
    private readonly found: Found,
    private readonly spec: FleetSpec,
    private readonly name: string,
  ) {}

  read(): Adoptable {
    if (!NAME.test(this.name)) throw new Unfit("its name is none that an agent can have");
    this.#set(["machine"], this.found.machine);
    this.#set(["runtime"], "claw");
    this.#set(["image"], this.#image());
    this.#host();
    this.#network();
    this.#ports();
    this.#volumes();
    this.#set(["adopted"], this.#environment());
    return {
      name: this.name,
      entry: valueAt(this.#text, []) as Data,
      secrets: this.#secrets,
      notes: this.#notes,
    };
  }

  #set(path: string[], value: unknown): void {
    this.#text = setValue(this.#text, path, value);
  }

  /** The entry that has its image, or the reference by which it was run. */
  #image(): string {
    const reference = this.found.container.Config.Image;
    const entries = Object.values(this.spec.images);
    const entry = entries.find(
      (image) =>
        (image.kind === "pulled" && image.from === reference) ||
        (image.kind === "dockerfile" && image.tag === reference),
    );
    if (entry) return entry.name;
    if (isImageReference(reference) && /[:@]/.test(reference)) return reference;
    const named = isImageReference(`${reference}:latest`) ? `${reference}:latest` : undefined;
    const usual = entries.find((image) => image.name === "claw")?.name;
    const chosen = entries.find((image) => image.kind === "pulled" && image.from === named)?.name ?? usual ?? named;
    if (chosen === undefined) throw new Unfit(`its image, ${reference}, has no name that could be declared`);
    return chosen;
  }

  #host(): void {
    const rules = Object.entries(this.found.container.Config.Labels ?? {}).filter(([label]) =>
      /^traefik\.http\.routers\.[^.]+\.rule$/.test(label),
    );
    const [host, ...more] = rules.flatMap(([, rule]) =>
      [...rule.matchAll(/Host\(`([^`]+)`/g)].map((match) => match[1]!),
    );
    if (host === undefined) this.#set(["host"], false);
    else if (host !== `${this.name}.${this.#edge()?.domain}`) this.#set(["host"], host);
    if (more.length > 0) this.#notes.push(`is served as ${more.join(", ")} too, until it is patched`);
    if (host !== undefined && !this.#edge())
      throw new Unfit(`Traefik serves it as ${host}, and fleet:edge has no proxy on machine ${this.found.machine}`);
  }

  #edge() {
    return Object.values(this.spec.edge).find((edge) => edge.machine === this.found.machine);
  }

  #network(): void {
    const networks = Object.keys(this.found.container.NetworkSettings.Networks);
    const [network, ...more] = networks;
    if (network === undefined || ["bridge", "host", "none"].includes(network))
      throw new Unfit(`it is in no network of its own kind, but in Docker's ${network ?? "none"}`);
    if (more.length > 0) throw new Unfit(`it is in several networks: ${networks.join(", ")}`);
    const edge = this.#edge();
    const isServed = valueAt(this.#text, ["host"]) !== false;
    const usual = edge?.proxy === "traefik" && isServed ? edge.network : undefined;
    if (network !== usual) this.#set(["network"], network);
  }

  #ports(): void {
    for (const [inside, bindings] of Object.entries(this.found.container.HostConfig.PortBindings ?? {})) {
      for (const { HostIp, HostPort } of (bindings ?? []) as { HostIp: string; HostPort: string }[]) {
        const isLoopback = HostIp === "127.0.0.1" && inside === `${CLAW_PORT}/tcp` && /^\d+$/.test(HostPort);
        if (isLoopback && valueAt(this.#text, ["port"]) === undefined) this.#set(["port"], Number(HostPort));
        else this.#notes.push(`publishes ${HostIp || "0.0.0.0"}:${HostPort} as ${inside}, until it is patched`);
      }
    }
  }

  #volumes(): void {
    const { Mounts } = this.found.container;
    const ofImage = Object.keys(this.found.image?.Config.Volumes ?? {});
    for (const [volume, path] of Object.entries(claw.volumes)) {
      const mount = Mounts.find(({ Destination }) => Destination === path);
      if (mount === undefined) throw new Unfit(`it has no volume at ${path}, and what it writes there is lost with it`);
      this.#volume(volume, mount);
    }
    for (const mount of Mounts) {
      const { Destination, Name, Type } = mount as (typeof Mounts)[number] & { Type?: string };
      if (Object.values(claw.volumes).includes(Destination) || Type === "tmpfs") continue;
      if (ofImage.includes(Destination) && /^[0-9a-f]{64}$/.test(Name ?? "")) continue;
      const slug = Destination.toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-+|-+$/g, "")
        .slice(0, 40);
      this.#volume(slug, mount, Destination);
    }
  }

  #volume(volume: string, mount: ContainerInspectInfo["Mounts"][number], path?: string): void {
    const { Type, Name, Source, Destination, RW } = mount as typeof mount & { Type?: string };
    if (Type !== "volume" || Name === undefined)
      throw new Unfit(`its ${Destination} is the folder ${Source} of the machine: move that into a volume first`);
    if (!RW) throw new Unfit(`its volume at ${Destination} is read-only`);
    if (Name !== claw.names.volume(this.spec.stack, this.name, volume)) this.#set(["volumes", volume, "name"], Name);
    this.#set(["volumes", volume, "existing"], true);
    if (path !== undefined) this.#set(["volumes", volume, "path"], path);
  }

  /** Gives the variables that its container was made without. */
  #environment(): { without?: string[] } {
    const ofImage = this.found.image?.Config.Env ?? [];
    const own = new Map(
      this.found.container.Config.Env.filter((line) => !ofImage.includes(line)).map((line) => {
        const [, name = "", value = ""] = /^([^=]*)=?(.*)$/s.exec(line) ?? [];
        return [name, value];
      }),
    );
    // What cannot be said by a setting of its own is said as it is.
    for (const [name, value] of own) if (!this.#asSetting(name, value)) this.#asVariable(name, value);
    const without = this.#defaults().filter(
      (name) => !own.has(name) && !ofImage.some((line) => line.startsWith(`${name}=`)),
    );
    return without.length > 0 ? { without } : {};
  }

  #asSetting(name: string, value: string): boolean {
    const variable = CLAW_VARIABLES.find((one) => one.name === name);
    if (!variable || value === "") return false;
    const own = claw.ownSecrets.find(({ path }) => path.join() === variable.path.join());
    const setting = own ? { secret: ownSecretName(this.name, own) } : value;
    if (!isValid(variable.path, setting)) return false;
    if (own) this.#secrets.set(ownSecretName(this.name, own), value);
    // The public half alone is no identity.
    if (variable.path[0] === "identity" && !this.#hasIdentity()) return false;
    if (setting !== presetOf(variable.path)) this.#set(variable.path, setting);
    return true;
  }

  #hasIdentity = (): boolean => this.found.container.Config.Env.some((line) => /^GATHER_PRIVATE_KEY=./.test(line));

  #asVariable(name: string, value: string): void {
    const isSecret = value !== "" && SECRET_NAME.test(name);
    const secret = `${this.name}-${name.toLowerCase().replaceAll("_", "-")}`;
    if (isSecret) this.#secrets.set(secret, value);
    this.#set(["env", name], isSecret ? { secret } : value);
  }

  /** Variables that every claw of the fleet has: those with a default, and the public half of an identity. */
  #defaults(): string[] {
    return CLAW_VARIABLES.filter(
      ({ name, path }) => presetOf(path) !== undefined || (name === "GATHER_PUBLIC_KEY" && this.#hasIdentity()),
    ).map(({ name }) => name);
  }
}

/** An entry with nothing but what every entry needs. */
const BARE: Data = { machine: "m", runtime: "claw", image: "i" };
const PRESET = clawSchema.parse(BARE);
const CLAW_PORT = PRESET.internalPort;

const presetOf = (path: string[]): unknown =>
  path.reduce<unknown>((node, key) => (node as Data | undefined)?.[key], PRESET as Data);

/** Whether a setting can have this value; parts of an identity are judged with a key beside them. */
function isValid(path: string[], value: unknown): boolean {
  const base: Data = { ...BARE, ...(path[0] === "identity" && { identity: { privateKey: { secret: "s" } } }) };
  const [key, inner] = path as [string, string?];
  const setting = inner === undefined ? value : { ...(base[key] as Data | undefined), [inner]: value };
  return clawSchema.safeParse({ ...base, [key]: setting }).success;
}
