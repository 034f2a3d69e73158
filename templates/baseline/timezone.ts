import type { BaselineInput, Part } from "./part.js";

export const timezone = ({ timezone }: BaselineInput): Part => ({
  name: "timezone",
  packages: ["tzdata"],
  checks: [
    `! [ -d /usr/share/zoneinfo ] || [ -f /usr/share/zoneinfo/${timezone} ] || { echo "there is no time zone ${timezone}"; exit 1; }`,
  ],
  apply: [
    `[ -f /usr/share/zoneinfo/${timezone} ] || { echo "there is no time zone ${timezone}"; exit 1; }`,
    `ln -sfn /usr/share/zoneinfo/${timezone} /etc/localtime`,
    `echo ${timezone} > /etc/timezone`,
  ],
  probe: `[ "$(readlink -f /etc/localtime)" = "$(readlink -f /usr/share/zoneinfo/${timezone})" ]`,
});
