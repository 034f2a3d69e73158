import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples } from "../../samples.js";

const OWN = "agent@project.iam.gserviceaccount.com";
const DEFAULT = "123456-compute@developer.gserviceaccount.com";

export const samples: Samples = {
  passing: [
    { name: "no account at all", props: { machineType: "e2-small" } },
    { name: "own account", props: { serviceAccount: { email: OWN, scopes: ["logging-write"] } } },
    {
      name: "own account in a template",
      type: "gcp:compute/instanceTemplate:InstanceTemplate",
      props: { serviceAccount: { email: OWN, scopes: [] } },
    },
  ],
  failing: [
    {
      name: "default by name",
      props: { serviceAccount: { email: DEFAULT, scopes: [] } },
      says: "default service account",
    },
    { name: "default by word", props: { serviceAccount: { email: "default", scopes: [] } } },
    { name: "default since none is named", props: { serviceAccount: { scopes: ["logging-write"] } } },
    {
      name: "default of App Engine",
      props: { serviceAccount: { email: "project@appspot.gserviceaccount.com", scopes: [] } },
    },
    {
      name: "default in a regional template",
      type: "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
      props: { serviceAccount: { email: DEFAULT, scopes: [] } },
    },
  ],
  unknown: [
    { name: "email later", props: { serviceAccount: { email: UNKNOWN, scopes: [] } }, says: "serviceAccount.email" },
    { name: "account later", props: { serviceAccount: UNKNOWN }, says: "serviceAccount is" },
  ],
};
