import type { Provider } from "../../../engine/provider.js";
import type { ProviderCall } from "./types.js";
import { mapValues, readable } from "./values.js";

const SILENT = new Set(["close", "cancel", "recover"]);

/** The provider, with each call written down before it is made. */
export function logged(provider: Provider, calls: ProviderCall[]): Provider {
  return new Proxy(provider, {
    get(target, key) {
      const member = Reflect.get(target, key, target);
      if (typeof member !== "function") return member;
      const method = String(key);
      if (SILENT.has(method)) return member.bind(target);
      return (...args: unknown[]) => {
        calls.push(entry(target.package, method, args));
        return member.apply(target, args);
      };
    },
  });
}

function entry(pkg: string, method: string, args: unknown[]): ProviderCall {
  const base = { method, package: pkg, name: "", urn: "", preview: false };
  if (method === "configure") return { ...base, args: readable(args[0]) };
  if (method === "invoke") return { ...base, name: String(args[0]), args: readable(args[1]) };
  const { signal, report, ...request } = args[0] as Record<string, unknown>;
  const name = typeof request.urn === "string" ? request.urn.split("::").slice(3).join("::") : "";
  return { ...base, name, ...mapValues(request, readable) };
}
