import { type Part, quoted } from "./part.js";

export const SCRIPT_PATH = "/usr/local/lib/fleet/baseline";

/**
 * The script that makes a host what the baseline says, from whatever it is: at first boot and whenever the baseline has changed. It holds
 * all that is to be done, so that a change in that is a change of a file.
 */
export function baselineScript(parts: Part[]): string {
  const packages = [...new Set(parts.flatMap((part) => part.packages ?? []))].sort();
  const steps = parts.filter(({ apply }) => apply !== undefined && apply.length > 0);
  return `#!/bin/sh
# Makes this host what the fleet's baseline says. Can be run any number of times, as root.
set -eu
export DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
umask 022

# What services have taken up since the host started.
taken=/run/fleet/taken-up
mkdir -p "$taken"
sum() { cat -- "$@" 2>/dev/null | sha256sum; }
mark() { printf '%s/%s' "$taken" "$(printf '%s' "$*" | sha256sum | cut -c1-16)"; }
changed() { [ "$(cat "$(mark "$@")" 2>/dev/null)" != "$(sum "$@")" ]; }
taken_up() { sum "$@" > "$(mark "$@")"; }

is_installed() { [ "$(dpkg-query -W -f='\${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
install_packages() {
  missing=
  for package in "$@"; do is_installed "$package" || missing="$missing $package"; done
  [ -n "$missing" ] || return 0
  apt-get -q -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 update
  apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 \\
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold install --no-install-recommends $missing
}
install_packages ${packages.map(quoted).join(" ")}

${steps.map(({ name, apply }) => `${name}() {\n${apply!.map((line) => `  ${line}\n`).join("")}}`).join("\n\n")}

${steps.map(({ name }) => `(set -e; ${name})`).join("\n")}
`;
}
