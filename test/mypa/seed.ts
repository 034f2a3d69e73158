/**
 * The tables of MyPA's project state, typed from it: what its stacks have to come to. It says 18 PAs; its own table of droplets adds up
 * to 17 with the admin's, and the table is followed. The seed names droplets, teams and patterns; the names of people are ours.
 */
export interface SeedDroplet {
  /** Stack of ours. */
  stack: string;
  droplet: string;
  /** "Spec" column, as DigitalOcean's slug says it. */
  spec: "4vCPU/8GB" | "1vCPU/1GB";
  /** "PAs" column. */
  pas: number;
  /** Team of its CRM, `twenty-<team>`; the relay has none. */
  team?: string;
  /** CRM drawing: whether the team's CRM syncs up. Delta is not in it: the default, off, holds. */
  syncs?: boolean;
}

export const DROPLETS: SeedDroplet[] = [
  { stack: "mypa-admin", droplet: "admin-pa-dedicated", spec: "4vCPU/8GB", pas: 1, team: "admin" },
  { stack: "mypa-alpha", droplet: "fleet-alpha", spec: "4vCPU/8GB", pas: 7, team: "alpha", syncs: true },
  { stack: "mypa-beta", droplet: "fleet-beta", spec: "4vCPU/8GB", pas: 3, team: "beta", syncs: true },
  { stack: "mypa-delta", droplet: "fleet-delta", spec: "4vCPU/8GB", pas: 3, team: "delta", syncs: false },
  { stack: "mypa-gamma", droplet: "fleet-gamma", spec: "4vCPU/8GB", pas: 3, team: "gamma", syncs: false },
  { stack: "mypa-shared", droplet: "tez-relay", spec: "1vCPU/1GB", pas: 0 },
];

/** vCPUs and GB of a size, as DigitalOcean's slugs spell them. */
export const SIZE_OF = { "4vCPU/8GB": "s-4vcpu-8gb", "1vCPU/1GB": "s-1vcpu-1gb" } as const;

/** "All fleet droplets run Ubuntu 24.04 LTS". */
export const IMAGE = "ubuntu-24-04-x64";

export const DOMAIN = "team.example.com";

/** "OpenClaw Container Standard": the `docker run` of a PA, option by option. */
export const paStandard = (name: string) => ({
  // --name pa-<name> --hostname <name> --network host --restart unless-stopped
  name: `pa-${name}`,
  hostname: name,
  networkMode: "host",
  restart: "unless-stopped",
  // -e OPENCLAW_PREFER_PNPM=1 -e NODE_ENV=production
  envs: ["NODE_ENV=production", "OPENCLAW_PREFER_PNPM=1"],
  // -v /opt/mypa/agents/pa-<name>/data:/home/node/.openclaw
  mount: { hostPath: `/opt/mypa/agents/pa-${name}/data`, containerPath: "/home/node/.openclaw" },
  // node openclaw.mjs gateway
  command: ["node", "openclaw.mjs", "gateway"],
});

/** ghcr.io/openclaw/openclaw:2026.2.22, which the image with Chromium and mcporter begins from. */
export const PA_IMAGE = "ghcr.io/openclaw/openclaw:2026.2.22";

/** "Per-Droplet Services". */
export const CRM_PORT = 3100;
export const TEZ_MCP_PORT = 8100;

/** "DNS": pattern and type. The apex is an ALIAS in the seed, which DigitalOcean has not: an A record there. */
export const dns = {
  pa: (name: string) => ({ name, type: "A" }),
  crm: (team: string) => ({ name: `crm-${team}`, type: "A" }),
  relay: { name: "relay", type: "A" },
  apex: { name: "@", type: "A" },
};

/** "Secrets Management": where each lives. The relay's secrets were in /tmp, which a reboot empties: they are below /opt now. */
export const SECRET_FILES = {
  gatewayToken: (pa: string) => `/opt/mypa/agents/pa-${pa}/data/openclaw.json`,
  claudeKey: (pa: string) => `/opt/mypa/agents/pa-${pa}/data/openclaw.json`,
  braveKey: (pa: string) => `/opt/mypa/agents/pa-${pa}/data/openclaw.json`,
  openaiKey: (pa: string) => `/opt/mypa/agents/pa-${pa}/data/.env`,
  crm: "/opt/twenty/.env",
  git: "/etc/git-credentials",
  tez: "/opt/tez/secrets.env",
};

/** "UFW deny-all + SSH/HTTP/HTTPS". */
export const OPEN_PORTS = ["22", "80", "443"];
