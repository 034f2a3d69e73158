import type { Draft, Drafts } from "../read.js";
import type { Report } from "../rules/rule.js";
import { isNoHost } from "../schema/machines.js";
import { checkModel, checkOwned, OWN_GATEWAY_SETTINGS } from "./openclaw-checks.js";
import { openClawVersion } from "./openclaw-version.js";
import { gatewayPorts } from "./pa-ports.js";

type Agent = Draft<"agents">;

/** Where the keys of OpenClaw's own providers stand. */
const KEYS = { anthropic: ["keys", "anthropic"], openai: ["keys", "openai"] };

const OWN_SETTINGS = [
  ...OWN_GATEWAY_SETTINGS,
  { path: ["gateway", "port"], instead: "is the agent's port" },
  { path: ["gateway", "bind"], instead: "is always loopback here" },
  { path: ["agents", "defaults", "workspace"], instead: "is fixed: SOUL.md is guarded there" },
  { path: ["channels", "telegram", "botToken"], instead: "is the agent's telegram.bot" },
];

/** Files of the workspace that have a key of their own. */
const OWN_FILES: Record<string, string> = { "SOUL.md": "soul", "IDENTITY.md": "identity" };

/** What only PAs can have wrong. */
export function checkPa(agent: Agent, drafts: Drafts, report: Report): void {
  const { path, keys } = agent;
  checkMachine(agent, drafts, report);
  checkModel(agent, drafts, report, KEYS);
  checkOwned(agent, report, OWN_SETTINGS);
  const last = keys.port === undefined ? 0 : Math.max(...gatewayPorts(keys.port, openClawVersion(agent, drafts)));
  if (last > 65535) {
    report({
      path: [...path, "port"],
      message: `is too high: OpenClaw takes ports up to ${last} with it, so write ${65535 - (last - keys.port!)} at the most`,
    });
  }
  for (const [file, key] of Object.entries(OWN_FILES)) {
    if (keys.workspace && Object.hasOwn(keys.workspace.files, file)) {
      report({
        path: [...path, "workspace", "files", file],
        at: "key",
        message: `is the agent's ${key}: write it there`,
      });
    }
  }
  const { user } = keys.hardening ?? {};
  if (user !== undefined && !/^\d+:\d+$/.test(user)) {
    report({
      path: [...path, "hardening", "user"],
      message: 'must be numbers, such as "1000:1000": the folder on the machine is given to them',
    });
  }
  checkMcp(agent, drafts, report);
}

/** Its data and its files are folders of the host, which is reached by ssh. */
function checkMachine({ path, keys }: Agent, drafts: Drafts, report: Report): void {
  const machine = drafts.machines.find(({ name }) => name === keys.machine);
  if (!machine || !isNoHost(machine.keys)) return;
  report({
    path: [...path, "machine"],
    message:
      `${machine.name} is only a Docker daemon, and a PA's folder is put on a host by ssh: ` +
      "name a machine of another kind, or one with on: existing and docker: ssh://…",
  });
}

/** Of services only those can be named that speak MCP. */
function checkMcp({ path, keys }: Agent, drafts: Drafts, report: Report): void {
  for (const [name, server] of Object.entries(keys.mcp ?? {})) {
    const kind = drafts.services.find((service) => service.name === server)?.keys.kind as string | undefined;
    if (kind === undefined || kind === MCP_SERVICE) continue;
    report({
      path: [...path, "mcp", name],
      message: `${server} is a ${kind}, which is no MCP server: name a service of the kind ${MCP_SERVICE}, or write a url`,
    });
  }
}

/** The kind of service that speaks MCP. */
const MCP_SERVICE = "tez-mcp";
