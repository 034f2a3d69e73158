import type { Project } from "../../engine/project/project.js";
import type { Endpoint } from "../../engine/transport/endpoint.mjs";
import { runBySsh } from "../../engine/transport/ssh-command.mjs";
import type { Seen } from "./rows.js";

/** What systemd is asked: properties of a unit, times in seconds. */
const PROPERTIES = ["LoadState", "ActiveState", "Result", "ActiveEnterTimestamp", "MemoryCurrent", "NRestarts"];

/** How a service of the host itself is, by what its systemd says. That the host is not reached is a state too. */
export async function hostService(project: Project, unit: string, endpoint: Endpoint | undefined): Promise<Seen> {
  if (!endpoint?.ssh) return { state: "unreachable", detail: "its host is not one that is reached by ssh" };
  const command = `systemctl show ${unit} --timestamp=unix --property=${PROPERTIES.join(",")}`;
  try {
    const { code, stdout, stderr } = await runBySsh(endpoint.ssh, project.programDir, command, { timeoutSeconds: 20 });
    if (code === 0) return seenOf(unit, stdout);
    return { state: "unreachable", detail: `its host does not tell: ${stderr.trim().split("\n").at(-1)}` };
  } catch (error) {
    return { state: "unreachable", detail: (error as Error).message };
  }
}

/** What the answer of `systemctl show` means. */
export function seenOf(unit: string, answer: string): Seen {
  const said = new Map(
    answer.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const),
  );
  if (said.get("LoadState") === "not-found") return { state: "missing", detail: `its host has no service ${unit}` };
  const restarts = numberOf(said.get("NRestarts"));
  const common = restarts === undefined ? {} : { restarts };
  switch (said.get("ActiveState")) {
    case "active":
    case "reloading": {
      const since = numberOf(said.get("ActiveEnterTimestamp")?.replace("@", ""));
      const memoryBytes = numberOf(said.get("MemoryCurrent"));
      return {
        state: "ready",
        ...common,
        ...(since !== undefined && { startedAt: new Date(since * 1000).toISOString() }),
        ...(memoryBytes !== undefined && { memoryBytes }),
      };
    }
    case "activating":
      return { state: "starting", ...common };
    default:
      return {
        state: "stopped",
        ...common,
        detail: `the service ${unit} of its host does not run (${said.get("Result")}): journalctl -u ${unit} there tells why`,
      };
  }
}

/** Systemd writes `[not set]` for what it does not know. */
const numberOf = (text: string | undefined) => (text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined);
