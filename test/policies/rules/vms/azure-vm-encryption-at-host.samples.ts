import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const LINUX = "azure:compute/linuxVirtualMachine:LinuxVirtualMachine";
const WINDOWS = "azure:compute/windowsVirtualMachine:WindowsVirtualMachine";
const SCALE_SET = "azure-native:compute:VirtualMachineScaleSet";
const securityProfile = { encryptionAtHost: true };

export const samples: Samples = {
  passing: [
    { name: "machine", props: { securityProfile } },
    { name: "scale set", type: SCALE_SET, props: { virtualMachineProfile: { securityProfile } } },
    { name: "classic", type: LINUX, props: { encryptionAtHostEnabled: true } },
  ],
  failing: [
    { name: "nothing said", props: {}, says: "not encrypted" },
    { name: "off", props: { securityProfile: { encryptionAtHost: false } } },
    { name: "older API", type: "azure-native:compute/v20230901:VirtualMachine", props: {} },
    { name: "scale set without", type: SCALE_SET, props: { securityProfile } },
    { name: "classic without", type: LINUX, props: {} },
    { name: "classic windows without", type: WINDOWS, props: { encryptionAtHostEnabled: false } },
  ],
  unknown: [
    { name: "profile later", props: { securityProfile: UNKNOWN } },
    { name: "scale set later", type: SCALE_SET, props: { virtualMachineProfile: { securityProfile: UNKNOWN } } },
    { name: "classic later", type: LINUX, props: { encryptionAtHostEnabled: UNKNOWN } },
  ],
};
