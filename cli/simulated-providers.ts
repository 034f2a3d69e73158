import type { ProviderFactory } from "../engine/index.js";
import { builtinProviders, simulatedProvider } from "../engine/providers/index.js";

/** Everything but what only computes: random values and keys are as good as real ones. */
export function simulatedProviders(): Record<string, ProviderFactory> {
  const packages = Object.keys(builtinProviders).filter((name) => name !== "random" && name !== "tls");
  const simulated = ["cloudflare", "digitalocean", "libvirt", ...packages].map((name) => [
    name,
    simulatedProvider(name),
  ]);
  return { ...builtinProviders, ...Object.fromEntries(simulated) };
}
