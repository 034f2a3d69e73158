import pc from "picocolors";
import type { FleetSpec } from "../../spec/index.js";
import { shownUrl } from "../machines.js";
import { bytes, since } from "../table.js";
import type { Row, State } from "./rows.js";

/** What the columns of {@link cells} are. */
export const HEAD = ["NAME", "STATE", "UP", "MEMORY", "RESTARTS", "IMAGE", "URL"];

const COLORS: Record<State, (text: string) => string> = {
  ready: pc.green,
  starting: pc.yellow,
  restarting: pc.red,
  unhealthy: pc.red,
  stopped: pc.red,
  missing: pc.red,
  unreachable: pc.red,
};

/** A row of the table. */
export function cells(row: Row, spec: FleetSpec | undefined): string[] {
  const used = row.memoryBytes === undefined ? "-" : bytes(row.memoryBytes);
  return [
    row.kind === "agent" ? row.name : `${row.name} (${row.kind})`,
    COLORS[row.state](row.state),
    row.startedAt ? since(new Date(row.startedAt)) : "-",
    row.memoryLimitBytes ? `${used} of ${bytes(row.memoryLimitBytes)}` : used,
    row.restarts === undefined ? "-" : String(row.restarts),
    row.image ?? "-",
    row.url === null ? "-" : shownUrl(row.url, spec?.machines[row.machine ?? ""]),
  ];
}
