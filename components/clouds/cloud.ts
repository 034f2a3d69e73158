import type * as pulumi from "@pulumi/pulumi";
import type { CloudSpec, SharedCloud } from "../../spec/index.js";
import { loadKind } from "../modules.js";
import type { SharedStack } from "../shared.js";
import type { Transform } from "../transform.js";

/** A place in which machines are made: of this stack, or of another one. */
export interface Cloud extends pulumi.ComponentResource {
  /** Name of the entry in `fleet:clouds`. */
  readonly entry: string;
  /** Tags of every machine in it. */
  readonly tags: string[];
  /** Whether it has a project; undefined where only another stack knows. */
  readonly hasProject: boolean | undefined;
  /** What machines need to know of it, here and in other stacks. */
  readonly shareable: pulumi.Output<SharedCloud>;
}

export interface CloudArgs {
  spec: CloudSpec;
  /** Name of the stack. */
  stack: string;
  /** The stacks of `fleet:shared`. */
  shared: Record<string, SharedStack>;
  /** Applied to every child, whose name tells which one it is. */
  transform?: Transform<object>;
}

/** A provider's clouds: makes one of an entry of `fleet:clouds`. */
export type CloudKind = new (name: string, args: CloudArgs, opts?: pulumi.ComponentResourceOptions) => Cloud;

/** The clouds of the provider that `provider:` names. */
export const loadCloudKind = (provider: CloudSpec["provider"]) =>
  loadKind<CloudKind>(import.meta.url, "kinds", provider);
