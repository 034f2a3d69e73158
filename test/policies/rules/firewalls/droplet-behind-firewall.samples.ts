import { UNKNOWN } from "../../../../policies/rule.js";
import type { Samples, StackSample } from "../../samples.js";

const droplet = (props: object = {}, name = "agent") => ({ name, type: "digitalocean:index/droplet:Droplet", props });
const firewall = (props: object, dependsOn: string[] = []) => ({
  name: "wall",
  type: "digitalocean:index/firewall:Firewall",
  props,
  dependsOn,
});

export const samples: Samples<StackSample> = {
  passing: [
    { name: "by tag", resources: [firewall({ tags: ["agents"] }), droplet({ tags: ["fleet", "agents"] })] },
    { name: "by id, made in the same stack", resources: [droplet(), firewall({ dropletIds: [UNKNOWN] }, ["agent"])] },
    { name: "no droplet", resources: [firewall({ tags: ["agents"] })] },
  ],
  failing: [
    { name: "no firewall", resources: [droplet()], about: ["agent"], says: "no firewall of this stack" },
    { name: "another tag", resources: [firewall({ tags: ["web"] }), droplet({ tags: ["agents"] })], about: ["agent"] },
    { name: "another id", resources: [firewall({ dropletIds: [1] }), droplet()], about: ["agent"] },
    {
      name: "one of two",
      resources: [firewall({ tags: ["agents"] }), droplet({ tags: ["agents"] }), droplet({}, "bare")],
      about: ["bare"],
    },
  ],
  unknown: [
    { name: "tags of the firewall later", resources: [firewall({ tags: UNKNOWN }), droplet({ tags: ["agents"] })] },
    { name: "tags of the droplet later", resources: [firewall({ tags: ["agents"] }), droplet({ tags: UNKNOWN })] },
    { name: "id later", resources: [firewall({ dropletIds: [UNKNOWN] }), droplet()], about: ["agent"] },
  ],
};
