import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker } from "./daemon.js";
import { buildImage } from "./droplet.js";

/** As PostgreSQL's own image begins: the database is made behind a socket only, then the server starts for everybody. */
const START = `#!/bin/bash
set -eu
bin=$(echo /usr/lib/postgresql/*/bin)
data=/var/lib/postgresql/fleet
if [ ! -s $data/PG_VERSION ]; then
  $bin/initdb -D $data -U "$POSTGRES_USER" --auth-local=trust --auth-host=scram-sha-256 -E UTF8 >/dev/null
  $bin/pg_ctl -D $data -w -o "-c listen_addresses=''" start >/dev/null
  [ -z "\${POSTGRES_DB:-}" ] || createdb -U "$POSTGRES_USER" "$POSTGRES_DB"
  $bin/pg_ctl -D $data -w stop >/dev/null
fi
exec $bin/postgres -D $data
`;

/** An image that behaves as the vendor's, from Debian's PostgreSQL. Slow to make the first time. */
export function postgresImage(): string {
  const build = { debian: { packages: ["postgresql"] } };
  const base = buildImage({ name: "postgres", build });
  const folder = mkdtempSync(join(tmpdir(), "fleet-postgres-"));
  try {
    writeFileSync(join(folder, "start"), START, { mode: 0o755 });
    const lines = [
      `FROM ${base}`,
      "USER root",
      "RUN install -d -o postgres -g postgres /run/postgresql",
      "USER postgres",
      "WORKDIR /var/lib/postgresql",
      "COPY start /start",
      'CMD ["/start"]',
    ];
    writeFileSync(join(folder, "Dockerfile"), `${lines.join("\n")}\n`);
    docker("build", "--quiet", "--tag", "fleet-e2e/postgres:1", folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return "fleet-e2e/postgres:1";
}
