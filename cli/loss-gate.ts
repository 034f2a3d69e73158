import { stringify } from "yaml";
import type { EngineEvent } from "../engine/events.js";
import type { Project } from "../engine/project/project.js";
import type { ResourceState, Snapshot } from "../engine/state/types.js";
import {
  type Acknowledgement,
  acknowledge,
  staleAcknowledgements,
  unacknowledged,
} from "../review/loss/acknowledge.js";
import { dataHolder } from "../review/loss/holders.js";
import { lossesOf } from "../review/loss/losses.js";
import type { PlanRecord } from "../review/reviewed.js";
import type { Loss, PlannedStep } from "../review/types.js";
import { didYouMean } from "../spec/faults/suggest.js";
import type { FleetSpec } from "../spec/index.js";
import { LEAST_REASON, readReason } from "../spec/values/reason.js";
import { FleetError, REFUSED } from "./errors.js";
import type { PlanGate, Target } from "./operation.js";
import { PlanCollector } from "./review/collect.js";
import { readPlanRecord, refuseUnreviewed } from "./reviewed-plan.js";
import { namesResources, type SelectionFlags } from "./selection.js";
import { sectionPath } from "./stack-edit.js";
import { loadSnapshot } from "./state.js";
import type { StackFile } from "./workspace.js";

export interface GateOptions extends SelectionFlags {
  /** `<urn>=<reason>`, each. */
  acknowledge?: string[];
  /** File of a reviewed plan that the real one is held to. */
  reviewed?: string;
}

interface Gated {
  project: Project;
  file: StackFile;
  spec: Pick<FleetSpec, "acknowledged">;
  options: GateOptions;
  /** What is said of a plan that is refused. Default: nothing was changed. */
  untouched?: string;
}

/** What stands where a reason is to be written. No reason is read from it. */
const PLACEHOLDER = "<why its data may go>";

/** Looks at a plan before it is carried out, and stops one that loses data which nobody has acknowledged, or that was not reviewed. */
export class LossGate implements PlanGate {
  readonly #gated: Gated;
  readonly #acknowledgements: Acknowledgement[];
  readonly #reviewed: PlanRecord | undefined;
  readonly #collector = new PlanCollector();
  #snapshot: Promise<Snapshot | undefined> | undefined;

  private constructor(gated: Gated, flags: Acknowledgement[], reviewed: PlanRecord | undefined) {
    this.#gated = gated;
    this.#reviewed = reviewed;
    const ofFile = Object.entries(gated.spec.acknowledged).map(
      ([urn, reason]): Acknowledgement => ({ urn, reason, by: "stack file" }),
    );
    this.#acknowledgements = [...flags, ...ofFile];
  }

  /** Reads what is acknowledged and what was reviewed. Throws FleetError for what cannot be read so. */
  static async open(gated: Gated): Promise<LossGate> {
    const { acknowledge: flags = [], reviewed } = gated.options;
    return new LossGate(
      gated,
      flags.map(readFlag),
      reviewed === undefined ? undefined : await readPlanRecord(reviewed),
    );
  }

  readonly onEvent = (event: EngineEvent): void => this.#collector.onEvent(event);

  /** False where no plan could be refused: nothing that the stack has holds data. */
  async needsPlan(target: Target): Promise<boolean> {
    if (this.#reviewed) return true;
    const resources = (await this.#load(target))?.resources ?? [];
    return resources.some((resource) => resource.custom && dataHolder(resource) !== undefined);
  }

  async check(target: Target): Promise<void> {
    const steps = this.#collector.steps();
    if (this.#reviewed) refuseUnreviewed(this.#reviewed, target.stack, steps);
    const losses = await this.#losses(target, steps);
    this.#warnOfStale(losses);
    for (const { acknowledged, ...loss } of losses) {
      if (acknowledged)
        process.stderr.write(`${shown(loss)}. Acknowledged, ${acknowledged.by}: ${acknowledged.reason}\n`);
    }
    const refused = unacknowledged(losses);
    if (refused.length === 0) return;
    throw new FleetError(
      `${count(refused)}; ${this.#gated.untouched ?? "nothing was changed"}:${await this.#list(target, refused)}`,
      this.#advice(refused),
      REFUSED,
    );
  }

  /** Says what an `up` would refuse. */
  async warn(target: Target): Promise<void> {
    const losses = await this.#losses(target, this.#collector.steps());
    this.#warnOfStale(losses);
    const refused = unacknowledged(losses);
    if (refused.length === 0) return;
    process.stderr.write(
      `warning: ${count(refused)}:${await this.#list(target, refused)}\n  up refuses this: ${this.#advice(refused)}\n`,
    );
  }

  async #losses(target: Target, steps: PlannedStep[]): Promise<Loss[]> {
    if (!steps.some(({ op }) => op === "delete" || op === "replace")) return [];
    const before = (await this.#load(target))?.resources.map((state) => this.#collector.resource(state));
    return acknowledge(lossesOf(steps, before).losses, this.#acknowledgements);
  }

  #load({ backend, project, stack }: Target): Promise<Snapshot | undefined> {
    this.#snapshot ??= loadSnapshot(backend, project, stack);
    return this.#snapshot;
  }

  /** One that stays for ever would excuse a later loss. Of a part of the stack it cannot be told. */
  #warnOfStale(losses: Loss[]): void {
    const { file, options } = this.#gated;
    if (namesResources(options)) return;
    for (const { urn, by } of staleAcknowledgements(losses, this.#acknowledgements)) {
      const meant = didYouMean(
        urn,
        unacknowledged(losses).map((loss) => loss.urn),
      );
      const where = by === "stack file" ? `${file.shown}: fleet:acknowledged` : "--acknowledge";
      process.stderr.write(
        `warning: ${where}: ${urn} is not lost${meant ? ` (${meant})` : by === "stack file" ? ": take the line out" : ""}\n`,
      );
    }
  }

  async #list(target: Target, losses: Loss[]): Promise<string> {
    const states = new Map((await this.#load(target))?.resources.map((state) => [state.urn, state]));
    return losses.map((loss) => `\n  ${shown(loss, states.get(loss.urn))}\n    ${loss.urn}`).join("");
  }

  #advice(losses: Loss[]): string {
    const { project, file } = this.#gated;
    const [top, section] = sectionPath(project, file, "acknowledged");
    const lines = losses.map(({ urn }) => `\n        ${stringify({ [urn]: PLACEHOLDER }, { lineWidth: 0 }).trimEnd()}`);
    return (
      `keep the data, or say in ${file.shown} why it may go:\n    ${top}:\n      ${section}:${lines.join("")}\n` +
      "  or for one run of up alone: --acknowledge '<urn>=<why>'"
    );
  }
}

/** An acknowledgement of the command line. */
function readFlag(text: string): Acknowledgement {
  const [urn = "", ...rest] = text.split("=");
  if (!/^urn:pulumi:.+::.+::.+::.+$/.test(urn) || rest.length === 0)
    throw new FleetError(`--acknowledge ${text} is no <urn>=<reason>`, "give what `up` names, and why its data may go");
  const reason = readReason(rest.join("="));
  if (reason !== undefined) return { urn, reason, by: "command line" };
  throw new FleetError(
    `--acknowledge ${urn}=… gives no reason`,
    `say in ${LEAST_REASON} characters or more why its data may go`,
  );
}

const count = (losses: Loss[]): string =>
  `${losses.length} ${losses.length === 1 ? "resource that holds data is" : "resources that hold data are"} to be lost`;

/** What becomes of it and why: `data (volume) is replaced because of driver`. */
function shown({ name, what, op, keys, staysBehind, goesWith }: Loss, state?: ResourceState): string {
  const parts = [`${name} (${what}) is ${op === "delete" ? "deleted" : "replaced"}`];
  if (keys.length > 0) parts.push(` because of ${keys.join(", ")}`);
  if (goesWith !== undefined) parts.push(`, with what it lives on, ${goesWith.slice(goesWith.lastIndexOf("::") + 2)}`);
  if (staysBehind) {
    const id = state?.id === undefined ? "" : ` as ${state.id}`;
    parts.push(`: the old one stays in place${id}, but the fleet goes on with a new, empty one`);
  }
  return parts.join("");
}
