import type { BaselineInput, Part } from "./part.js";

const CONFIG = "/etc/apt/apt.conf.d/52fleet-upgrades";

/** Security upgrades install themselves. */
export const upgrades = ({ reboot }: BaselineInput): Part => ({
  name: "upgrades",
  packages: ["unattended-upgrades"],
  files: {
    [CONFIG]: {
      text: `${[
        'APT::Periodic::Update-Package-Lists "1";',
        'APT::Periodic::Unattended-Upgrade "1";',
        'APT::Periodic::AutocleanInterval "7";',
        `Unattended-Upgrade::Automatic-Reboot "${reboot !== false}";`,
        ...(reboot === false ? [] : [`Unattended-Upgrade::Automatic-Reboot-Time "${reboot}";`]),
      ].join("\n")}\n`,
    },
  },
  checks: [`APT_CONFIG="$1${CONFIG}" apt-config dump >/dev/null`],
  apply: ["systemctl enable --now apt-daily.timer apt-daily-upgrade.timer >/dev/null 2>&1"],
  probe: "systemctl is-enabled --quiet apt-daily-upgrade.timer",
});
