import * as pulumi from "@pulumi/pulumi";

/** How files and commands reach the host itself, by ssh, as a user that may use sudo without a password. */
export interface HostAccess {
  /**
   * Environment of the scripts in templates/hosts: `FLEET_HOST`, `ssh://user@address:port`, and `FLEET_SSH_OPTIONS`, options of
   * ssh as JSON. Unknown until the host is made.
   */
  environment: Record<string, pulumi.Input<string>>;
  /** Options of everything that lives on the host: what has to be there first, and what it is replaced with. */
  opts: pulumi.CustomResourceOptions;
}

/** Options of something on a host: its own over those of the host. */
export const onHost = (host: HostAccess, opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions =>
  pulumi.mergeOptions(host.opts, opts);
