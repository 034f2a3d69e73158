import { isUnknown, type Props, type ResourceRule, type Verdict } from "../../rule.js";
import { plainType } from "../_types.js";
import { breachesFirst, demand, elementsAt, later, valueAt } from "../_values.js";
import { AZURE_SCALE_SET, AZURE_VM, CLASSIC_VMS, profilesOf } from "./_azure.js";

export const rule: ResourceRule = {
  id: "azure-vm-ssh-key",
  title: "Linux machines of Azure are entered by SSH key, not by password",
  severity: "high",
  benchmarks: ["CKV_AZURE_1", "CKV_AZURE_49", "CKV_AZURE_178", "AZU-0039"],
  why: "Passwords are guessed: every address with an open SSH port is tried all day long.",
  fix: "set osProfile.linuxConfiguration.disablePasswordAuthentication to true and ssh.publicKeys to your keys, and leave adminPassword out",
  types: [AZURE_VM, AZURE_SCALE_SET, ...CLASSIC_VMS],
  check: ({ type, props }) =>
    breachesFirst(CLASSIC_VMS.includes(type) ? ofClassic(props) : ofNative(props, profilesOf(plainType(type)))),
};

function ofNative(props: Props, under: string): Verdict[] {
  const at = `${under}osProfile`;
  const profile = valueAt(props, at);
  if (isUnknown(profile)) return [later(at)];
  // Without one, the disk is taken over as it is. Windows is entered otherwise.
  if (profile === undefined || profile.windowsConfiguration !== undefined) return [];
  return [
    ...noPassword(props, `${at}.adminPassword`),
    ...demand(
      props,
      `${at}.linuxConfiguration.disablePasswordAuthentication`,
      (value) => value === true,
      "it can be entered by password",
    ),
    ...someKey(props, `${at}.linuxConfiguration.ssh.publicKeys`),
  ];
}

function ofClassic(props: Props): Verdict[] {
  return [
    ...noPassword(props, "adminPassword"),
    // On unless it is said otherwise.
    ...demand(props, "disablePasswordAuthentication", (value) => value !== false, "it can be entered by password"),
    ...someKey(props, "adminSshKeys"),
  ];
}

/** A password that is known only later is one. */
function noPassword(props: Props, path: string): Verdict[] {
  return valueAt(props, path) === undefined ? [] : [{ breach: "it has a password", path }];
}

function someKey(props: Props, path: string): Verdict[] {
  const keys = elementsAt(props, path);
  if (keys.length === 1 && isUnknown(valueAt(props, path))) return [later(path)];
  return keys.length > 0 ? [] : [{ breach: "it has no SSH key", path }];
}
