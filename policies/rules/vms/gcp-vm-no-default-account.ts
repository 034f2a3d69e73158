import { isUnknown, type ResourceRule } from "../../rule.js";
import { later, valueAt } from "../_values.js";
import { GCP_MACHINES } from "./_gcp.js";

/** Accounts that Compute Engine and App Engine make in every project, and the word for the former. */
const DEFAULT_ACCOUNT = /^(default|\d+-compute@developer\.gserviceaccount\.com|[^@]+@appspot\.gserviceaccount\.com)$/;

export const rule: ResourceRule = {
  id: "gcp-vm-no-default-account",
  title: "GCP machines do not run as the default service account",
  severity: "high",
  benchmarks: ["CIS GCP 4.0 4.1", "CKV_GCP_30", "GCP-0044"],
  why:
    "The default account may edit the whole project. An agent that gets hold of its machine's token then has every other machine, " +
    "disk and bucket of the project.",
  fix: "make a service account for the machine with the roles that it needs, and set serviceAccount.email to it; or set no serviceAccount",
  types: GCP_MACHINES,
  check({ props }) {
    const account = valueAt(props, "serviceAccount");
    if (account === undefined) return [];
    const email = isUnknown(account) ? account : valueAt(account, "email");
    if (isUnknown(email)) return [later(isUnknown(account) ? "serviceAccount" : "serviceAccount.email")];
    if (email !== undefined && email !== "" && !DEFAULT_ACCOUNT.test(email)) return [];
    return [{ breach: "it runs as the project's default service account", path: "serviceAccount.email" }];
  },
};
