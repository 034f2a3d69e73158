import type { BaselineInput, Part } from "./part.js";

/** Caddy as a service of the host, from the distribution. What it serves is the edge's to say. */
export const caddy = ({ caddy }: BaselineInput): Part => ({
  name: "caddy",
  ...(caddy && {
    packages: ["caddy"],
    apply: ["systemctl enable --now caddy"],
    probe: "systemctl is-active --quiet caddy",
  }),
});
