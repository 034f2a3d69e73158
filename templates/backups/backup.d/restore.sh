# Puts an entry's data back. Everything is fetched beside the living data first, while all runs; then the entry's containers stop, old
# and new change places by renaming, and they start again. If they do not come up, old and new change places back.

# Seconds in which containers have to be healthy again, and for how long one without a health check has to run.
healthy_within=180
steady_for=5

restore_entry() { # <entry> <snapshot|latest>
  entry=$1
  stamp=$(date -u +%Y%m%dt%H%M%Sz)
  hold
  jq -e --arg entry "$entry" '.entries[$entry]' "$plan" >/dev/null ||
    die "backup $backup has no entry $entry, only $(entries | tr '\n' ' ')"
  need_repository
  run_of "$entry" "$2" >"$scratch/run"
  [ -s "$scratch/run" ] || die "there is $([ "$2" = latest ] && echo "no whole backup" || echo "no snapshot $2") of $entry"
  # Records of what has been done: `staged` to change places, `exchanged` to be undone.
  : >"$scratch/staged"
  : >"$scratch/exchanged"
  on_exit+=(clear_stages)
  apart stage_all
  [ "$code" = 0 ] || finish "$(complaint)" "nothing was changed"

  containers_of "$entry" --filter status=running >"$scratch/stopped"
  on_exit=(put_back clear_stages)
  apart exchange_all
  if [ "$code" = 0 ]; then apart await_healthy; fi
  if [ "$code" != 0 ]; then
    local error
    error=$(complaint)
    put_back
    on_exit=(clear_stages)
    finish "$error" "$outcome"
  fi
  on_exit=(clear_stages)
  finish "" ""
}

finish() { # <error> <what became of the data>
  [ -z "$1" ] || say "error: $1; $2"
  jq -n --arg backup "$backup" --arg entry "$entry" --arg error "$1" --arg outcome "$2" \
    --argjson parts "$(jq -Rn '[inputs | split("\t") | { part: .[0], snapshot: .[1] }]' <"$scratch/run")" \
    --argjson aside "$(jq -Rn '[inputs | split("\t") | last]' <"$scratch/exchanged")" \
    '{ $backup, $entry, ok: ($error == ""), $parts } + if $error == "" then { $aside } else { $error, $outcome } end'
  [ -z "$1" ] || exit 1
  exit 0
}

# Beside a folder, so that it is renamed and not copied; inside of one that is a mount of its own.
beside() { # <folder> <what>
  if mountpoint -q "$1"; then echo "$1/.fleet-$2-$stamp"; else echo "$1.$2-$stamp"; fi
}

stage_of() { if mountpoint -q "$1"; then beside "$1" restore; else echo "$(dirname "$1")/.fleet-restore-$stamp"; fi; }

stage_all() {
  local part id container user name
  while IFS=$'\t' read -r part id; do
    if [ "$part" = files ]; then
      stage_files "$id"
    else
      IFS=$'\t' read -r container user name < <(databases_of "$entry" | awk -F'\t' -v part="$part" '$1 "/" $3 == part')
      [ -n "${name:-}" ] || die "the snapshot has the database $part, which $entry does not have any more"
      # PostgreSQL cuts longer names off, and two of them would be one.
      [ "${#name}" -le 40 ] || die "the name of the database $name is too long to be restored beside itself"
      printf 'database\t%s\t%s\t%s\n' "$container" "$user" "$name" >>"$scratch/staged"
      say "fetching the database $part"
      fill_database "$id" "$part" "$container" "$user" "${name}_restore_$stamp" "$name"
    fi
  done <"$scratch/run"
}

stage_files() { # <snapshot>
  local folder folders=() stage size free
  mapfile -t folders < <(comm -12 <(folders_of "$entry" | sort -u) \
    <(snapshots | jq -r --arg id "$1" '.[] | select(.id == $id).paths[]' | sort -u))
  [ "${#folders[@]}" -gt 0 ] || die "snapshot $1 has none of the folders that $entry has now"
  size=$(restic stats --json --no-lock --mode restore-size "$1" | jq .total_size)
  for folder in "${folders[@]}"; do
    stage=$(stage_of "$folder")
    mkdir -p -- "$(dirname "$stage")"
    free=$(($(df --output=avail -B1 -- "$(dirname "$stage")" | tail -n 1)))
    [ "$size" -lt "$free" ] || die "$(dirname "$stage") has $free bytes left, and the snapshot has $size"
    printf 'folder\t%s\t%s\n' "$folder" "$stage" >>"$scratch/staged"
    say "fetching $folder"
    mkdir -p -- "$stage"
    restic restore "$1" --no-lock --target "$stage" --include "$folder" --verify >/dev/null
    [ -d "$stage$folder" ] || die "snapshot $1 has no $folder"
  done
}

exchange_all() {
  local kind rest stopped
  mapfile -t stopped <"$scratch/stopped"
  if [ "${#stopped[@]}" -gt 0 ]; then
    say "stopping ${stopped[*]}"
    docker stop --time 30 "${stopped[@]}" >/dev/null
  fi
  while IFS=$'\t' read -r kind rest; do
    "exchange_$kind" "$rest"
  done <"$scratch/staged"
  start_again
}

start_again() {
  local stopped
  mapfile -t stopped <"$scratch/stopped"
  [ "${#stopped[@]}" -gt 0 ] || return 0
  say "starting ${stopped[*]}"
  docker start "${stopped[@]}" >/dev/null
}

# What is recorded comes first: a kill in between leaves something that can be undone.
exchange_folder() { # <folder TAB stage>
  local folder=${1%%$'\t'*} stage=${1#*$'\t'} aside
  aside=$(beside "$folder" before)
  printf 'folder\t%s\t%s\n' "$folder" "$aside" >>"$scratch/exchanged"
  move_folder "$folder" "$aside"
  move_folder "$stage$folder" "$folder"
}

exchange_database() { # <container TAB user TAB database>
  local container user name
  IFS=$'\t' read -r container user name <<<"$1"
  printf 'database\t%s\t%s\t%s\t%s\n' "$container" "$user" "$name" "${name}_before_$stamp" >>"$scratch/exchanged"
  rename_database "$container" "$user" "$name" "${name}_before_$stamp"
  rename_database "$container" "$user" "${name}_restore_$stamp" "$name"
}

# Moves a folder by renaming it; what is in it where one of the two is a mount. A folder that is not there has nothing to move.
move_folder() { # <from> <to>
  [ -d "$1" ] || return 0
  if [ ! -e "$2" ] && ! mountpoint -q "$1"; then
    mv -T -- "$1" "$2"
    return
  fi
  mkdir -p -- "$2"
  chown --reference="$1" -- "$2"
  chmod --reference="$1" -- "$2"
  find "$1" -mindepth 1 -maxdepth 1 ! -name lost+found ! -name '.fleet-*' -exec mv -t "$2" -- {} +
}

put_back() {
  local error=
  [ -s "$scratch/stopped" ] || [ -s "$scratch/exchanged" ] || { outcome="nothing was changed"; return 0; }
  say "putting the data of before back"
  apart undo_all
  if [ "$code" = 0 ]; then
    outcome="the data of before is back"
  else
    error=$(complaint)
    outcome="and the data of before could not be put back ($error): it is in $(awk -F'\t' '{ printf "%s ", $NF }' "$scratch/exchanged")"
  fi
  : >"$scratch/exchanged"
}

undo_all() {
  local kind first second third aside stopped
  mapfile -t stopped <"$scratch/stopped"
  if [ "${#stopped[@]}" -gt 0 ]; then docker stop --time 30 "${stopped[@]}" >/dev/null; fi
  while IFS=$'\t' read -r kind first second third aside; do
    if [ "$kind" = folder ] && [ -e "$second" ]; then
      move_folder "$first" "$(beside "$first" failed)"
      move_folder "$second" "$first"
      rmdir --ignore-fail-on-non-empty -- "$second" 2>/dev/null || true
    elif [ "$kind" = database ] && has_database "$first" "$second" "$aside"; then
      rename_database "$first" "$second" "$third" "${third}_failed_$stamp"
      rename_database "$first" "$second" "$aside" "$third"
    fi
  done < <(tac "$scratch/exchanged")
  start_again
}

clear_stages() {
  local kind first second third
  [ -e "$scratch/staged" ] || return 0
  while IFS=$'\t' read -r kind first second third; do
    if [ "$kind" = folder ]; then
      rm -rf -- "$second"
    else
      drop_database "$first" "$second" "${third}_restore_$stamp" </dev/null || true
    fi
  done <"$scratch/staged"
}

await_healthy() {
  local container since=$SECONDS state last steady
  while read -r container; do
    steady=0 last=
    while :; do
      state=$(docker inspect -f '{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}} {{.RestartCount}}' "$container")
      case $state in
        "running healthy "*) break ;;
        "running  "*)
          # One that is started again and again runs now and then.
          if [ "$state" = "$last" ]; then steady=$((steady + 1)); else steady=0; fi
          [ "$steady" -lt "$steady_for" ] || break
          ;;
        "exited "* | "dead "* | "running unhealthy "*) die "$container is ${state% *} with the restored data" ;;
        *) steady=0 ;;
      esac
      last=$state
      [ $((SECONDS - since)) -lt "$healthy_within" ] || die "$container is not healthy after $healthy_within seconds ($state)"
      sleep 1
    done
  done <"$scratch/stopped"
}
