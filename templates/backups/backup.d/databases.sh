# PostgreSQL inside a container, by the programs of its own version there.

# Runs SQL from standard input; values come in as psql's variables, quoted there.
sql() { # <container> <user> <database> [-v name=value…]
  docker exec -i "$1" psql -XqAt -v ON_ERROR_STOP=1 -U "$2" -d "$3" "${@:4}"
}

# A dump is consistent by itself, whatever is written meanwhile. It is not compressed: restic does that, and stores only what is new.
back_up_database() { # <entry> <container> <user> <database>
  local codes
  set +e
  docker exec "$2" pg_dump -U "$3" -d "$4" -Fc -Z0 2>"$scratch/dump" |
    restic backup --json --host "$machine" --tag "$(tags_of "$1" "$2/$4")" --stdin --stdin-filename "$2/$4.dump" >"$scratch/summary"
  codes=("${PIPESTATUS[@]}")
  set -e
  if [ "${codes[0]}" != 0 ]; then
    # restic takes the end of a broken dump for its end.
    restic forget --quiet "$(jq -r 'select(.message_type == "summary").snapshot_id' "$scratch/summary")" >/dev/null || true
    die "pg_dump of $4 in $2 failed: $(tail -n 3 "$scratch/dump" | tr '\n' ' ')"
  fi
  cat "$scratch/summary"
  return "${codes[1]}"
}

# Makes a database like another, if there is one, and fills it from a snapshot.
fill_database() { # <snapshot> <dump> <container> <user> <database> <like>
  sql "$3" "$4" postgres -v new="$5" -v old="$6" <<'SQL'
SELECT format('CREATE DATABASE %I TEMPLATE template0 OWNER %I ENCODING %L LC_COLLATE %L LC_CTYPE %L',
              :'new', pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype)
  FROM pg_database WHERE datname = :'old' \gexec
SELECT format('CREATE DATABASE %I TEMPLATE template0', :'new')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'new') \gexec
SQL
  restic dump "$1" "/$2.dump" | docker exec -i "$3" pg_restore -U "$4" -d "$5" --exit-on-error
}

drop_database() { # <container> <user> <database>
  sql "$1" "$2" postgres -v name="$3" <<<"SELECT format('DROP DATABASE IF EXISTS %I WITH (FORCE)', :'name') \\gexec"
}

# Gives a database another name, whoever uses it; one that is not there is none.
rename_database() { # <container> <user> <from> <to>
  sql "$1" "$2" postgres -v from="$3" -v to="$4" <<'SQL' >/dev/null
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :'from' AND pid <> pg_backend_pid();
SELECT format('ALTER DATABASE %I RENAME TO %I', datname, :'to') FROM pg_database WHERE datname = :'from' \gexec
SQL
}

# Rows of every table, counted: name and number in each line.
count_rows() { # <container> <user> <database>
  sql "$1" "$2" "$3" <<'SQL' | tr '|' '\t' | sort
SELECT format('SELECT %L, count(*) FROM %I.%I', n.nspname || '.' || c.relname, n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' \gexec
SQL
}

has_database() { # <container> <user> <database>
  [ -n "$(sql "$1" "$2" postgres -v name="$3" <<<"SELECT 1 FROM pg_database WHERE datname = :'name'")" ]
}
