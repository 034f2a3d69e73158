import { isRunning } from "./restart.js";

/** The CRM's database as its programs reach it. */
export interface TwentyDatabase {
  /** Name of PostgreSQL's container, which is its name in their network. */
  host: string;
  user: string;
  name: string;
}

/** Port of PostgreSQL in its container. */
const PORT = 5432;

/** Without the password: Twenty's start passes the URL to psql on a command line. */
export const databaseUrl = ({ host, user, name }: TwentyDatabase) => `postgres://${user}@${host}:${PORT}/${name}`;

/** libpq's password file, which psql and Twenty's driver look into where a URL has no password. */
export function passwordFile({ host, user }: TwentyDatabase, password: string): string {
  const escaped = password.replaceAll("\\", "\\\\").replaceAll(":", "\\:");
  return `${host}:${PORT}:*:${user}:${escaped}\n`;
}

/**
 * A command of the host's shell that gives a running database the password of its file: the image takes that only when it makes the
 * database. psql reads the file itself, so that the password is on no command line.
 *
 * @param file the password's file, as the container sees it.
 */
export function takeUpPassword({ host, user }: TwentyDatabase, file: string): string {
  const lines = [`\\set password \`cat ${file}\``, `ALTER ROLE ${user} PASSWORD :'password';`];
  const quoted = lines.map((line) => `'${line.replaceAll("'", `'\\''`)}'`).join(" ");
  const psql = `docker exec -i ${host} psql -X -q -v ON_ERROR_STOP=1 -U ${user} -d postgres`;
  return `if ${isRunning(host)}; then printf '%s\\n' ${quoted} | ${psql}; fi`;
}
