import { findManifest } from "../../project/manifest.js";
import type { Project } from "../../project/project.js";
import type { ProviderFactory } from "../../provider.js";

/** Loads the providers whose SDKs the program's package.json names: those that the program is likely to ask for. */
export function preloadProviders(factories: Record<string, ProviderFactory>, { programDir }: Project): void {
  for (const name of Object.keys(findManifest(programDir)?.content.dependencies ?? {})) {
    const pkg = /^@pulumi\/([\w-]+)$/.exec(name)?.[1] ?? "";
    // What fails is told by the provider's first call.
    if (Object.hasOwn(factories, pkg)) factories[pkg]?.preload?.().catch(() => undefined);
  }
}
