#!/bin/sh
# Makes the database where there is none, with the password of a file, and becomes the command. Connections over the network need the
# password; those through the socket, which only this container's user reaches, need none.
set -eu
user="${POSTGRES_USER:-postgres}"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb -D "$PGDATA" -U "$user" --pwfile="$POSTGRES_PASSWORD_FILE" --auth-local=trust --auth-host=scram-sha-256 >/dev/null
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  pg_ctl -D "$PGDATA" -s -w -o "-c listen_addresses=''" start
  if [ "${POSTGRES_DB:-$user}" != postgres ]; then createdb -U "$user" "${POSTGRES_DB:-$user}"; fi
  pg_ctl -D "$PGDATA" -s -w -m fast stop
fi
if [ "$1" = postgres ]; then set -- "$@" -c "listen_addresses=*"; fi
exec "$@"
