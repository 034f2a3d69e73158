import type * as pulumi from "@pulumi/pulumi";

/**
 * An adjustment of one child of a component: properties that are laid over the child's own, or a function that changes the
 * child's arguments and options in place before the child is made.
 */
export type Transform<Args> = Partial<Args> | ((args: Args, opts: pulumi.CustomResourceOptions, name: string) => void);

/** Applies a transform, if there is one. Gives the arguments of the child's constructor. */
export function transformed<Args extends object>(
  transform: Transform<Args> | undefined,
  name: string,
  args: Args,
  opts: pulumi.CustomResourceOptions,
): [string, Args, pulumi.CustomResourceOptions] {
  const own = { args: { ...args }, opts: { ...opts } };
  if (typeof transform === "function") transform(own.args, own.opts, name);
  else Object.assign(own.args, transform);
  return [name, own.args, own.opts];
}
