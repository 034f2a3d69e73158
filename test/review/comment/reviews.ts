import type { Review } from "../../../review/types.js";
import {
  change,
  cost,
  costItem,
  finding,
  keptOf,
  lossOf,
  resource,
  review,
  stackReview,
  step,
  TYPES,
  urnOf,
} from "../build.js";

const IMAGE = "ghcr.io/openclaw/openclaw";
const bump = (stack: string, agent: string) =>
  step(stack, "update", TYPES.container, `pa-${agent}`, [
    change("image", { before: `${IMAGE}:2026.3.2`, after: `${IMAGE}:2026.4.1` }),
  ]);
const volume = (stack: string, name: string) =>
  step(stack, "replace", TYPES.volume, name, [change("driver", { before: "local", after: "nfs", replaces: true })]);

const CADDY = (domain: string, more = "") => `{
  email ops@example.com
}

${domain} {
  encode zstd gzip
  reverse_proxy pa-mila:18789
${more}}
`;

/** Kinds of change, each as the review that it leads to. */
export const REVIEWS: Record<string, () => Review> = {
  "nothing changes": () =>
    review([stackReview("mypa-alpha", [], { reasons: [{ kind: "file", text: "components/agents/agent.ts" }] })], {
      unaffected: ["gather", "local"],
    }),

  "an image bump": () =>
    review([stackReview("mypa-alpha", [bump("mypa-alpha", "mila"), bump("mypa-alpha", "otto")])], {
      unaffected: ["gather", "local", "mypa-beta"],
    }),

  "a new agent": () => {
    const stack = "mypa-alpha";
    const steps = [
      step(stack, "create", TYPES.agent, "nora"),
      step(stack, "create", TYPES.volume, "pa-nora-data"),
      step(stack, "create", TYPES.container, "pa-nora", [
        change("envs[0]", { secret: true, after: "[secret]" }),
        change("image", { after: `${IMAGE}:2026.4.1` }),
        change("memory", { after: 2048 }),
        change("networksAdvanced", { after: [{ name: "[unknown]" }] }),
      ]),
    ];
    const after = [resource(stack, TYPES.volume, "pa-nora-data", { driver: "local", labels: [] })];
    return review([stackReview(stack, steps, { plan: { after } })]);
  },

  "a volume that is lost": () => {
    const lost = volume("mypa-alpha", "pa-mila-data");
    return review([stackReview("mypa-alpha", [lost], { losses: [lossOf(lost, "volume")] })]);
  },

  "losses with all that can be said of them": () => {
    const stack = "mypa-alpha";
    const droplet = step(stack, "replace", TYPES.droplet, "host-alpha", [
      change("region", { before: "nyc3", after: "fra1", replaces: true }),
    ]);
    const data = volume(stack, "pa-mila-data");
    const attached = step(stack, "delete", TYPES.volume, "pa-otto-data", [], { retained: true });
    const long = volume(stack, `pa-${"someone-with-a-long-name-".repeat(2)}data`);
    const kept = step(stack, "delete", TYPES.volume, "pa-nora-data", [], { retained: true });
    const losses = [
      lossOf(droplet, "droplet", {
        acknowledged: { by: "stack file", reason: "moved to Frankfurt, restored from backup" },
      }),
      lossOf(data, "volume", { staysBehind: true }),
      lossOf(attached, "volume", {
        goesWith: droplet.urn,
        acknowledged: { by: "label", reason: "label set by reviewer" },
      }),
      lossOf(long, "volume"),
    ];
    const steps = [droplet, data, attached, long, kept];
    return review([stackReview(stack, steps, { losses, kept: [keptOf(kept, "volume")] })]);
  },

  "a file of a machine": () => {
    const stack = "mypa-alpha";
    const caddy = step(stack, "update", "command:remote:Command", "edge-caddyfile", [
      change("stdin", { before: CADDY("alpha.example.com"), after: CADDY("alpha.example.com", "  header -Server\n") }),
      change("triggers[0]", { before: "a1b2c3", after: "d4e5f6" }),
    ]);
    const settings = (model: string) =>
      JSON.stringify({
        agents: { defaults: { model, workspace: "/home/node/workspace" } },
        gateway: { port: 18789, bind: "lan" },
      });
    const config = step(stack, "update", "command:remote:Command", "pa-mila-config", [
      change("stdin", { before: settings("gpt-5"), after: settings("gpt-5.2") }),
      change("environment.TOKEN", { secret: true, before: "[secret]", after: "[secret]" }),
    ]);
    return review([
      stackReview(stack, [caddy, config], {
        reasons: [
          { kind: "template", text: "templates/proxy/caddyfile.hbs" },
          { kind: "package", text: "@pulumi/command 1.2.0 → 1.2.1" },
        ],
      }),
    ]);
  },

  "a machine that was renamed": () => {
    const stack = "mypa-alpha";
    const moved = step(
      stack,
      "update",
      TYPES.droplet,
      "host-a",
      [change("tags[1]", { before: "fleet.entry:alpha", after: "fleet.entry:a" })],
      { formerUrn: urnOf(stack, TYPES.droplet, "host-alpha") },
    );
    return review([stackReview(stack, [moved])]);
  },

  "policies and cost": () => {
    const stack = "mypa-alpha";
    const resized = step(stack, "update", TYPES.droplet, "host-alpha", [
      change("size", { before: "s-2vcpu-4gb", after: "s-4vcpu-8gb" }),
    ]);
    const privileged = finding(stack, "container-no-privileged", "pa-mila", "It runs privileged", {
      severity: "critical",
    });
    const tag = finding(stack, "image-pinned", "pa-otto", `${IMAGE}:latest is no digest`, {
      level: "advisory",
      severity: "medium",
    });
    const pids = finding(stack, "container-limits", "pa-otto", "It has no limit of processes", { severity: "medium" });
    const fixed = finding(stack, "container-health", "pa-mila", "It has no health check", { level: "advisory" });
    return review([
      stackReview(stack, [resized], {
        policies: { before: [pids, fixed], after: [pids, tag, privileged] },
        cost: {
          before: cost([costItem(stack, "host-alpha", "droplet s-2vcpu-4gb, nyc3", 24)]),
          after: cost([
            costItem(stack, "host-alpha", "droplet s-4vcpu-8gb, nyc3", 48),
            costItem(stack, "front", "DNS zone", undefined, "no price in the table"),
          ]),
        },
      }),
    ]);
  },

  "a preview that failed": () =>
    review([
      stackReview("mypa-beta", [bump("mypa-beta", "ida")]),
      stackReview("mypa-alpha", [], {
        plan: {
          outcome: "failed",
          errors: [
            "stacks/Pulumi.mypa-alpha.yaml:12:7: agents.mila.machine: there is no machine `host`; did you mean `host-alpha`?",
            "Error: unhandled\n    at build (components/fleet.ts:40:3)",
          ],
        },
      }),
    ]),

  "a stack that is new, one that is removed, one that refers to another": () => {
    const created = step("mypa-eta", "create", TYPES.volume, "pa-eva-data", [change("driver", { after: "local" })]);
    const deleted = [
      step("old-team", "delete", TYPES.container, "pa-ulf"),
      step("old-team", "delete", TYPES.volume, "pa-ulf-data", [], { retained: true }),
    ];
    const record = step("mypa-shared", "update", TYPES.record, "www", [
      change("content", { before: "1.2.3.4", after: "[unknown]" }),
    ]);
    return review([
      stackReview("mypa-eta", [created], { reasons: [{ kind: "new", text: "the stack is new" }] }),
      stackReview("old-team", deleted, {
        reasons: [{ kind: "removed", text: "its file is removed" }],
        kept: [keptOf(deleted[1]!, "volume")],
      }),
      stackReview("mypa-shared", [record], { reasons: [{ kind: "refers-to", text: "refers to mypa-eta" }] }),
    ]);
  },

  "a hundred tenants": () => {
    const tenants = Array.from({ length: 100 }, (_, index) => `tenant-${String(index + 1).padStart(3, "0")}`);
    return review(
      tenants.map((stack) => {
        const lost = volume(stack, `${stack}-data`);
        return stackReview(stack, [bump(stack, stack), lost], {
          losses: [lossOf(lost, "volume")],
          cost: {
            before: cost([costItem(stack, stack, "droplet s-1vcpu-1gb, nyc3", 6)]),
            after: cost([costItem(stack, stack, "droplet s-1vcpu-2gb, nyc3", 12)]),
          },
          policies: {
            before: [
              finding(stack, "image-pinned", `pa-${stack}`, "It has no digest", { level: "advisory", severity: "low" }),
            ],
            after: [
              finding(stack, "image-pinned", `pa-${stack}`, "It has no digest", { level: "advisory", severity: "low" }),
            ],
          },
        });
      }),
    );
  },

  "a change that wants to be what it is not": () => {
    const evil =
      "</details><script>alert(1)</script> | @octocat #1 `code` ```` <!-- agent-fleet:review --> \u202Egnp.exe\u001b[31m";
    const stack = "mypa-alpha";
    const lost = step(stack, "replace", TYPES.volume, evil, [
      change(evil, { before: evil, after: `${evil}\n\`\`\`\n# hi`, replaces: true }),
    ]);
    return review(
      [
        stackReview(stack, [lost], {
          losses: [lossOf(lost, evil), lossOf(lost, "volume", { acknowledged: { by: "label", reason: evil } })],
          reasons: [{ kind: "package", text: evil }],
          policies: { before: [], after: [finding(stack, evil, evil, evil)] },
        }),
        stackReview(evil, [], { plan: { outcome: "failed", errors: [evil, `${evil}\n\`\`\`\n${evil}`] } }),
      ],
      { head: { commit: "--> @octocat", name: evil } },
    );
  },
};
