import { EngineError } from "../../errors.js";
import { envVarMappings, specFromInputs } from "../../plugins/package-spec.js";
import type { PluginHost, PluginHostOptions } from "../../plugins/plugin-host.js";
import { prefersPlugin } from "../../plugins/preference.js";
import type { Provider, ProviderContext, ProviderFactory } from "../../provider.js";
import type { PropertyMap } from "../../values.js";
import { packageOf } from "../goals/urn.js";

/**
 * Decides what serves a package: the engine's own provider where it has one, unless the user wants the plugin; else the plugin.
 * Without options for plugins there are only the engine's own.
 */
export class ProviderLoader {
  #host: Promise<PluginHost> | undefined;
  #rootUrn = "";

  constructor(
    private readonly factories: Record<string, ProviderFactory>,
    private readonly context: ProviderContext,
    private readonly plugins: PluginHostOptions | undefined,
  ) {}

  /** A provider for a provider resource, not configured yet. */
  async load(urn: string, type: string, inputs: PropertyMap): Promise<Provider> {
    const pkg = packageOf(type);
    const { plugins } = this;
    const spec = specFromInputs(pkg, inputs, urn);
    const factory = this.factories[pkg];
    if (factory !== undefined && !(plugins && prefersPlugin(spec, plugins.project, plugins.env)))
      return factory(this.context);
    if (plugins !== undefined) {
      const host = await this.#plugins(plugins);
      const provider = await host.load(spec, envVarMappings(inputs));
      if (provider !== undefined) return provider;
    }

    const own = Object.keys(this.factories).filter((name) => name !== "pulumi");
    const known = own.sort().join(", ");
    const wanted = `pulumi-resource-${spec.name}`;
    const what = `the hermetic engine has no provider for package "${pkg}" of its own (it has ${known})`;
    if (this.plugins === undefined)
      throw new EngineError(`${urn}: ${what}, and plugins are not started here`, undefined, 1);
    const version = spec.version === undefined ? "" : ` v${spec.version}`;
    const server = spec.downloadUrl === undefined ? "" : ` --server ${spec.downloadUrl}`;
    throw new EngineError(
      `${urn}: ${what}, and there is no plugin ${wanted}${version} in Pulumi.yaml, on PATH, among the bins of npm packages or in the plugin cache`,
      `get it with \`pulumi plugin install resource ${spec.name}${version}${server}\`, with an npm package that brings ${wanted}, or name its folder under plugins.providers in Pulumi.yaml`,
      1,
    );
  }

  /** Plugins speak gRPC, which is not loaded for a run without them. */
  #plugins(options: PluginHostOptions): Promise<PluginHost> {
    this.#host ??= import("../../plugins/plugin-host.js").then(({ PluginHost }) => {
      const host = new PluginHost(options);
      host.rootUrn = this.#rootUrn;
      return host;
    });
    return this.#host;
  }

  /** Told once the program has registered its root stack. */
  set rootUrn(urn: string) {
    this.#rootUrn = urn;
    void this.#host?.then((host) => {
      host.rootUrn = urn;
    });
  }

  /** On the second Ctrl-C. */
  async cancel(): Promise<void> {
    (await this.#host)?.cancel();
  }

  /** Ends all plugins. */
  async close(): Promise<void> {
    await (await this.#host)?.close();
  }
}
