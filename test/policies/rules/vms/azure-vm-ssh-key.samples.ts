import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const LINUX = "azure:compute/linuxVirtualMachine:LinuxVirtualMachine";
const SCALE_SET = "azure-native:compute:VirtualMachineScaleSet";
const ssh = { publicKeys: [{ keyData: "ssh-ed25519 AAAA", path: "/home/fleet/.ssh/authorized_keys" }] };
const keyOnly = { linuxConfiguration: { disablePasswordAuthentication: true, ssh } };

export const samples: Samples = {
  passing: [
    { name: "key only", props: { osProfile: keyOnly } },
    { name: "disk taken over", props: { storageProfile: { osDisk: { createOption: "Attach" } } } },
    { name: "windows", props: { osProfile: { windowsConfiguration: {}, adminPassword: "x" } } },
    { name: "scale set", type: SCALE_SET, props: { virtualMachineProfile: { osProfile: keyOnly } } },
    { name: "classic", type: LINUX, props: { adminSshKeys: [{ publicKey: "ssh-ed25519 AAAA" }] } },
  ],
  failing: [
    { name: "password", props: { osProfile: { ...keyOnly, adminPassword: UNKNOWN } }, says: "it has a password" },
    { name: "password allowed", props: { osProfile: { linuxConfiguration: { ssh } } }, says: "by password" },
    {
      name: "no key",
      props: { osProfile: { linuxConfiguration: { disablePasswordAuthentication: true } } },
      says: "no SSH key",
    },
    {
      name: "older API",
      type: "azure-native:compute/v20240301:VirtualMachine",
      props: { osProfile: { linuxConfiguration: { disablePasswordAuthentication: false, ssh } } },
    },
    {
      name: "scale set by password",
      type: SCALE_SET,
      props: { virtualMachineProfile: { osProfile: { adminPassword: "x" } } },
    },
    { name: "classic by password", type: LINUX, props: { disablePasswordAuthentication: false, adminPassword: "x" } },
  ],
  unknown: [
    { name: "profile later", props: { osProfile: UNKNOWN } },
    { name: "linux later", props: { osProfile: { linuxConfiguration: UNKNOWN } } },
    {
      name: "keys later",
      props: { osProfile: { linuxConfiguration: { disablePasswordAuthentication: true, ssh: UNKNOWN } } },
    },
    { name: "scale set later", type: SCALE_SET, props: { virtualMachineProfile: UNKNOWN } },
    { name: "classic keys later", type: LINUX, props: { adminSshKeys: UNKNOWN } },
  ],
};
