import type { ProviderFactory } from "../provider.js";
import { commandProvider } from "./command/index.js";
import { randomProvider } from "./random/index.js";
import { lazyProvider } from "./shared/lazy.js";
import { tlsProvider } from "./tls/index.js";

export { simulatedProvider } from "./simulated/index.js";

/** The providers that run in the engine's own process and do the real thing, by package. */
export const builtinProviders: Record<string, ProviderFactory> = {
  command: commandProvider,
  // Its client library alone takes a second to load.
  docker: lazyProvider(
    { package: "docker", supportsPreview: true },
    async () => (await import("./docker/index.js")).dockerProvider,
  ),
  random: randomProvider,
  tls: tlsProvider,
};
