import { LOADER, LOADER_PATH } from "../hosts/loader.mjs";
import type { BaselineInput, Part } from "./part.js";

/** Its members are those whom a baseline has made: who is not declared any more is shut out, and nobody else. */
const GROUP = "fleet-users";
const SUDOERS = "/etc/sudoers.d/50-fleet";
/** Of root, so that nobody lets himself in again who was taken out. */
export const KEYS_FOLDER = "/etc/ssh/fleet-keys";

/**
 * The users, their keys, and what each may do as root: the fleet's own user runs one program, others the commands that are listed.
 * Who is taken out of the list can log in no more; the home folder stays.
 */
export const users = ({ user, keys, users, docker }: BaselineInput): Part => {
  const all = Object.entries({ ...users, [user]: { keys, sudo: [], docker: true } });
  return {
    name: "users",
    files: {
      [LOADER_PATH]: { text: `#!/usr/bin/python3 -I\n${LOADER}`, mode: "0755" },
      [SUDOERS]: { text: sudoers(user, users), mode: "0440" },
      ...Object.fromEntries(
        all
          .filter(([, { keys }]) => keys.length > 0)
          .map(([name, { keys }]) => [`${KEYS_FOLDER}/${name}`, { text: `${keys.join("\n")}\n` }]),
      ),
    },
    checks: [`! command -v visudo >/dev/null || visudo -q -c -f "$1${SUDOERS}"`],
    apply: [
      `getent group ${GROUP} >/dev/null || groupadd --system ${GROUP}`,
      ...all.flatMap(([name, { docker: mayDocker }]) => [
        `id -u ${name} >/dev/null 2>&1 || useradd --create-home --shell /bin/bash ${name}`,
        // The fleet's user may have been there before: it is never shut out.
        ...(name === user ? [] : [`usermod --append --groups ${GROUP} --expiredate '' ${name}`]),
        ...(docker && mayDocker ? [`usermod --append --groups docker ${name}`] : []),
        ...(mayDocker ? [] : [`! id -nG ${name} | grep -qw docker || gpasswd --delete ${name} docker >/dev/null`]),
      ]),
      `for name in $(getent group ${GROUP} | cut -d: -f4 | tr , ' '); do`,
      `  case " ${Object.keys(users).join(" ")} " in *" $name "*) continue ;; esac`,
      `  usermod --expiredate 1 "$name"`,
      `  ! id -nG "$name" | grep -qw docker || gpasswd --delete "$name" docker >/dev/null`,
      `  gpasswd --delete "$name" ${GROUP} >/dev/null`,
      `  pkill -KILL -u "$name" || true`,
      "done",
    ],
    probe: [
      "true",
      ...all.map(([name, { docker: mayDocker }]) =>
        mayDocker
          ? docker
            ? `id -nG ${name} | grep -qw docker`
            : `id -u ${name}`
          : `! { id -nG ${name} | grep -qw docker; }`,
      ),
    ].join(" && "),
  };
};

function sudoers(user: string, users: BaselineInput["users"]): string {
  const may = (name: string, commands: string[]) => `${name} ALL=(root) NOPASSWD: ${commands.join(", ")}`;
  const lines = Object.entries(users)
    .filter(([, { sudo }]) => sudo.length > 0)
    .map(([name, { sudo }]) => may(name, sudo.map(escaped)));
  // "" allows no argument. What was begun goes on to its end when the connection breaks, which it does not behind a terminal of sudo's.
  return `${[`Defaults:${user} !use_pty`, may(user, [`${LOADER_PATH} ""`]), ...lines].join("\n")}\n`;
}

/** What means something to sudoers in a command and its arguments. */
const escaped = (command: string) => command.replace(/[\\,:=]/g, (letter) => `\\${letter}`);
