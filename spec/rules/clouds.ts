import type { Drafts } from "../read.js";
import { dotted, type Report, type Rule } from "./rule.js";

/** What makes a cloud, and so does not go with one that another stack has made. */
const OWN_KEYS = ["region", "vpc", "project", "sshKeys"] as const;

/** A cloud is made here, or taken from another stack. */
export const cloudsOfOneStack: Rule = (drafts, report) => {
  for (const { name, path, keys, wrong } of drafts.clouds) {
    if (wrong.has("shared")) continue;
    if (keys.shared === undefined) {
      if (keys.region === undefined && !wrong.has("region"))
        report({
          path: [...path, "region"],
          message: "is missing: where everything in the cloud is made, such as nyc3",
        });
      if (keys.cloud !== undefined)
        report({ path: [...path, "cloud"], at: "key", message: "is used with shared only: take it out" });
      if (isEmpty(keys.sshKeys) && !wrong.has("sshKeys")) needKeys(name, path, drafts, report);
      continue;
    }
    for (const key of OWN_KEYS) {
      if (keys[key] === undefined || (key === "sshKeys" && isEmpty(keys.sshKeys))) continue;
      report({
        path: [...path, key],
        at: "key",
        message: `does not go with shared: it is that of the stack which fleet:shared.${keys.shared} names`,
      });
    }
  }
};

const isEmpty = (value: object | undefined) => Object.keys(value ?? {}).length === 0;

/** A droplet lets in nobody else: passwords are off. */
function needKeys(cloud: string, path: (string | number)[], { machines }: Drafts, report: Report): void {
  const machine = machines.find(({ keys }) => keys.on === "digitalocean" && keys.cloud === cloud);
  if (machine) {
    report({
      path: [...path, "sshKeys"],
      message: `is missing: nobody could log in to ${dotted(machine.path)}, write a public key such as { ops: ssh-ed25519 AAAA… }`,
    });
  }
}
