import { Repository } from "../test/cli/diff/repository.js";
import { tenant } from "../test/cli/diff/tenant.js";
import type { Figure } from "./cases.js";
import { measure, typical } from "./measure.js";

/** `./fleet diff` of a change in a template that so many tenants' stacks are made with, each an agent, its volume and a proxy. */
export async function diffCase(tenants: number, repeat: number): Promise<Figure> {
  const fleet = new Repository();
  try {
    fleet.git("rm", "--quiet", "stacks/Pulumi.web.yaml", "stacks/Pulumi.team.yaml", "stacks/Pulumi.hub.yaml");
    for (let index = 0; index < tenants; index++) fleet.write(`stacks/Pulumi.tenant-${index}.yaml`, tenant(index));
    fleet.commit("Tenants");
    fleet.branch("change", () =>
      fleet.edit("templates/proxy/caddyfile.ts", '"grace_period 10s"', '"grace_period 20s"'),
    );
    const { command, cwd, env } = fleet.start;
    const runs = [];
    for (let round = 0; round < repeat; round++)
      runs.push(await measure(command, ["diff", "main", "--head", "change", "--comment", "/dev/null"], { cwd, env }));
    return { what: tenants === 1 ? "1 tenant" : `${tenants} tenants`, ours: typical(runs) };
  } finally {
    fleet.close();
  }
}
