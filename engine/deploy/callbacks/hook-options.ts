import aliasProto from "@pulumi/pulumi/proto/alias_pb.js";
import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import type { ResourceState } from "../../state/types.js";

/** When a hook runs, as the checkpoint and the registration name it. */
export const HOOK_KINDS = [
  "BeforeCreate",
  "AfterCreate",
  "BeforeUpdate",
  "AfterUpdate",
  "BeforeDelete",
  "AfterDelete",
  "OnError",
] as const;
export type HookKind = (typeof HOOK_KINDS)[number];
/** Names of hooks, by when they run. Kinds without any are left out. */
export type HookNames = Partial<Record<HookKind, string[]>>;

type Binding = resourceProto.RegisterResourceRequest.ResourceHooksBinding;

export function decodeHooks(binding: Binding | undefined): HookNames | undefined {
  if (binding === undefined) return undefined;
  const all: Required<HookNames> = {
    BeforeCreate: binding.getBeforeCreateList(),
    AfterCreate: binding.getAfterCreateList(),
    BeforeUpdate: binding.getBeforeUpdateList(),
    AfterUpdate: binding.getAfterUpdateList(),
    BeforeDelete: binding.getBeforeDeleteList(),
    AfterDelete: binding.getAfterDeleteList(),
    OnError: binding.getOnErrorList(),
  };
  const some = Object.entries(all).filter(([, names]) => names.length > 0);
  return some.length > 0 ? (Object.fromEntries(some) as HookNames) : undefined;
}

/** The setters that the bindings of registrations and of remote components have in common. */
type BindingSetters = { [Kind in HookKind as `set${Kind}List`]: (names: string[]) => unknown };

/** Puts names of hooks into a message, and gives it back. */
export function bindHooks<T extends BindingSetters>(binding: T, names: HookNames): T {
  for (const kind of HOOK_KINDS) binding[`set${kind}List`](names[kind] ?? []);
  return binding;
}

function encodeHooks(names: HookNames | undefined): Binding | undefined {
  return names && bindHooks(new resourceProto.RegisterResourceRequest.ResourceHooksBinding(), names);
}

/** A resource's options as hooks get to see them. */
export function hookOptions(state: ResourceState | undefined): resourceProto.ResourceOptions | undefined {
  if (state === undefined) return undefined;
  const options = new resourceProto.ResourceOptions()
    .setDependsOnList(state.dependencies)
    .setIgnoreChangesList(state.ignoreChanges ?? [])
    .setReplaceOnChangesList(state.replaceOnChanges ?? [])
    .setProvider(state.provider ?? "")
    .setDeletedWith(state.deletedWith ?? "")
    .setImport(state.importID ?? "")
    .setHideDiffList(state.hideDiff ?? [])
    .setReplaceWithList(state.replaceWith ?? [])
    .setHooks(encodeHooks(state.resourceHooks))
    .setParent(state.parent ?? "")
    .setAliasesList((state.aliases ?? []).map((urn) => new aliasProto.Alias().setUrn(urn)))
    .setAdditionalSecretOutputsList(state.additionalSecretOutputs ?? [])
    .setProtect(state.protect === true)
    .setRetainOnDelete(state.retainOnDelete === true);
  const { create, update, delete: remove, read } = state.customTimeouts ?? {};
  if (create || update || remove || read) {
    const timeouts = new resourceProto.RegisterResourceRequest.CustomTimeouts()
      .setCreate(duration(create))
      .setUpdate(duration(update))
      .setDelete(duration(remove))
      .setRead(duration(read));
    options.setCustomTimeouts(timeouts);
  }
  return options;
}

/** Seconds as Go writes durations, `1h30m0s`. */
export function duration(seconds: number | undefined): string {
  if (!seconds) return "";
  if (seconds < 1e-3) return `${Number((seconds * 1e6).toFixed(3))}µs`;
  if (seconds < 1) return `${Number((seconds * 1e3).toFixed(6))}ms`;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = Number((seconds % 60).toFixed(9));
  return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${rest}s`;
}
