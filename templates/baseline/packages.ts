import type { BaselineInput, Part } from "./part.js";

/** What everything else here is made with. */
export const packages = ({ packages }: BaselineInput): Part => ({
  name: "packages",
  packages: ["ca-certificates", "curl", "python3", "sudo", "openssh-server", ...packages],
});
