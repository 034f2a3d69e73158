import type { BaselineInput } from "../../../templates/baseline/index.js";

export const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHPyzXKUV5W2bFDu9UqT4KrCyWT0W44U4yBBCZcUuLb1 ada@laptop";

/** A baseline with something of everything, but for what is given. */
export const baselineInput = (more: Partial<BaselineInput> = {}): BaselineInput => ({
  user: "fleet",
  keys: [KEY],
  docker: true,
  caddy: true,
  packages: ["restic"],
  users: { ada: { keys: [KEY], sudo: ["/usr/bin/systemctl restart caddy", "/usr/bin/id a=b,c:d\\e"], docker: false } },
  open: [
    { port: 8443, protocol: "tcp" },
    { port: 5432, protocol: "tcp", from: "10.120.0.0/20" },
  ],
  tailscale: true,
  fail2ban: { maxRetry: 5, findSeconds: 600, banSeconds: 3600 },
  reboot: "04:00",
  journal: { bytes: 500 * 2 ** 20, seconds: 30 * 86_400 },
  timezone: "Europe/Berlin",
  ...more,
});
