import type { Command } from "commander";
import pc from "picocolors";
import { costOf } from "../../review/cost/cost.js";
import { dollars, toCents } from "../../review/cost/money.js";
import type { Power } from "../../review/cost/own-hardware.js";
import { HOURS, PRICES_DATE, SOURCES } from "../../review/cost/sources.js";
import type { Cost } from "../../review/types.js";
import { FleetError } from "../errors.js";
import { simulatedResources } from "../review/simulate.js";
import { table } from "../table.js";
import { action } from "../verb.js";
import { currentProject, stackNames } from "../workspace.js";

interface CostOptions {
  json?: boolean;
  powerPrice?: string;
  watts?: string;
}

export function define(command: Command): void {
  command
    .summary("show what stacks cost a month")
    .description(
      "Shows what stacks cost a month by a table of prices, from a simulation: no credential, no network, no passphrase. What has no price there is listed, never guessed.",
    )
    .argument("[stack...]", "stacks to reckon; all of the project's if none is named")
    .option("--power-price <dollars>", "reckon own hardware's power, at so much a kWh; needs --watts")
    .option("--watts <number>", "what each hypervisor draws on average; needs --power-price")
    .option("--json", "print it as JSON");
  action(command, cost);
}

async function cost(named: string[], options: CostOptions): Promise<number> {
  const power = powerOf(options);
  const project = await currentProject();
  const stacks = named.length > 0 ? [...new Set(named)] : await stackNames(project);
  if (stacks.length === 0) throw new FleetError("there are no stack files", "a stack begins with its stack file");
  const costs = new Map<string, Cost>();
  for (const [stack, resources] of await simulatedResources(project, stacks))
    costs.set(stack, costOf(resources, power === undefined ? {} : { power }));
  process.stdout.write(options.json ? json(costs) : page(costs));
  return 0;
}

function powerOf({ powerPrice, watts }: CostOptions): Power | undefined {
  if (powerPrice === undefined && watts === undefined) return undefined;
  if (powerPrice === undefined || watts === undefined)
    throw new FleetError("--power-price and --watts belong together", "give both: --power-price 0.30 --watts 60");
  return { pricePerKWh: positive("--power-price", powerPrice), watts: positive("--watts", watts) };
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new FleetError(`${option}: "${text}" is not a number above 0`, "write it as 0.30 or 60");
}

const totals = (costs: Map<string, Cost>) => {
  const all = [...costs.values()];
  return {
    total: toCents(all.reduce((sum, { total }) => sum + total, 0)),
    unknown: all.reduce((sum, { unknown }) => sum + unknown, 0),
  };
};

function json(costs: Map<string, Cost>): string {
  const stacks = [...costs].map(([stack, one]) => ({ stack, ...one }));
  const report = { currency: "USD", hours: HOURS, prices: PRICES_DATE, sources: SOURCES, ...totals(costs), stacks };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function page(costs: Map<string, Cost>): string {
  const { total, unknown } = totals(costs);
  const row = (name: string, one: { total: number; unknown: number }) => [
    name,
    dollars(one.total),
    one.unknown === 0 ? "" : `and ${one.unknown} not known`,
  ];
  const rows = [...costs].map(([stack, one]) => row(stack, one));
  if (costs.size > 1) rows.push(row("all", { total, unknown }));
  const parts = [table(["STACK", "A MONTH", ""], rows)];
  for (const [stack, { items }] of costs) {
    const known = items.filter(({ monthly }) => monthly !== undefined);
    const lines = known.map(({ name, what, monthly }) => [name, what, dollars(monthly!)]);
    if (known.length > 0) parts.push(`${pc.bold(stack)}\n${table(["RESOURCE", "WHAT", "A MONTH"], lines)}`);
  }
  if (unknown > 0) {
    const lines = [...costs].flatMap(([stack, { items }]) =>
      items.filter(({ monthly }) => monthly === undefined).map(({ name, what, why = "" }) => [stack, name, what, why]),
    );
    parts.push(`${pc.bold("not known, and not in the sums")}\n${table(["STACK", "RESOURCE", "WHAT", "WHY"], lines)}`);
  }
  parts.push(
    `US dollars for ${HOURS} hours, by prices of ${PRICES_DATE}. Taxes, traffic, usage and discounts are not in it.\n`,
  );
  return parts.join("\n");
}
