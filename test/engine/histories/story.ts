import { isDefaultProvider } from "../../../engine/deploy/goals/urn.js";
import type { EngineEvent } from "../../../engine/index.js";
import { EMPTY } from "./edits.js";
import { deviations } from "./expected.js";
import type { Fault } from "./faults.js";
import { Broken, rule, Watch } from "./invariants.js";
import { Machine, type Ran, type RunRequest, type Workshop } from "./machine.js";
import { describe, type Program } from "./program.js";

type Timing = Pick<RunRequest, "seed" | "parallel">;

/** One stack's life, told as it goes: runs with faults in them, and what must be so after each. */
export class Story {
  readonly lines: string[] = [];
  readonly #machine: Machine;
  readonly #watch: Watch;
  program = EMPTY;
  #shown = "";

  constructor(workshop: Workshop) {
    this.#machine = new Machine(workshop);
    this.#watch = new Watch(this.#machine);
  }

  /** One run with whatever goes wrong in it. */
  async run(asked: RunRequest): Promise<Ran> {
    if (asked.kind === "update") this.program = this.#watch.plant(this.program);
    const program = asked.kind === "update" ? this.program : undefined;
    const request = { ...asked, program };
    const guarded = await this.#watch.guarded(program);
    this.#tellProgram(program);
    const ran = await this.#machine.run(request);
    this.#tellRun(request, ran);
    const narrow = request.only !== undefined || request.excludeProtected === true;
    await this.#watch.check(ran, guarded, narrow);
    const refreshed = request.kind === "refresh" || request.refresh === true;
    if (refreshed && !narrow && ran.result?.outcome === "succeeded") {
      this.#watch.drifted = false;
      this.#watch.vanished.clear();
    }
    return ran;
  }

  /** With nothing going wrong, one `up` reaches what is declared; a preview before it says what it will do. */
  async settle({ seed, parallel }: Timing): Promise<void> {
    const calm = { seed: seed + 1, parallel, refresh: this.#watch.drifted };
    const before = await this.#watch.state();
    this.program = this.#watch.plant(this.program);
    const planned = await this.#preview({ ...calm, kind: "update", seed: seed + 2 });
    const ran = await this.run({ ...calm, kind: "update" });
    if (this.#yields(ran)) {
      await this.settle({ seed, parallel });
      return;
    }
    this.#expectSuccess(ran);
    if (before.pendingOperations.length === 0) this.#compare(planned, ran);
    rule(await this.#deviations(), "not as declared");

    const settled = this.#machine.disk.text;
    const again = await this.#preview({ ...calm, kind: "update", refresh: false });
    rule(stepsOf(again.events), "the plan after it is not empty");
    const idle = await this.#succeed({ ...calm, kind: "update", refresh: seed % 2 === 0 });
    rule(stepsOf(idle.events), "another up does something");
    rule(changedResources(settled, this.#machine.disk.text), "another up changed the state");
  }

  async destroy({ seed, parallel, faults }: Timing & { faults: Fault[] }): Promise<void> {
    await this.run({ kind: "destroy", seed, parallel, faults });
    const ran = await this.run({ kind: "destroy", seed, parallel });
    if (this.#yields(ran)) await this.#succeed({ kind: "destroy", seed, parallel });
    else this.#expectSuccess(ran);
    const { resources, pendingOperations } = await this.#watch.state();
    rule(
      [...resources, ...pendingOperations.map(({ resource }) => resource)].map(({ urn }) => urn),
      "still in the state",
    );
    const left = [...this.#machine.cloud.objects.values()].filter(({ id }) => !this.#watch.isUnmanaged(id));
    rule(
      left.map(({ name, id }) => `${name} (${id})`),
      "still in the cloud",
    );
  }

  /** Gives way to what the run was right to refuse. True if it must be run again. */
  #yields({ result }: Ran): boolean {
    const told = (what: string) => result?.errors.some((message) => message.includes(what)) === true;
    if (told("previously imported")) {
      const resources = this.program.resources.map((item) => ({ ...item, imports: undefined }));
      this.program = { ...this.program, resources };
      return true;
    }
    if (!told("protected")) return false;
    this.#unprotect();
    return true;
  }

  async #succeed(request: RunRequest): Promise<Ran> {
    const ran = await this.run(request);
    this.#expectSuccess(ran);
    return ran;
  }

  #expectSuccess({ result, refused }: Ran): void {
    if (refused) throw new Broken(`it was refused: ${refused.message}`);
    if (result?.outcome !== "succeeded") throw new Broken(`it ${result?.outcome}: ${result?.errors.join("\n")}`);
  }

  /** A preview shows, and changes nothing. */
  async #preview(request: RunRequest): Promise<Ran> {
    const { cloud, disk } = this.#machine;
    const before = JSON.stringify([disk.text, [...cloud.objects]]);
    const ran = await this.#machine.run({ ...request, program: this.program, preview: true });
    this.#tellRun({ ...request, preview: true }, ran);
    if (JSON.stringify([disk.text, [...cloud.objects]]) !== before) throw new Broken("a preview changed something");
    if (disk.written.length > 0) throw new Broken("a preview wrote a file");
    if (ran.refused) throw ran.refused;
    return ran;
  }

  #compare(planned: Ran, ran: Ran): void {
    const [plan, done] = [stepsOf(planned.events).sort(), stepsOf(ran.events).sort()];
    if (plan.join("\n") === done.join("\n")) return;
    const only = (left: string[], right: string[]) => left.filter((step) => !right.includes(step));
    rule(
      [
        ...only(plan, done).map((step) => `only planned: ${step}`),
        ...only(done, plan).map((step) => `only done: ${step}`),
      ],
      "the preview said something else",
    );
    throw new Broken("the preview said that a step would be done more or less often");
  }

  async #deviations(): Promise<string[]> {
    const { cloud } = this.#machine;
    return deviations(this.program, cloud, await this.#watch.state(), this.#watch.isUnmanaged);
  }

  /** As `state unprotect --all` does. */
  #unprotect(): void {
    const { disk } = this.#machine;
    const root = JSON.parse(disk.text ?? "");
    for (const resource of root.checkpoint.latest.resources) delete resource.protect;
    disk.text = JSON.stringify(root);
    this.lines.push("state unprotect --all");
  }

  drift({ at, how }: { at: number; how: "delete" | "change" }): void {
    const { cloud } = this.#machine;
    const objects = [...cloud.objects.values()].filter(({ id }) => !this.#watch.isUnmanaged(id));
    const object = objects[at % Math.max(1, objects.length)];
    if (object === undefined) return;
    this.lines.push(`somebody ${how}s ${object.name} (${object.id}) in the cloud`);
    this.#watch.drifted = true;
    if (how === "change") {
      cloud.objects.set(object.id, { ...object, properties: { ...object.properties, size: 99 } });
      return;
    }
    for (const id of cloud.remove(object.id)) this.#watch.vanished.add(id);
  }

  #tellProgram(program: Program | undefined): void {
    const lines = program && describe(program);
    if (lines === undefined || lines.join("\n") === this.#shown) return;
    this.#shown = lines.join("\n");
    this.lines.push("the program:", ...lines);
  }

  #tellRun(request: RunRequest, ran: Ran): void {
    const { kind, preview, refresh, faults = [], parallel, seed, only, continueOnError, excludeProtected } = request;
    const which = only && `${only.how} ${only.urns.map((urn) => urn.split("::").pop()).join(" ")}`;
    const options = [
      which && (only?.dependents ? `${which} and dependents` : which),
      continueOnError && "continuing on errors",
      excludeProtected && "sparing the protected",
      preview && "preview",
      refresh && "with refresh",
      `parallel ${parallel}`,
      `seed ${seed}`,
    ];
    const how = ran.refused ? `refused: ${ran.refused.message}` : (ran.result?.outcome ?? "killed");
    this.lines.push(`${kind} (${options.filter(Boolean).join(", ")}): ${how}`);
    if (faults.length > 0) this.lines.push(`  faults: ${faults.map((fault) => JSON.stringify(fault)).join(" ")}`);
    const steps = stepsOf(ran.events);
    if (steps.length > 0) this.lines.push(`  steps: ${steps.map((step) => step.replace(/urn:\S+::/, "")).join(", ")}`);
    for (const message of ran.result?.errors ?? []) this.lines.push(`  error: ${message}`);
    if (faults.length > 0) this.lines.push(`  points: ${ran.trail.join(", ")}`);
    const pending = this.#machine.disk.text && JSON.parse(this.#machine.disk.text).checkpoint.latest.pending_operations;
    for (const { type, resource } of pending ?? []) this.lines.push(`  pending: ${type} ${resource.urn}`);
  }
}

/** What a run does or plans, `create urn`; what is only read, what stays the same and default providers left out. */
function stepsOf(events: EngineEvent[]): string[] {
  return events.flatMap((event) => {
    if (
      event.kind !== "step-done" ||
      ["same", "refresh", "read"].includes(event.step.op) ||
      isDefaultProvider(event.step.urn)
    )
      return [];
    return [`${event.step.op} ${event.step.urn}`];
  });
}

/** Resources that two checkpoints have differently, in whatever order they stand. */
function changedResources(left = "{}", right = "{}"): string[] {
  const list = (text: string): string[] =>
    (JSON.parse(text).checkpoint.latest.resources ?? []).map((item: Record<string, unknown>) => {
      // By which alias a resource was found is told only by the run that found it; a refresh tells more of what is only read.
      const { aliases, modified, ...rest } = item;
      return JSON.stringify(item.external ? rest : { ...rest, modified });
    });
  const [before, after] = [list(left), list(right)];
  return [
    ...before.filter((text) => !after.includes(text)).map((text) => `- ${text}`),
    ...after.filter((text) => !before.includes(text)).map((text) => `+ ${text}`),
  ];
}
