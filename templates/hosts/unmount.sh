# Run by unmount.mjs, as root, with $volume, $path and $device. What it says last on standard error is why it failed.
set -eu
say() { echo "$*" >&2; }

# First of all, so that nothing mounts it again.
if grep -q "^$device " /etc/fstab; then
  table=$(mktemp /etc/fstab.XXXXXX)
  awk -v device="$device" '$1 != device' /etc/fstab >"$table"
  chmod 0644 "$table"
  mv "$table" /etc/fstab
fi
rm -f "/etc/systemd/system/docker.service.d/fleet-volume-$volume.conf"
command -v systemctl >/dev/null && systemctl daemon-reload || true

is_mounted() { findmnt -rn -M "$path" >/dev/null; }
leave() { sync -f "$path" && umount "$path" 2>/dev/null; }

is_mounted || exit 0
leave && exit 0

# Containers that have something of it, and only those.
if command -v docker >/dev/null && docker info >/dev/null 2>&1; then
  for container in $(docker ps -q); do
    docker inspect --format '{{range .Mounts}}{{println .Source}}{{end}}' "$container" | while read -r source; do
      case "$source/" in
        "$path"/*) say "stopping container $(docker inspect --format '{{.Name}}' "$container" | tr -d /)"; docker stop "$container" >/dev/null; break ;;
      esac
    done
  done
  leave && exit 0
fi

# Other programs: they may end by themselves first.
if command -v fuser >/dev/null; then
  fuser -k -TERM -m "$path" >/dev/null 2>&1 || true
  tries=0
  while [ "$tries" -lt 10 ]; do
    leave && exit 0
    tries=$((tries + 1))
    sleep 1
  done
  fuser -k -KILL -m "$path" >/dev/null 2>&1 || true
  sleep 1
  leave && exit 0
fi

if command -v systemctl >/dev/null && systemctl is-active --quiet docker; then
  say "stopping Docker"
  touch /run/fleet-docker-stopped
  systemctl stop docker.socket docker.service || true
  leave && exit 0
fi
say "volume $volume is in use at $path: see with fuser -vm $path by what"
exit 1
