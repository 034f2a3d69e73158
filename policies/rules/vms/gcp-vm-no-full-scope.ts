import { isUnknown, type ResourceRule } from "../../rule.js";
import { breachesFirst, elementsAt, later } from "../_values.js";
import { GCP_MACHINES } from "./_gcp.js";

const FULL = /^(https:\/\/www\.googleapis\.com\/auth\/)?cloud-platform$/;

export const rule: ResourceRule = {
  id: "gcp-vm-no-full-scope",
  title: "GCP machines have no access to all of Google's APIs",
  severity: "high",
  benchmarks: ["CIS GCP 4.0 4.2", "CKV_GCP_31", "GCP-0044"],
  why: "With the scope cloud-platform, whatever runs on the machine may use every API that its account has a role for, now or later.",
  fix: "list the scopes that the machine needs in serviceAccount.scopes, such as logging-write and monitoring-write",
  settings: {
    allowOwnAccounts: {
      type: "boolean",
      default: false,
      description:
        "Lets machines with a service account of their own have the full scope: the account's roles are the limit then.",
    },
  },
  types: GCP_MACHINES,
  check({ props }, { allowOwnAccounts }) {
    if (isUnknown(props.serviceAccount)) return [later("serviceAccount")];
    const email = props.serviceAccount?.email;
    if (allowOwnAccounts && !isUnknown(email) && email !== undefined && email !== "") return [];
    return breachesFirst(
      elementsAt(props, "serviceAccount.scopes").flatMap(({ value, path }) => {
        if (isUnknown(value)) return [later(path)];
        return FULL.test(value) ? [{ breach: "it has access to all of Google's APIs", path }] : [];
      }),
    );
  },
};
