# What every verb needs: the plan, the repository, one at a time, and what is said.

# Standard error as it was at first: a step has its own, which is read when it fails.
exec 3>&2
say() { printf '%s\n' "$*" >&3; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

now() { date -u +%Y-%m-%dT%H:%M:%SZ; }

# Reads what a backup is, by its name. FLEET_ROOT: where /etc, /var and /run begin, other than at / only in tests.
load() {
  local root=${FLEET_ROOT:-}
  [[ $1 =~ ^[a-z0-9][a-z0-9-]*$ ]] || die "$1 is no backup's name"
  backup=$1
  plan=$root/etc/fleet/backup-$backup.json
  state=$root/var/lib/fleet
  paused=$root/run/fleet/backup-$backup.paused
  lock=$root/run/fleet/backup-$backup.lock
  [ -r "$plan" ] || die "there is no backup $backup on this host: $plan is missing or not readable (are you root?)"
  local program
  for program in restic jq; do
    command -v "$program" >/dev/null || die "there is no $program on this host: apt-get install $program"
  done
  set -a
  # shellcheck source=/dev/null
  . "$root/etc/fleet/backup-$backup.env"
  set +a
  export RESTIC_CACHE_DIR=$root/var/cache/fleet-backup RESTIC_PROGRESS_FPS=0.01
  mkdir -p "$state" "$(dirname "$lock")" "$RESTIC_CACHE_DIR"
  stack=$(jq -r .stack "$plan")
  machine=$(jq -r .machine "$plan")
  scratch=$(mktemp -d "$root/var/lib/fleet/backup-scratch.XXXXXX")
  on_exit=()
  trap leave EXIT
  # Exiting runs the trap above; without these a signal would leave containers paused and scratch behind.
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

leave() {
  local code=$? step
  for step in "${on_exit[@]}"; do "$step" || true; done
  rm -rf -- "$scratch"
  exit "$code"
}

# One at a time: a restore in the middle of a backup would be backed up half done.
hold() {
  exec 9>"$lock"
  flock -n 9 || {
    say "error: another run of backup $backup is under way"
    exit 75
  }
}

# Runs a step apart, so that one that fails ends only itself: its output is in $scratch/out, what it complained of in $scratch/err.
# Never call it as a condition: bash then forgets `set -e` inside.
apart() {
  set +e
  (
    trap - EXIT
    set -e
    "$@"
  ) >"$scratch/out" 2>"$scratch/err" </dev/null 9>&-
  code=$?
  set -e
}

# The last lines of what a step complained of, on one line.
complaint() {
  local text
  text=$(grep -v '^[[:space:]]*$' "$scratch/err" | tail -n 4 | sed 's/^error: //' | paste -sd' ' | cut -c1-600 || true)
  printf '%s' "${text:-exit code $code}"
}

has_docker() { command -v docker >/dev/null; }

entries() { jq -r '.entries | keys[]' "$plan"; }

# Folders of an entry: those of the plan, then its Docker volumes that hold data, less those that a database works in.
folders_of() {
  local volume
  jq -r --arg entry "$1" '.entries[$entry].folders[]' "$plan"
  has_docker || return 0
  for volume in $(docker volume ls -q --filter label=fleet.data=true --filter "label=fleet.stack=$stack" --filter "label=fleet.entry=$1"); do
    if ! used_by_database "$1" "$volume"; then docker volume inspect -f '{{.Mountpoint}}' "$volume"; fi
  done
}

used_by_database() {
  local container
  for container in $(databases_of "$1" | cut -f1 | sort -u); do
    if docker inspect -f '{{range .Mounts}}{{println .Name}}{{end}}' "$container" | grep -qxF -- "$2"; then return 0; fi
  done
  return 1
}

# Databases of an entry: container, user and name in each line.
databases_of() { jq -r --arg entry "$1" '.entries[$entry].databases[] | [.container, .user, .name] | @tsv' "$plan"; }

# Containers of an entry but those of its databases, which have to run for a dump and a restore: those that carry its labels, and
# those that use its databases.
containers_of() { # <entry> [<filter of docker ps…>]
  has_docker || return 0
  {
    docker ps "${@:2}" --format '{{.Names}}' --filter "label=fleet.stack=$stack" --filter "label=fleet.entry=$1"
    docker ps "${@:2}" --format '{{.Names}}' --filter "label=fleet.stack=$stack" |
      grep -xF -f <(jq -r --arg entry "$1" '.entries[$entry].databases[].users[]' "$plan") || true
  } | sort -u | grep -vxF -f <(databases_of "$1" | cut -f1) || true
}

# What the plan says of an entry has a backup of its own each: `files`, and every database.
parts_of() {
  if [ -n "$(folders_of "$1")" ]; then echo files; fi
  databases_of "$1" | while IFS=$'\t' read -r container _ name; do echo "$container/$name"; done
}

# Whether there is a repository. One that is there and does not open ends the run.
has_repository() {
  local said
  if said=$(restic cat config --no-lock 2>&1 >/dev/null); then return 0; fi
  case $said in
    *"unable to open config file"* | *"Is there a repository"*) return 1 ;;
    *) die "the repository does not open: $(tail -n 2 <<<"$said" | tr '\n' ' ')" ;;
  esac
}

need_repository() {
  has_repository || die "the repository $RESTIC_REPOSITORY is empty, nothing was backed up yet: ./fleet backup $stack --now makes a backup"
}

# Every snapshot of this stack: id, time, entry, part, run.
snapshots() {
  restic snapshots --json --no-lock --tag "fleet,stack=$stack" | jq -c '
    def tag(name): [.tags[]? | select(startswith(name + "=")) | ltrimstr(name + "=")][0];
    [.[] | { id: .short_id, time, entry: tag("entry"), part: tag("part"), run: tag("run"), paths }] | sort_by(.time)'
}

# The snapshots of one run of an entry, as "part id" lines: of the newest run that has every part, or of that of a snapshot.
run_of() { # <entry> <snapshot|latest>
  local wanted
  wanted=$(parts_of "$1" | jq -Rn '[inputs]')
  snapshots | jq -r --arg entry "$1" --arg snapshot "$2" --argjson parts "$wanted" '
    map(select(.entry == $entry)) as $all
    | (if $snapshot == "latest"
       then [$all | group_by(.run)[] | select([.[].part] as $have | $parts - $have == [])]
         | max_by(.[0].time) // [] | map(select(.part | IN($parts[])))
       else [$all[] | select(.id[:8] == $snapshot[:8]) | .run][0] as $run
         | if $run == null then null else [$all[] | select(.run == $run)] end
       end) // [] | .[] | [.part, .id] | @tsv'
}

# What a restore leaves inside a folder that is a mount of its own: never backed up, and never moved.
leftovers=('.fleet-before-*' '.fleet-failed-*' '.fleet-restore-*')
