/** Machines and scale sets, of Azure Native and of the classic provider. */
export const AZURE_VM = "azure-native:compute:VirtualMachine";
export const AZURE_SCALE_SET = "azure-native:compute:VirtualMachineScaleSet";
export const CLASSIC_VMS = [
  "azure:compute/linuxVirtualMachine:LinuxVirtualMachine",
  "azure:compute/linuxVirtualMachineScaleSet:LinuxVirtualMachineScaleSet",
];
export const CLASSIC_WINDOWS_VMS = [
  "azure:compute/windowsVirtualMachine:WindowsVirtualMachine",
  "azure:compute/windowsVirtualMachineScaleSet:WindowsVirtualMachineScaleSet",
];

/** Where a type of Azure Native keeps a machine's profiles: a scale set has them one level below. */
export const profilesOf = (type: string) => (type === AZURE_SCALE_SET ? "virtualMachineProfile." : "");
