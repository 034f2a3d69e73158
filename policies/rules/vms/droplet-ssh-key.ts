import { isUnknown, type ResourceRule } from "../../rule.js";
import { demand } from "../_values.js";

export const rule: ResourceRule = {
  id: "droplet-ssh-key",
  title: "Droplets are made with an SSH key",
  severity: "high",
  benchmarks: ["CKV_DIO_2", "DIG-0004"],
  why: "Without a key, DigitalOcean makes a password for root and sends it by mail, and the droplet's SSH takes passwords.",
  fix: "name a key in sshKeys of the stack's cloud (fleet:clouds); of a bare droplet, set sshKeys",
  types: ["digitalocean:index/droplet:Droplet"],
  check: ({ props }) =>
    demand(
      props,
      "sshKeys",
      (keys) => Array.isArray(keys) && keys.some((key) => isUnknown(key) || key !== ""),
      "it is made without an SSH key",
    ),
};
