import type { BaselineInput, Part } from "./part.js";

const CONFIG = "/etc/docker/daemon.json";

/**
 * Docker. Containers outlive its daemon (`live-restore`), so that an upgrade of it stops none; what a container prints cannot fill the
 * disk. Its settings are merged: what else a host has there stays.
 */
export const docker = ({ docker }: BaselineInput): Part => ({
  name: "docker",
  ...(docker && {
    packages: ["docker.io"],
    files: {
      [CONFIG]: {
        policy: "merge",
        text: `${JSON.stringify({ "live-restore": true, "log-driver": "json-file", "log-opts": { "max-size": "20m", "max-file": "3" } }, null, 2)}\n`,
      },
    },
    // Older daemons cannot look at a file without taking it up.
    checks: [
      `! command -v dockerd >/dev/null || ! dockerd --help | grep -q -- --validate || dockerd --validate --config-file "$1${CONFIG}"`,
    ],
    apply: [
      // From Debian 13 on the docker command is a package of its own.
      "command -v docker >/dev/null || install_packages docker-cli",
      `was=$(systemctl is-active docker || true)`,
      "systemctl enable --now docker",
      // A reload, never a restart: what it does not take up it finds when it starts next.
      `if [ "$was" = active ] && changed ${CONFIG}; then systemctl reload docker; fi`,
      `taken_up ${CONFIG}`,
    ],
    probe: "systemctl is-active --quiet docker",
  }),
});
