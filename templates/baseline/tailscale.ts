import type { BaselineInput, Part } from "./part.js";

const KEYRING = "/usr/share/keyrings/tailscale-archive-keyring.gpg";
const REPOSITORY = "https://pkgs.tailscale.com/stable";

/** Tailscale, from its own repository. It joins later: see {@link joinTailscale}. */
export const tailscale = ({ tailscale }: BaselineInput): Part => ({
  name: "tailscale",
  ...(tailscale && {
    apply: [
      "if ! command -v tailscale >/dev/null; then",
      "  . /etc/os-release",
      `  curl -fsSL --retry 3 "${REPOSITORY}/$ID/$VERSION_CODENAME.noarmor.gpg" -o ${KEYRING}`,
      `  echo "deb [signed-by=${KEYRING}] ${REPOSITORY}/$ID $VERSION_CODENAME main" > /etc/apt/sources.list.d/tailscale.list`,
      "  install_packages tailscale",
      "fi",
      "systemctl enable --now tailscaled",
    ],
    probe: "systemctl is-active --quiet tailscaled",
  }),
});

/** Where the key lies by which a host joins; root's only. */
export const TAILSCALE_KEY = "/etc/fleet/tailscale.key";

/** Commands by which a host joins its network, or takes another name there. The key stands on no command line. */
export function joinTailscale(hostname: string): string[] {
  return [
    `if tailscale status >/dev/null 2>&1; then tailscale set --hostname=${hostname}; ` +
      `else tailscale up --timeout=60s --auth-key=file:${TAILSCALE_KEY} --hostname=${hostname}; fi`,
  ];
}
