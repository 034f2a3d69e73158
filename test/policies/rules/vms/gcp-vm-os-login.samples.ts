import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples, StackSample } from "../../samples.js";

const vm = (name: string, login?: unknown) => ({
  name,
  type: "gcp:compute/instance:Instance",
  props: login === undefined ? {} : { metadata: { "enable-oslogin": login } },
});
const project = (login: unknown) => ({
  name: "project",
  type: "gcp:compute/projectMetadata:ProjectMetadata",
  props: { metadata: { "enable-oslogin": login } },
});
const item = (key: unknown, value: unknown, name = "item") => ({
  name,
  type: "gcp:compute/projectMetadataItem:ProjectMetadataItem",
  props: { key, value },
});

export const samples: Samples<StackSample> = {
  passing: [
    { name: "on the machine", resources: [vm("on", "TRUE")] },
    { name: "in the project", resources: [vm("plain"), project("TRUE")] },
    {
      name: "in the project by an item",
      resources: [vm("plain"), item("other", "x", "item-2"), item("enable-oslogin", "true")],
    },
    { name: "no machine", resources: [project("FALSE")] },
  ],
  failing: [
    { name: "nowhere", resources: [vm("plain"), vm("on", "TRUE")], about: ["plain"], says: "turns on OS Login" },
    {
      name: "turned off for itself",
      resources: [vm("off", "FALSE"), project("TRUE")],
      about: ["off"],
      says: "for itself",
    },
    { name: "off in the project", resources: [vm("plain"), project("FALSE")], about: ["plain"] },
  ],
  unknown: [
    { name: "of the machine later", resources: [vm("later", UNKNOWN), project("TRUE")], about: ["later"] },
    { name: "of the project later", resources: [vm("plain"), project(UNKNOWN)], about: ["plain"] },
    { name: "which item it is later", resources: [vm("plain"), item(UNKNOWN, "TRUE")], about: ["plain"] },
  ],
};
