import type { Provider, ProviderContext, ProviderFactory } from "../../provider.js";

/** What the engine may ask of a provider before its first call. */
export type ProviderTraits = Pick<Provider, "package" | "acceptsSecrets" | "supportsPreview">;

/**
 * A provider whose module is loaded at its first call: most runs need not pay for the libraries of providers that their stack
 * does not use. The traits must be the real provider's; a difference is a bug and fails the first call.
 */
export function lazyProvider(traits: ProviderTraits, load: () => Promise<ProviderFactory>): ProviderFactory {
  const make = (context?: ProviderContext): Provider => {
    let loading: Promise<Provider> | undefined;
    const real = (): Promise<Provider> => {
      loading ??= load().then((factory) => same(traits, factory(context)));
      return loading;
    };
    return {
      ...traits,
      checkConfig: async (request) =>
        (await (await real()).checkConfig?.(request)) ?? { inputs: request.news, failures: [] },
      diffConfig: async (request) => (await (await real()).diffConfig?.(request)) ?? { changes: "unknown" },
      configure: async (args) => (await real()).configure(args),
      check: async (request) => (await real()).check(request),
      diff: async (request) => (await real()).diff(request),
      create: async (request) => (await real()).create(request),
      update: async (request) => (await real()).update(request),
      read: async (request) => (await real()).read(request),
      delete: async (request) => (await real()).delete(request),
      invoke: async (token, args) => {
        const provider = await real();
        if (provider.invoke) return provider.invoke(token, args);
        const reason = `the ${traits.package} provider of this engine has no function ${token}`;
        return { result: {}, failures: [{ property: "", reason }] };
      },
      recover: async (request) => (await real()).recover?.(request),
      // What was never loaded has nothing to end.
      cancel: async () => (await loading)?.cancel?.(),
      close: async () => (await loading)?.close?.(),
    };
  };
  return Object.assign(make, { preload: load });
}

function same(traits: ProviderTraits, provider: Provider): Provider {
  for (const key of ["package", "acceptsSecrets", "supportsPreview"] as const) {
    if ((provider[key] ?? false) !== (traits[key] ?? false)) {
      throw new Error(`lazy provider ${traits.package} declares ${key} other than the provider itself`);
    }
  }
  return provider;
}
