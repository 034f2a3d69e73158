import { extname, resolve } from "node:path";
import { type Command, Option } from "commander";
import type { Project } from "../../engine/project/project.js";
import { html } from "../../review/graph/html.js";
import { mermaid } from "../../review/graph/mermaid.js";
import { topology } from "../../review/graph/topology.js";
import type { Topology } from "../../review/graph/types.js";
import type { PlannedStep, ReviewedResource } from "../../review/types.js";
import { FleetError } from "../errors.js";
import { withHost } from "../inside.js";
import { operate } from "../operation.js";
import { writeOutput } from "../output-file.js";
import { PlanCollector } from "../review/collect.js";
import { simulatedResources } from "../review/simulate.js";
import { backendOf, loadSnapshot } from "../state.js";
import { action } from "../verb.js";
import { currentProject, readSpec, readStack, shorten } from "../workspace.js";

const RENDERERS = {
  mermaid,
  html,
  json: (graph: Topology) => `${JSON.stringify(graph, undefined, 2)}\n`,
};
type Format = keyof typeof RENDERERS;

interface GraphOptions {
  format?: Format;
  out?: string;
  plan?: boolean;
}

export function define(command: Command): void {
  command
    .summary("draw a stack's machines, agents, data and names")
    .description(
      "Draws what a stack consists of: machines with what runs on them, data, networks, proxies, DNS, backups and other stacks. Brings the " +
        "stack up in simulation for that: it needs no credential, no state and no Docker.",
    )
    .argument("<stack>")
    .addOption(
      new Option("--format <format>", "by default as the file's name ends, else mermaid").choices(
        Object.keys(RENDERERS),
      ),
    )
    .option("--out <file>", "write it there, not to standard output")
    .option("--plan", "mark what `up` would create, update, replace and delete");
  action(command, graph);
}

async function graph(stack: string, options: GraphOptions): Promise<undefined> {
  const project = await currentProject();
  const spec = await readSpec(project, await readStack(project, stack));
  // Before the simulation, from which on programs of this process are told that nothing is real.
  const plan = options.plan ? await planOf(project, stack) : undefined;
  const resources = (await simulatedResources(project, [stack])).get(stack)!;
  const known = new Set(resources.map(({ urn }) => urn));
  const gone = plan?.before.filter(({ urn }) => !known.has(urn)) ?? [];
  const steps = options.plan ? (plan?.steps ?? creationOf(resources)) : undefined;
  const text = RENDERERS[formatOf(options)](
    topology(stack, [...resources, ...gone], { spec, ...(steps && { steps }) }),
  );
  if (options.out === undefined) process.stdout.write(text);
  else await write(options.out, text);
}

function formatOf({ format, out = "" }: GraphOptions): Format {
  return (
    format ?? ({ ".html": "html", ".htm": "html", ".json": "json" } as const)[extname(out).toLowerCase()] ?? "mermaid"
  );
}

async function write(out: string, text: string): Promise<void> {
  await writeOutput(out, text);
  process.stderr.write(`wrote ${shorten(resolve(out))}\n`);
}

/** What `up` would do, and the state that it would begin with; undefined if the stack was never brought up. */
async function planOf(
  project: Project,
  stack: string,
): Promise<{ steps: PlannedStep[]; before: ReviewedResource[] } | undefined> {
  const backend = backendOf(project);
  const snapshot = await loadSnapshot(backend, project, stack);
  if (!snapshot || snapshot.resources.length === 0) return undefined;
  const collector = new PlanCollector();
  const before = snapshot.resources.filter((state) => !state.delete).map((state) => collector.resource(state));
  const result = await withHost(project, {}, (host) =>
    operate(
      "update",
      true,
      { project, stack, backend, options: {}, host },
      {
        silent: true,
        listener: (event) => collector.onEvent(event),
      },
    ),
  );
  const { outcome, errors, steps } = collector.plan(stack, before);
  if (result.outcome === "succeeded" && outcome === "succeeded") return { steps, before };
  throw new FleetError(
    `the stack ${stack} cannot be planned: ${errors.join("; ") || result.outcome}`,
    `\`./fleet preview ${stack}\` shows how far it comes; without --plan no state is looked at`,
  );
}

/** Of a stack that was never brought up everything is to be made. */
function creationOf(resources: ReviewedResource[]): PlannedStep[] {
  return resources.map(({ urn, type, name, custom }) => ({
    op: "create",
    urn,
    type,
    name,
    custom,
    replaceKeys: [],
    changes: [],
    retained: false,
  }));
}
