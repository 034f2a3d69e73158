# Restores what was backed up last into a scratch place and compares: a backup that nobody has restored is a hope.

drill() {
  hold
  need_repository
  on_exit+=(remove_throw_away)
  throw_away=fleet-drill-$backup-$$
  : >"$scratch/results"
  local entry part id container user name
  for entry in $(entries); do
    [ -n "$(parts_of "$entry")" ] || continue
    run_of "$entry" latest >"$scratch/run"
    [ -s "$scratch/run" ] || note_drill "$entry" all "" "there is no whole backup"
    while IFS=$'\t' read -r part id; do
      say "$entry $part: restoring $id"
      if [ "$part" = files ]; then
        apart drill_files "$id"
      else
        IFS=$'\t' read -r container user name < <(databases_of "$entry" | awk -F'\t' -v part="$part" '$1 "/" $3 == part')
        apart drill_database "$id" "$part" "$container" "$user" "$name" </dev/null
        remove_throw_away
      fi
      rm -rf -- "$scratch/files"
      note_drill "$entry" "$part" "$id" "$([ "$code" = 0 ] || complaint)"
    done <"$scratch/run"
  done
  jq -n --arg backup "$backup" --slurpfile parts "$scratch/results" '{ $backup, ok: ([$parts[].ok] | all), $parts }' >"$scratch/result"
  cat "$scratch/result"
  jq -e .ok "$scratch/result" >/dev/null || exit 1
}

note_drill() { # <entry> <part> <snapshot> <error>
  if [ -n "$4" ]; then say "$1 $2: failed: $4"; else say "$1 $2: good"; fi
  jq -nc --arg entry "$1" --arg part "$2" --arg snapshot "$3" --arg error "$4" \
    --argjson counts "$(if [ -z "$4" ]; then cat "$scratch/out"; else echo '{}'; fi)" \
    '{ $entry, $part, ok: ($error == ""), $snapshot } + $counts + if $error == "" then {} else { $error } end' >>"$scratch/results"
}

# Files: by restic's own checksums while they are written, against the snapshot's listing, and against the living data. What is other
# there has changed since, unless its size and time say that it has not.
drill_files() { # <snapshot>
  local restored=$scratch/files size free folder suspects=0 same=0 changed=0
  size=$(restic stats --json --no-lock --mode restore-size "$1" | jq .total_size)
  free=$(($(df --output=avail -B1 -- "$scratch" | tail -n 1)))
  [ "$size" -lt "$free" ] || die "$scratch has $free bytes left, and the snapshot has $size"
  restic restore "$1" --no-lock --target "$restored" --verify >/dev/null
  listing_of_snapshot "$1" | sort >"$scratch/listed"
  listing_of_folder "$restored" | sort >"$scratch/found"
  if ! cmp -s "$scratch/listed" "$scratch/found"; then
    die "what was restored is not what the snapshot lists: $(diff "$scratch/listed" "$scratch/found" | grep '^[<>]' | head -n 3 | tr '\n' ' ')"
  fi
  while read -r folder; do
    checksums "$restored$folder" >"$scratch/restored.sums"
    checksums "$folder" >"$scratch/live.sums"
    same=$((same + $(comm -12 "$scratch/restored.sums" "$scratch/live.sums" | wc -l)))
    comm -23 "$scratch/restored.sums" "$scratch/live.sums" >"$scratch/other"
    changed=$((changed + $(wc -l <"$scratch/other")))
    suspects=$((suspects + $(cut -c67- "$scratch/other" | suspicious "$restored$folder" "$folder")))
  done < <(snapshots | jq -r --arg id "$1" '.[] | select(.id == $id).paths[]')
  [ "$suspects" = 0 ] || die "$suspects files have the size and time of the living ones and another content"
  jq -nc --argjson files $((same + changed)) --argjson same "$same" --argjson changed "$changed" '{ $files, $same, $changed }'
}

# Type, size, owner, mode and path of everything in a snapshot, and in a folder it was restored to, in the same words.
listing_of_snapshot() {
  restic ls --json --no-lock "$1" | jq -r '
    select(.struct_type == "node" and (.type == "file" or .type == "dir" or .type == "symlink"))
    | [.type[0:1], (if .type == "file" then .size // 0 else "-" end), .uid, .gid,
       (if .type == "symlink" then "-" else .mode % 512 | [(. / 64 | floor), (. / 8 | floor) % 8, . % 8] | join("") end),
       (.path | gsub("\n"; "?"))] | map(tostring) | join("|")'
}

listing_of_folder() {
  find "$1" -mindepth 1 \( -type f -o -type d -o -type l \) -printf '%y|%s|%U|%G|%m|/%P\0' | tr '\n\0' '?\n' |
    awk -F'|' -v OFS='|' '{
      if ($1 == "l") { $1 = "s"; $5 = "-" } else { $5 = substr("000" $5, length($5) + 1) ; $5 = substr($5, length($5) - 2) }
      if ($1 != "f") $2 = "-"
      print }'
}

checksums() {
  [ -d "$1" ] || return 0
  # A living folder loses files while it is read: that is no fault.
  (cd -- "$1" && { find . -type f -print0 | xargs -0r sha256sum 2>/dev/null || true; }) | sort
}

# How many of the files named on standard input look unchanged in the living data. The index of a write-ahead log is left out: it is
# written through memory, and its time says little.
suspicious() { # <restored> <live>
  local file count=0
  while read -r file; do
    case $file in *-shm) continue ;; esac
    if [ "$(stat -c '%s %.9Y' -- "$1/$file" 2>/dev/null)" = "$(stat -c '%s %.9Y' -- "$2/$file" 2>/dev/null)" ]; then count=$((count + 1)); fi
  done
  echo "$count"
}

# A database: restored into a container of the same image that nobody reaches, and its rows counted beside those of the living one.
drill_database() { # <snapshot> <dump> <container> <user> <database>
  local tables changed missing
  docker run --detach --name "$throw_away" --network none --env POSTGRES_USER="$4" --env POSTGRES_HOST_AUTH_METHOD=trust \
    "$(docker inspect -f '{{.Image}}' "$3")" >/dev/null
  await_database "$throw_away" "$4"
  fill_database "$1" "$2" "$throw_away" "$4" drill drill
  count_rows "$throw_away" "$4" drill >"$scratch/restored.rows"
  count_rows "$3" "$4" "$5" >"$scratch/live.rows"
  restic dump --no-lock "$1" "/$2.dump" | docker exec -i "$throw_away" pg_restore --list |
    awk '$4 == "TABLE" && $5 != "DATA" { print $5 "." $6 }' | sort >"$scratch/listed"
  missing=$(comm -23 "$scratch/listed" <(cut -f1 "$scratch/restored.rows" | sort) | head -n 3 | tr '\n' ' ')
  [ -z "$missing" ] || die "tables of the dump are not there once it is restored: $missing"
  tables=$(wc -l <"$scratch/restored.rows")
  [ "$tables" -gt 0 ] || [ ! -s "$scratch/live.rows" ] || die "the dump has no table, and the living database has"
  changed=$(comm -23 "$scratch/restored.rows" "$scratch/live.rows" | wc -l)
  jq -nc --argjson tables "$tables" --argjson rows "$(awk -F'\t' '{ rows += $2 } END { print rows + 0 }' "$scratch/restored.rows")" \
    --argjson same $((tables - changed)) --argjson changed "$changed" '{ $tables, $rows, $same, $changed }'
}

# By TCP: while it is being set up, PostgreSQL's image answers on its socket only, and stops once more.
await_database() { # <container> <user>
  local since=$SECONDS
  until docker exec "$1" pg_isready -q -h 127.0.0.1 -U "$2"; do
    [ "$(docker inspect -f '{{.State.Running}}' "$1")" = true ] || die "the scratch database ended: $(docker logs --tail 3 "$1" 2>&1 | tr '\n' ' ')"
    [ $((SECONDS - since)) -lt 120 ] || die "the scratch database is not ready after 120 seconds"
    sleep 1
  done
}

remove_throw_away() { docker rm --force --volumes "$throw_away" >/dev/null 2>&1 || true; }
