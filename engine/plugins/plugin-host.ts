import { setTimeout as sleep } from "node:timers/promises";
import type grpc from "@grpc/grpc-js";
import { childEnvironment } from "../child-environment.js";
import { EngineError } from "../errors.js";
import type { EngineEvent } from "../events.js";
import type { Project } from "../project/project.js";
import type { Provider } from "../provider.js";
import { DYNAMIC_PACKAGE, dynamicCommand, foundCommand, type PluginCommand } from "./command.js";
import { attach, connect, parameterize, shakeHands } from "./connect.js";
import { EngineServer } from "./engine-server.js";
import { locatePlugin, type PluginPlaces } from "./locate.js";
import { type PackageSpec, packageName } from "./package-spec.js";
import { PluginProcess } from "./plugin-process.js";
import { PluginProvider } from "./plugin-provider.js";
import { attachPort, isNamed } from "./preference.js";

export interface PluginHostOptions {
  project: Project;
  /** The environment that plugins are looked for in and started with. */
  env: NodeJS.ProcessEnv;
  onEvent: (event: EngineEvent) => void;
}

/** How long a plugin may take to end once it was interrupted, in milliseconds; after a second Ctrl-C, and before. */
const STOP_GRACE = { cancelled: 500, usual: 5_000 };

/** Starts the provider plugins of a run, and ends them. */
export class PluginHost {
  readonly #engine: EngineServer;
  readonly #processes = new Set<PluginProcess>();
  readonly #clients = new Set<grpc.Client>();
  readonly #places: PluginPlaces;
  readonly #starting = new Set<PluginProcess>();
  #cancelled = false;

  constructor(private readonly options: PluginHostOptions) {
    this.#engine = new EngineServer(options.onEvent);
    const { project, env } = options;
    this.#places = { project: project.providerPlugins, programDir: project.programDir, env };
  }

  /**
   * Starts a plugin and gives it as a provider that is not configured yet. `mappings`: see envVarMappings. Undefined if there is no
   * such plugin; throws EngineError if it does not start.
   */
  async load(spec: PackageSpec, mappings: Record<string, string>): Promise<Provider | undefined> {
    const label = `pulumi-resource-${spec.name}`;
    const port = attachPort(spec.name, this.options.env);
    if (port !== undefined) return this.#attached(spec, label, port);
    const command = await this.#command(spec);
    if (command === undefined) return undefined;
    if (this.#cancelled) throw new Error(`the plugin ${label} was not started: the run was cancelled`);
    const address = await this.#engine.address();
    const started = this.#start(spec, label, command, address, mappings);
    const obituary = () => this.#obituary(started);
    this.#starting.add(started);
    try {
      const gone = started.closed.then(() => Promise.reject(new Error("it ended")));
      const client = await Promise.race([this.#connect(await started.port), gone]);
      const features = await shakeHands(client, address, command.path);
      await this.#parameterize(client, spec, label);
      const close = () => started.stop();
      const root = this.options.project.programDir;
      return new PluginProvider(packageName(spec), { client, label, obituary, close }, features, root);
    } catch (error) {
      const why = await obituary();
      await started.stop(STOP_GRACE.cancelled);
      if (error instanceof EngineError || this.#cancelled) throw error;
      throw new EngineError(
        why ?? `the plugin ${label} does not answer: ${(error as Error).message}${started.lastWords}`,
        undefined,
        1,
      );
    } finally {
      this.#starting.delete(started);
    }
  }

  async #attached(spec: PackageSpec, label: string, port: number): Promise<Provider> {
    try {
      const client = await this.#connect(port);
      const address = await this.#engine.address();
      const features = await shakeHands(client, address, undefined);
      await attach(client, address);
      await this.#parameterize(client, spec, label);
      const link = { client, label, obituary: async () => undefined, close: async () => undefined };
      return new PluginProvider(packageName(spec), link, features, this.options.project.programDir);
    } catch (error) {
      throw new EngineError(
        `the plugin ${label} on port ${port}, which PULUMI_DEBUG_PROVIDERS names: ${(error as Error).message}`,
        "start it first, or take it out of PULUMI_DEBUG_PROVIDERS",
      );
    }
  }

  async #command(spec: PackageSpec): Promise<PluginCommand | undefined> {
    const { project } = this.options;
    if (spec.name === DYNAMIC_PACKAGE && !isNamed(spec, project)) return dynamicCommand(project);
    const found = await locatePlugin(spec.name, spec.version, this.#places);
    return found && foundCommand(found);
  }

  #start(
    spec: PackageSpec,
    label: string,
    command: PluginCommand,
    address: string,
    mappings: Record<string, string>,
  ): PluginProcess {
    const { project, onEvent } = this.options;
    const started = new PluginProcess({
      label,
      command: command.command,
      args: [...command.args, address],
      cwd: project.programDir,
      env: this.#environment(spec, command.env, mappings),
      onLine: (stream, line) => {
        if (command.printsForUser) onEvent({ kind: "output", stream, line });
        else if (line.trim() !== "") onEvent({ kind: "diagnostic", severity: "debug", message: `${label}: ${line}` });
      },
    });
    this.#processes.add(started);
    void started.closed.then(() => this.#processes.delete(started));
    return started;
  }

  #environment(spec: PackageSpec, own: NodeJS.ProcessEnv, mappings: Record<string, string>): NodeJS.ProcessEnv {
    const env: NodeJS.ProcessEnv = { ...childEnvironment(this.options.env), PULUMI_PROJECT: this.options.project.name };
    for (const [there, wanted] of Object.entries(mappings))
      if (this.options.env[there] !== undefined) env[wanted] = this.options.env[there];
    if (spec.name === DYNAMIC_PACKAGE)
      Object.assign(env, { PULUMI_NODEJS_PROJECT: env.PULUMI_PROJECT, PULUMI_CONFIG: "{}" });
    return { ...env, ...own };
  }

  async #connect(port: number): Promise<grpc.Client> {
    const client = await connect(port);
    this.#clients.add(client);
    return client;
  }

  async #parameterize(client: grpc.Client, spec: PackageSpec, label: string): Promise<void> {
    const { parameterization } = spec;
    if (parameterization === undefined) return;
    const name = await parameterize(client, parameterization);
    if (name === parameterization.name) return;
    throw new EngineError(
      `the plugin ${label} was asked for the package "${parameterization.name}" and serves "${name}"`,
      undefined,
      1,
    );
  }

  async #obituary(plugin: PluginProcess): Promise<string | undefined> {
    // The connection may break before the end is seen.
    await Promise.race([plugin.closed, sleep(1_000, undefined, { ref: false })]);
    return plugin.end && `the plugin ${plugin.label} ${plugin.end}${plugin.lastWords}`;
  }

  /** The URN of the root stack: components that plugins make without a parent are below it. */
  set rootUrn(urn: string) {
    this.#engine.rootUrn = urn;
  }

  /** On the second Ctrl-C: what has not started yet does not. */
  cancel(): void {
    this.#cancelled = true;
    for (const plugin of this.#starting) void plugin.stop(STOP_GRACE.cancelled);
  }

  /** Ends all plugins; resolves when they are gone. */
  async close(): Promise<void> {
    const grace = this.#cancelled ? STOP_GRACE.cancelled : STOP_GRACE.usual;
    await Promise.all([...this.#processes].map((plugin) => plugin.stop(grace)));
    for (const client of this.#clients) client.close();
    this.#engine.close();
  }
}
