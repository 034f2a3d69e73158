# A backup of every entry, what is kept, and a check once a week.

run_backup() {
  hold
  thaw
  on_exit+=(thaw)
  has_repository || restic init --quiet >&2
  # Locks of runs that died; those of living ones stay.
  restic unlock --quiet >&2
  local started entry container user name failed=0
  started=$(now)
  run=$(date -u +%Y%m%dT%H%M%SZ)
  : >"$scratch/results"
  for entry in $(entries); do
    while IFS=$'\t' read -r container user name; do
      back_up_part "$entry" "$container/$name" back_up_database "$entry" "$container" "$user" "$name"
    done < <(databases_of "$entry")
    # After the databases: a file that a row names is there then, or was never.
    if [ -n "$(folders_of "$entry")" ]; then back_up_part "$entry" files back_up_files "$entry"; fi
  done
  local retention
  retention=$(step retention retain)
  local check
  check=$(step check check_weekly)
  jq -n --arg backup "$backup" --arg stack "$stack" --arg run "$run" --arg started "$started" --arg finished "$(now)" \
    --argjson retention "$retention" --argjson check "$check" --slurpfile parts "$scratch/results" \
    '{ $backup, $stack, $run, $started, $finished, ok: ([$parts[].ok, $retention.ok, $check.ok] | all), $parts, $retention, $check }' \
    >"$scratch/result"
  install -m 0644 "$scratch/result" "$state/backup-$backup.json.new"
  mv "$state/backup-$backup.json.new" "$state/backup-$backup.json"
  cat "$scratch/result"
  failed=$(jq '[.parts[] | select(.ok | not)] | length' "$scratch/result")
  [ "$failed" = 0 ] || say "$failed of $(jq '.parts | length' "$scratch/result") parts have no new backup"
  jq -e .ok "$scratch/result" >/dev/null || exit 1
}

# One part of an entry. That it fails is noted, and the others go on.
back_up_part() { # <entry> <part> <command…>
  local entry=$1 part=$2
  apart "${@:3}"
  thaw
  if [ "$code" = 0 ]; then
    jq -c --arg entry "$entry" --arg part "$part" 'select(.message_type == "summary") |
      { $entry, $part, ok: true, snapshot: .snapshot_id[:8], bytes: .total_bytes_processed, added: .data_added }' \
      "$scratch/out" >>"$scratch/results"
    say "$entry $part: backed up"
  else
    jq -nc --arg entry "$entry" --arg part "$part" --arg error "$(complaint)" '{ $entry, $part, ok: false, $error }' >>"$scratch/results"
    say "$entry $part: failed: $(complaint)"
  fi
}

# A step for all entries, as `{ ok, error }`.
step() { # <name> <command…>
  apart "${@:2}"
  if [ "$code" = 0 ]; then
    echo '{"ok":true}'
  else
    say "$1: failed: $(complaint)"
    jq -nc --arg error "$(complaint)" '{ ok: false, $error }'
  fi
}

tags_of() { printf 'fleet,stack=%s,entry=%s,part=%s,run=%s' "$stack" "$1" "$2" "$run"; }

# An agent writes while it runs: SQLite databases with a write-ahead log, sessions, its memory. Copied one file after the other under
# its hands they would not fit together. So its containers are paused, which freezes all their processes at one moment: a database, its
# -wal and its -shm are then as a crash would leave them, and that is what SQLite recovers from, down to the last committed
# transaction. (Its own backup would have to know every database of every runtime, and would miss what lies in files beside them.)
# The pause is short: the bulk goes into the repository before, while all runs, and only what has changed since is read again.
back_up_files() {
  local entry=$1 folder folders containers container
  mapfile -t folders < <(folders_of "$entry")
  for folder in "${folders[@]}"; do
    [ -d "$folder" ] || die "there is no folder $folder"
    case $RESTIC_REPOSITORY/ in "$folder"/*) die "the repository is inside of $folder, which it would hold itself" ;; esac
  done
  local source=(--json --host "$machine" --exclude 'lost+found' "${leftovers[@]/#/--exclude=}" -- "${folders[@]}")
  mapfile -t containers < <(containers_of "$entry" --filter status=running)
  # Files that vanish or change meanwhile are no fault in this pass.
  if [ "${#containers[@]}" -gt 0 ]; then restic backup --tag fleet-warm-up "${source[@]}" >/dev/null 2>&1 || true; fi
  for container in "${containers[@]}"; do
    echo "$container" >>"$paused"
    docker pause "$container" >/dev/null
  done
  restic backup --tag "$(tags_of "$entry" files)" "${source[@]}"
}

thaw() {
  local container
  [ -e "$paused" ] || return 0
  while read -r container; do
    if [ "$(docker inspect -f '{{.State.Paused}}' "$container" 2>/dev/null)" = true ]; then docker unpause "$container" >/dev/null; fi
  done <"$paused"
  rm -f -- "$paused"
}

# Retention is by part: an agent whose folders change keeps its history, and one that is gone from the stack its last backups.
retain() {
  local keep tags warm
  mapfile -t warm < <(restic snapshots --json --no-lock --tag fleet-warm-up | jq -r '.[].short_id')
  if [ "${#warm[@]}" -gt 0 ]; then restic forget --quiet "${warm[@]}"; fi
  mapfile -t keep < <(jq -r '.keep | to_entries[] | select(.value > 0) | "--keep-\(.key)", .value' "$plan")
  # The only snapshot of a part is kept in any case.
  snapshots | jq -r 'group_by([.entry, .part])[] | select(length > 1) | "entry=\(.[0].entry),part=\(.[0].part)"' >"$scratch/parts"
  : >"$scratch/forgotten"
  while read -r tags; do
    restic forget --json --tag "fleet,stack=$stack,$tags" --group-by '' "${keep[@]}" >>"$scratch/forgotten"
  done <"$scratch/parts"
  if [ "${#warm[@]}" -gt 0 ] || jq -es '[.[][].remove[]?] | length > 0' "$scratch/forgotten" >/dev/null; then
    restic prune --quiet
  fi
}

check_weekly() {
  local checked=$state/backup-$backup.checked
  # Not by day: a run that starts a minute earlier than last week's counts.
  if [ -n "$(find "$checked" -mmin -9900 2>/dev/null)" ]; then return; fi
  restic check --quiet
  touch "$checked"
}

run_unit() {
  local unit=fleet-backup-$backup.service before follower code=0
  before=$(date +%s)
  journalctl --unit "$unit" --since "@$before" --follow --output cat --quiet >&2 &
  follower=$!
  systemctl start "$unit" || code=1
  sleep 1
  kill "$follower" 2>/dev/null || true
  if [ "$(stat -c %Y "$state/backup-$backup.json" 2>/dev/null || echo 0)" -ge "$before" ]; then cat "$state/backup-$backup.json"; fi
  exit "$code"
}

list_backups() {
  local last=null
  if [ -r "$state/backup-$backup.json" ]; then last=$(cat "$state/backup-$backup.json"); fi
  local all='[]'
  if has_repository; then all=$(snapshots); fi
  jq -n --arg backup "$backup" --argjson last "$last" --argjson entries "$(jq '.entries | keys' "$plan")" \
    --argjson snapshots "$all" '{ $backup, $entries, $last, $snapshots }'
}
