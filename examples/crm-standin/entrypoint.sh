#!/bin/sh
# As Twenty's own: the database is brought up to date with psql, and then the command follows.
set -e
if [ "$DISABLE_DB_MIGRATIONS" != true ]; then
  psql -X -q -v ON_ERROR_STOP=1 -f /app/schema.sql "$PG_DATABASE_URL"
fi
exec "$@"
