import { isUnknown, type Props, type ResourceRule, type Subject, type Verdict } from "../../rule.js";
import { entriesAt, textOf } from "../_texts.js";
import { plainType } from "../_types.js";
import { type Found, later, valueAt } from "../_values.js";
import { AZURE_SCALE_SET, AZURE_VM, CLASSIC_VMS, CLASSIC_WINDOWS_VMS, profilesOf } from "../vms/_azure.js";
import { GCP_MACHINES } from "../vms/_gcp.js";
import { unpacked } from "./_packed.js";
import { SETTINGS, secretIn, secretsInText } from "./_secrets.js";

/** Types that keep the same texts at the same places. */
const alike = (types: string[], paths: string[]): Record<string, string[]> =>
  Object.fromEntries(types.map((type) => [type, paths]));

/** Inputs that are what a machine reads when it starts for the first time. */
const TEXTS: Record<string, string[]> = {
  "digitalocean:index/droplet:Droplet": ["userData"],
  "digitalocean:index/dropletAutoscale:DropletAutoscale": ["dropletTemplate.userData"],
  ...alike(GCP_MACHINES, ["metadataStartupScript"]),
  ...alike([AZURE_VM, AZURE_SCALE_SET], ["osProfile.customData", "userData"]),
  ...alike([...CLASSIC_VMS, ...CLASSIC_WINDOWS_VMS], ["customData", "userData"]),
  "libvirt:index/cloudinitDisk:CloudinitDisk": ["userData", "metaData", "networkConfig"],
  "libvirt:index/ignition:Ignition": ["content"],
  "libvirt:index/combustion:Combustion": ["content"],
};

export const rule: ResourceRule = {
  id: "secret-not-in-user-data",
  title: "No secret stands in a machine's user data or metadata",
  severity: "high",
  benchmarks: ["CKV_AZURE_45", "AZU-0037"],
  why:
    "Every process on the machine can ask the cloud for them, containers and what they are talked into included; " +
    "and they stay in the console, in snapshots and in the instance template.",
  fix:
    "deliver secrets by ssh once the machine is there. In the stack file all do so: `baseline.tailscale: { authKey: " +
    "{ secret: name } }`, the files of agents and services. In user data of your own leave them out, hashes of " +
    "passwords too, and give users keys",
  types: Object.keys(TEXTS),
  settings: SETTINGS,
  check: (subject, settings) => [
    ...texts(subject).flatMap((found) => judge(found, settings)),
    ...metadata(subject).flatMap(({ name, ...found }) => judge(found, settings, name)),
  ],
};

function texts({ type, props }: Subject): Found[] {
  const plain = plainType(type);
  return (TEXTS[plain] ?? []).map((key) => {
    const path = `${profilesOf(plain)}${key}`;
    return { path, value: valueAt(props, path) };
  });
}

/** Google's machines get any texts by name, scripts among them. */
const metadata = ({ type, props }: Subject) => (type.startsWith("gcp:") ? entriesAt(props, "metadata") : []);

function judge({ path, value }: Found, settings: Props, name?: string): Verdict[] {
  if (isUnknown(value)) return [later(path)];
  const raw = textOf(value);
  const secret = name === undefined ? undefined : secretIn(name, raw, settings);
  if (secret !== undefined) return [{ breach: `${name} ${secret}`, path }];
  const text = unpacked(raw);
  // A token can look like packed data.
  const found = secretsInText(raw, settings);
  if (text === undefined && found.length === 0)
    return [{ unknown: `${path} is packed so that it cannot be read`, path }];
  const all = new Set([...found, ...(text === undefined || text === raw ? [] : secretsInText(text, settings))]);
  return [...all].map((said) => ({ breach: `${path}: ${said}`, path }));
}
