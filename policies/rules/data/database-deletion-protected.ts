import { isUnknown, type Stack, type StackRule, type Verdict } from "../../rule.js";
import { plainType } from "../_types.js";
import { breachesFirst, demand } from "../_values.js";
import { AZURE_DATABASE, CLASSIC_DATABASE, DO_DATABASE, GCP_DATABASE } from "./_stateful.js";

type Resource = Stack["resources"][number];

const LOCKS = [
  "azure-native:authorization:ManagementLockByScope",
  "azure-native:authorization:ManagementLockAtResourceLevel",
  "azure-native:authorization:ManagementLockAtResourceGroupLevel",
  "azure:management/lock:Lock",
];

export const rule: StackRule = {
  id: "database-deletion-protected",
  title: "Managed databases are protected against deletion",
  severity: "high",
  benchmarks: ["CKV_GCP_131"],
  why: "A deleted database takes its automatic backups with it. What Pulumi protects can still be deleted in the cloud's console.",
  fix:
    "GCP: deletionProtection and settings.deletionProtectionEnabled; Azure: a ManagementLock on the server or its resource group; " +
    "DigitalOcean has none: protect: true among the resource's options",
  checkStack({ resources }) {
    return resources.flatMap((resource) =>
      breachesFirst(verdictsOf(resource, resources)).map((verdict) => ({ ...verdict, urn: resource.urn })),
    );
  },
};

function verdictsOf(resource: Resource, resources: Resource[]): Verdict[] {
  const { props, options } = resource;
  switch (plainType(resource.type)) {
    case GCP_DATABASE:
      return [
        // On unless it is said otherwise.
        ...demand(props, "deletionProtection", (value) => value !== false, "its provider may delete it"),
        ...demand(
          props,
          "settings.deletionProtectionEnabled",
          (value) => value === true,
          "everybody else may delete it",
        ),
      ];
    case AZURE_DATABASE:
    case CLASSIC_DATABASE:
      return lockOf(resource, resources);
    case DO_DATABASE:
      if (options.protect === true || options.retainOnDelete === true) return [];
      return [{ breach: "it is not protected" }];
    default:
      return [];
  }
}

/** A lock comes after what it locks, or names it. One on the resource group holds for all that is in it. */
function lockOf({ urn, props, dependencies }: Resource, resources: Resource[]): Verdict[] {
  const group = resources.find(({ type, urn: one }) => /:ResourceGroup$/.test(type) && dependencies.includes(one));
  const locks = resources.filter(({ type }) => LOCKS.includes(plainType(type)));
  const holds = ({ props: lock, dependencies: after }: Resource) =>
    after.includes(urn) ||
    (group !== undefined && after.includes(group.urn)) ||
    (typeof props.serverName === "string" && String(lock.scope ?? "").endsWith(`/${props.serverName}`));
  if (locks.some(holds)) return [];
  // What comes after nothing of Azure, and says only later where it is.
  const isOfStack = (after: string[]) => after.some((one) => /[:$]azure[\w-]*:/.test(one));
  const isUnsure = locks.some(({ props: lock, dependencies: after }) => isUnknown(lock.scope) && !isOfStack(after));
  return isUnsure
    ? [{ unknown: "what the stack's locks are on is known only later" }]
    : [{ breach: "no lock of this stack is on it or its resource group" }];
}
