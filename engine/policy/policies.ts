import { resolve } from "node:path";
import type analyzerProto from "@pulumi/pulumi/proto/analyzer_pb.js";
import { RunEnding } from "../deploy/execution/executor.js";
import type { Goal } from "../deploy/goals/goal.js";
import { ROOT_STACK_TYPE } from "../deploy/goals/urn.js";
import { markSecretsLike } from "../deploy/properties/property-tools.js";
import type { EngineEvent } from "../events.js";
import type { ResourceState } from "../state/types.js";
import type { PropertyMap } from "../values.js";
import { fromStruct } from "../wire.js";
import { PolicyPack } from "./pack.js";
import { readPackConfig } from "./pack-config.js";
import { openPack } from "./pack-project.js";
import type { PolicyInfo, PolicyPackOptions, PolicySummary, PolicyViolation } from "./types.js";
import { analyzeRequest, levelOf, type ProviderFacts, severityOf, stackResource } from "./wire.js";

const DEFAULT_TIMEOUT_SECONDS = 120;

export interface PoliciesContext {
  project: string;
  stack: string;
  preview: boolean;
  /** `ns:name` to text, secrets in clear. */
  config: Record<string, string>;
  secretKeys: string[];
  /** Folder that relative asset paths are taken from. */
  programDir: string;
  onEvent: (event: EngineEvent) => void;
  /** Aborted when nothing new may start: to look at something changes nothing, so nobody waits for it. */
  signal: AbortSignal;
}

/** A resource at the end of a run. */
export interface Finished {
  state: ResourceState;
  goal: Goal | undefined;
  provider: ProviderFacts | undefined;
}

/** The policy packs of a run. */
export class Policies {
  readonly #packs: PolicyPack[];
  /** Resolves when all packs run and have their config. Rejects with an EngineError. */
  readonly ready: Promise<void>;

  private constructor(
    packs: PolicyPack[],
    private readonly context: PoliciesContext,
  ) {
    this.#packs = packs;
    this.ready = this.#start();
    // Whoever needs them awaits it and hears of it.
    this.ready.catch(() => undefined);
  }

  /**
   * Starts the packs' processes; `ready` says when they can be asked. Rejects with an EngineError if a folder is no pack, or a
   * config file cannot be read: then nothing was started.
   */
  static async start(options: PolicyPackOptions[], context: PoliciesContext): Promise<Policies> {
    const found = await Promise.all(
      options.map(async ({ dir, config, timeoutSeconds }) => ({
        project: await openPack(resolve(dir)),
        config: config === undefined ? undefined : await readPackConfig(resolve(config)),
        timeoutSeconds: timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
      })),
    );
    const { secretKeys, signal } = context;
    const packs = found.map(({ project, config, timeoutSeconds }) => {
      context.onEvent({ kind: "policy-load" });
      return new PolicyPack(project, context, { config, timeoutSeconds, secretKeys, signal });
    });
    return new Policies(packs, context);
  }

  async #start(): Promise<void> {
    await Promise.all(this.#packs.map((pack) => pack.start()));
    for (const { name, version, policies } of this.#packs)
      this.context.onEvent({ kind: "pack-ready", pack: name, packVersion: version, policies });
    for (const message of this.#packs.flatMap(({ warnings }) => warnings))
      this.context.onEvent({ kind: "diagnostic", severity: "warning", message });
  }

  /** Awaits `ready`, but not once the run is being cancelled. */
  async started(): Promise<void> {
    await this.ready.catch((error: unknown) => {
      if (!(error instanceof RunEnding)) throw error;
    });
  }

  /** Pack name to version. */
  versions(): Record<string, string> {
    return Object.fromEntries(this.#packs.map(({ name, version }) => [name, version]));
  }

  /** Lets the packs change what is about to be asked of a provider, one after the other. `quiet`: it was told before. */
  async remediate(
    goal: Goal,
    checked: PropertyMap,
    former: string | undefined,
    provider: ProviderFacts | undefined,
    quiet = false,
  ): Promise<PropertyMap> {
    await this.ready;
    const onEvent = quiet ? () => {} : this.context.onEvent;
    let inputs = checked;
    for (const pack of this.#packs) {
      const response = await pack.remediate(analyzeRequest(goal, inputs, former, provider, true));
      for (const result of response.getRemediationsList()) {
        const source = {
          policy: result.getPolicyname(),
          pack: result.getPolicypackname(),
          packVersion: pack.version || result.getPolicypackversion(),
          urn: goal.urn,
        };
        const diagnostic = result.getDiagnostic();
        if (diagnostic !== "") {
          onEvent({ kind: "policy-violation", level: "advisory", message: diagnostic, ...source });
          continue;
        }
        const before = inputs;
        // What was secret stays so: a policy that builds its inputs anew loses the marks.
        inputs = markSecretsLike(before, fromStruct(result.getProperties(), this.context.programDir));
        onEvent({ kind: "policy-remediation", before, after: inputs, ...source });
      }
      const found = response.getRemediationsList().map((result) => result.getPolicyname());
      onEvent({ kind: "policy-summary", ...summary("remediate", pack, found, response, goal.urn) });
    }
    return inputs;
  }

  /** Looks at a resource before anything is done about it. Gives the mandatory violations. */
  async analyze(
    goal: Goal,
    inputs: PropertyMap,
    former: string | undefined,
    provider: ProviderFacts | undefined,
  ): Promise<PolicyViolation[]> {
    await this.ready;
    const request = analyzeRequest(goal, inputs, former, provider, false);
    const found = await Promise.all(
      this.#packs.map(async (pack) =>
        this.#tell(pack, "analyze", await pack.analyze(request), () => goal.urn, goal.urn),
      ),
    );
    return found.flat();
  }

  /** Looks at the stack as the run has left it. Gives the mandatory violations. */
  async analyzeStack(resources: Finished[]): Promise<PolicyViolation[]> {
    await this.ready;
    const { stack, project } = this.context;
    const root = `urn:pulumi:${stack}::${project}::${ROOT_STACK_TYPE}::${project}-${stack}`;
    const known = new Set(resources.map(({ state }) => state.urn));
    const message = resources.map(({ state, goal, provider }) => stackResource(state, goal, provider));
    const found = await Promise.all(
      this.#packs.map(async (pack) =>
        this.#tell(pack, "stack", await pack.analyzeStack(message), (urn) => (known.has(urn) ? urn : root)),
      ),
    );
    return found.flat();
  }

  #tell(
    pack: PolicyPack,
    phase: "analyze" | "stack",
    response: analyzerProto.AnalyzeResponse,
    urnOf: (named: string) => string,
    urn?: string,
  ): PolicyViolation[] {
    const diagnostics = response.getDiagnosticsList();
    const violations = diagnostics.map((diagnostic): PolicyViolation => {
      const policy = diagnostic.getPolicyname();
      const level = levelOf(diagnostic.getEnforcementlevel());
      return {
        policy,
        pack: diagnostic.getPolicypackname(),
        packVersion: pack.version || diagnostic.getPolicypackversion(),
        urn: urnOf(diagnostic.getUrn()),
        // What a remediation leaves is no less wrong than what nothing was done about.
        level: level === "advisory" ? "advisory" : "mandatory",
        severity: severityOf(diagnostic.getSeverity()) ?? pack.policies.find(({ name }) => name === policy)?.severity,
        message: diagnostic.getMessage(),
      };
    });
    for (const violation of violations) this.context.onEvent({ kind: "policy-violation", ...violation });
    const names = violations.map(({ policy }) => policy);
    this.context.onEvent({ kind: "policy-summary", ...summary(phase, pack, names, response, urn) });
    return violations.filter(({ level }) => level === "mandatory");
  }

  /** Ends the packs' processes. */
  async close(): Promise<void> {
    await Promise.all(this.#packs.map((pack) => pack.close()));
  }
}

function summary(
  phase: PolicySummary["phase"],
  { name, version, policies }: PolicyPack,
  found: string[],
  response: { getNotApplicableList(): analyzerProto.PolicyNotApplicable[] },
  urn?: string,
): PolicySummary {
  const silent = new Set([...found, ...response.getNotApplicableList().map((policy) => policy.getPolicyName())]);
  const looks = ({ kind, level }: PolicyInfo) =>
    (kind ?? (phase === "stack" ? "stack" : "resource")) === (phase === "stack" ? "stack" : "resource") &&
    level !== "disabled";
  return {
    phase,
    ...(urn !== undefined && { urn }),
    pack: name,
    packVersion: version,
    passed: policies.filter((policy) => looks(policy) && !silent.has(policy.name)).map((policy) => policy.name),
    failed: [...new Set(found)].sort(),
  };
}
