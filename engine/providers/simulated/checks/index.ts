import { ProviderError, type ResourceCall } from "../../../provider.js";
import type { PropertyMap } from "../../../values.js";
import type { Held, Vendor } from "./account.js";
import { cloudflare } from "./cloudflare.js";
import { digitalocean } from "./digitalocean.js";

export type { Vendor } from "./account.js";

const VENDORS: Record<string, Vendor> = { cloudflare, digitalocean };

/** What is known of a package's vendor beside its schema; undefined for most. */
export const vendorOf = (pkg: string): Vendor | undefined => VENDORS[pkg];

/** An account at a vendor: what a run has made in it, or come by in the state. It is in memory only, and forgotten with the run. */
export class Account {
  readonly #held = new Map<string, Held>();

  constructor(private readonly vendor: Vendor) {}

  /** There is an object. */
  note({ urn, type }: ResourceCall, id: string, inputs: PropertyMap): void {
    if (id !== "") this.#held.set(`${type} ${id}`, { urn, type, id, inputs });
  }

  forget({ type }: ResourceCall, id: string): void {
    this.#held.delete(`${type} ${id}`);
  }

  /** @throws ProviderError, marked as simulated, for what the vendor would not make */
  admit({ type }: ResourceCall, inputs: PropertyMap): void {
    const refusal = this.vendor.refuses(type, inputs, [...this.#held.values()]);
    if (refusal) throw new ProviderError(`simulated ${this.vendor.name}: ${refusal.message}`, refusal.fix);
  }
}
