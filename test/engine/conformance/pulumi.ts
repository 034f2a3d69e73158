import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StepOp } from "../../../engine/events.js";
import type { DiffKind } from "../../../engine/provider.js";
import { PASSPHRASE } from "../support/crash.js";
import { type ServedProvider, serveProvider } from "../support/plugin/serve-provider.js";
import { policiesOf } from "./policies.js";
import type { Digest, LoggedEvent, ObservedStep, RawRun, RunKind, RunSettings, Session } from "./types.js";
import { mapValues, readableJson } from "./values.js";
import { type CaseWorld, isShown, STACK } from "./world.js";

const COMMANDS: Record<RunKind, string[]> = {
  preview: ["preview"],
  up: ["up", "--yes", "--skip-preview"],
  refresh: ["refresh", "--yes", "--skip-preview"],
  "preview-refresh": ["refresh", "--preview-only"],
  destroy: ["destroy", "--yes", "--skip-preview"],
  "preview-destroy": ["destroy", "--preview-only"],
};

/** The version of the `pulumi` on PATH, or undefined. */
export function pulumiVersion(): string | undefined {
  const found = spawnSync("pulumi", ["version"], {
    encoding: "utf8",
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  return found.status === 0 ? found.stdout.trim() || "of unknown version" : undefined;
}

interface Metadata {
  op: StepOp;
  urn: string;
  logical?: boolean;
  keys?: string[] | null;
  diffs?: string[] | null;
  detailedDiff?: Record<string, { diffKind: DiffKind }> | null;
  new?: { inputs?: Record<string, unknown>; outputs?: Record<string, unknown> } | null;
}

/**
 * The real engine: the `pulumi` on PATH, with the file backend in the project's folder. Providers are served over gRPC by this
 * process, so that cases can look into the cloud; what the engine starts as a plugin only tells it the port.
 */
export class PulumiSession implements Session {
  readonly #servers: ServedProvider[] = [];
  readonly #home = mkdtempSync(join(tmpdir(), "pulumi-home-"));
  #running: ChildProcess | undefined;

  private constructor(private readonly world: CaseWorld) {}

  static async open(world: CaseWorld): Promise<PulumiSession> {
    const session = new PulumiSession(world);
    const bin = join(session.#home, "test-plugins");
    mkdirSync(bin);
    for (const [name, factory] of Object.entries(world.providers)) {
      const server = await serveProvider((pkg) => (world.providers[pkg] ?? factory)(), {
        package: name,
        version: world.versions[name] ?? "1.0.0",
        // A plugin with Handshake is taken to have a part in previews.
        handshake: factory().supportsPreview !== false,
        onCall: () => {},
      });
      session.#servers.push(server);
      const script = join(bin, `pulumi-resource-${name}`);
      // It lives as long as the engine keeps its input open.
      writeFileSync(script, `#!/bin/sh\necho ${server.port}\nexec cat >/dev/null\n`);
      chmodSync(script, 0o755);
    }
    world.initStack();
    return session;
  }

  async run(kind: RunKind, settings: RunSettings): Promise<RawRun> {
    const log = join(this.#home, "events.json");
    rmSync(log, { force: true });
    const flags = ["--stack", STACK, "--non-interactive", "--color", "never", "--event-log", log];
    if (settings.refresh) flags.push("--refresh");
    if (settings.parallel !== undefined) flags.push("--parallel", String(settings.parallel));
    for (const urn of settings.targets ?? []) flags.push("--target", urn);
    for (const urn of settings.excludes ?? []) flags.push("--exclude", urn);
    for (const urn of settings.replaces ?? []) flags.push("--replace", urn);
    if (settings.targetDependents) flags.push("--target-dependents");
    if (settings.excludeDependents) flags.push("--exclude-dependents");
    if (settings.clearPendingCreates) flags.push("--clear-pending-creates");
    if (settings.excludeProtected) flags.push("--exclude-protected");
    if (settings.continueOnError) flags.push("--continue-on-error");
    if (settings.runProgram) flags.push("--run-program");
    for (const { dir, config } of settings.policyPacks ?? []) {
      flags.push("--policy-pack", dir);
      if (config !== undefined) flags.push("--policy-pack-config", config);
    }
    if (settings.digest) flags.push("--json");
    const { code, text, out } = await this.#command([...COMMANDS[kind], ...flags], settings.env);
    const lines = existsSync(log) ? readFileSync(log, "utf8").split("\n").filter(Boolean) : [];
    const raw = observe(
      lines.map((line) => JSON.parse(line) as LoggedEvent),
      code,
      // The log also has what the SDK says of each call for debugging, in clear; nobody is shown that.
      [text, ...lines.filter((line) => !line.includes('"severity":"debug"'))].join("\n"),
      kind.endsWith("refresh"),
    );
    if (settings.digest) raw.digest = JSON.parse(out) as Digest;
    // What ends the command before anything is run is told on its standard error only.
    if (code !== 0 && raw.errors.length === 0) raw.errors.push(text.trim());
    return raw;
  }

  async #command(
    args: string[],
    env: Record<string, string> = {},
  ): Promise<{ code: number; text: string; out: string }> {
    const child = spawn("pulumi", args, {
      cwd: this.world.folder,
      env: {
        ...process.env,
        PATH: `${join(this.#home, "test-plugins")}:${process.env.PATH}`,
        PULUMI_HOME: this.#home,
        PULUMI_BACKEND_URL: this.world.project.backendUrl,
        PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DEBUG_COMMANDS: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#running = child;
    let text = "";
    let out = "";
    child.stdout.on("data", (chunk) => (out += chunk));
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status) => resolve(status ?? 255));
    });
    this.#running = undefined;
    return { code, text, out };
  }

  interrupt(): void {
    this.#running?.kill("SIGINT");
  }

  async close(): Promise<void> {
    this.#running?.kill("SIGKILL");
    for (const server of this.#servers) server.close();
    rmSync(this.#home, { recursive: true, force: true });
  }
}

function observe(events: LoggedEvent[], code: number, shown: string, refreshes: boolean): RawRun {
  const told = (severity: string) =>
    events.flatMap(({ diagnosticEvent: told }) => (told?.severity === severity ? [plain(told.message)] : []));
  const failed = new Set(
    events.flatMap(({ resOpFailedEvent: event }) => (event ? [`${event.metadata.op} ${event.metadata.urn}`] : [])),
  );
  const steps = events.flatMap(({ resourcePreEvent: event }) => (event ? [step(event.metadata, failed)] : []));
  // A refresh knows only afterwards what it comes to.
  if (refreshes)
    for (const { resOutputsEvent: event } of events)
      if (event && event.metadata.op !== "refresh") steps.push({ ...step(event.metadata, failed), logical: true });
  return {
    outcome: code === 0 ? "succeeded" : "failed",
    exitCode: code,
    steps: steps.filter((item) => isShown(item.urn)),
    errors: told("error"),
    // That it found its plugins where this file has put them is no news.
    warnings: told("warning").filter((message) => !message.startsWith("using pulumi-resource-")),
    ...policiesOf(events),
    log: events.filter(({ diagnosticEvent: told }) => told?.severity !== "debug"),
    shown,
  };
}

function step(metadata: Metadata, failed: Set<string>): ObservedStep {
  const values = (map: Record<string, unknown> | undefined) =>
    map && (readableJson(map, (text) => text) as Record<string, unknown>);
  return {
    op: metadata.op,
    urn: metadata.urn,
    logical: metadata.logical === true,
    keys: [...(metadata.keys ?? [])].sort(),
    diffs: [...(metadata.diffs ?? [])].sort(),
    detailedDiff: mapValues(metadata.detailedDiff ?? {}, ({ diffKind }) => diffKind),
    failed: failed.has(`${metadata.op} ${metadata.urn}`),
    inputs: values(metadata.new?.inputs),
    outputs: values(metadata.new?.outputs),
  };
}

/** Without the colours' placeholders. */
function plain(message: string): string {
  return message.replace(/<\{%[^%]*%\}>/g, "").trim();
}
