import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const email = "agent@project.iam.gserviceaccount.com";
const settings = { allowOwnAccounts: true };

export const samples: Samples = {
  passing: [
    { name: "no account", props: {} },
    { name: "few scopes", props: { serviceAccount: { email, scopes: ["logging-write", "monitoring-write"] } } },
    {
      name: "full scope of an own account, allowed",
      settings,
      props: { serviceAccount: { email, scopes: ["cloud-platform"] } },
    },
  ],
  failing: [
    {
      name: "full scope",
      props: { serviceAccount: { email, scopes: ["cloud-platform"] } },
      says: "all of Google's APIs",
    },
    {
      name: "full scope as an address",
      props: { serviceAccount: { scopes: ["logging-write", "https://www.googleapis.com/auth/cloud-platform"] } },
    },
    { name: "full scope of the default account", settings, props: { serviceAccount: { scopes: ["cloud-platform"] } } },
    { name: "full scope beside one later", props: { serviceAccount: { email, scopes: [UNKNOWN, "cloud-platform"] } } },
    {
      name: "full scope in a template",
      type: "gcp:compute/instanceTemplate:InstanceTemplate",
      props: { serviceAccount: { email, scopes: ["cloud-platform"] } },
    },
  ],
  unknown: [
    { name: "account later", props: { serviceAccount: UNKNOWN } },
    { name: "scopes later", props: { serviceAccount: { email, scopes: UNKNOWN } } },
    { name: "one scope later", props: { serviceAccount: { email, scopes: ["logging-write", UNKNOWN] } } },
  ],
};
