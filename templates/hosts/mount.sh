# Run by mount.mjs, as root, with $volume, $path and $device. What it says last on standard error is why it failed.
set -eu
say() { echo "$*" >&2; }
fail() { say "$*"; exit 1; }

# An attached volume takes a moment to show.
tries=0
until [ -b "$device" ]; do
  tries=$((tries + 1))
  [ "$tries" -le 60 ] || fail "volume $volume is attached, and $device did not appear within 60 s"
  sleep 1
done
real=$(readlink -f "$device")

# What has no file system is never given one here: it may only look empty.
kind=$(blkid -p -o value -s TYPE "$device" || true)
case "$kind" in
  ext4 | xfs) ;;
  "") fail "volume $volume has no file system: it was not made by the fleet; make one by hand (mkfs.ext4 $device) if it is empty" ;;
  *) fail "volume $volume has the file system $kind, and ext4 or xfs is expected" ;;
esac

mounted_at() { findmnt -rn -S "$real" -o TARGET || true; }

# The vendor's images mount a volume below /mnt by themselves.
for other in $(mounted_at); do
  [ "$other" = "$path" ] && continue
  umount "$other" || fail "volume $volume is in use at $other: see with fuser -vm $other by what"
  if command -v systemctl >/dev/null; then
    systemctl disable --now "$(systemd-escape --path --suffix=mount "$other")" >/dev/null 2>&1 || true
  fi
  say "unmounted from $other"
done

mkdir -p "$path"
if ! findmnt -rn -M "$path" >/dev/null; then
  hidden=$(find "$path" -xdev -type f -print -quit)
  [ -z "$hidden" ] || fail "$path has files that the volume would hide, such as $hidden: move them away first"
fi

# By the device's name, which stays. A host without the volume boots all the same.
line="$device $path $kind defaults,nofail,discard,noatime 0 2"
if ! grep -qxF "$line" /etc/fstab; then
  table=$(mktemp /etc/fstab.XXXXXX)
  awk -v device="$device" -v path="$path" '$1 != device && $2 != path' /etc/fstab >"$table"
  echo "$line" >>"$table"
  chmod 0644 "$table"
  mv "$table" /etc/fstab
fi

# Docker would start containers over the empty folder, where the volume comes late or not at all.
drop_in=/etc/systemd/system/docker.service.d/fleet-volume-$volume.conf
if ! grep -qxF "RequiresMountsFor=$path" "$drop_in" 2>/dev/null; then
  mkdir -p "$(dirname "$drop_in")"
  printf '[Unit]\nRequiresMountsFor=%s\n' "$path" >"$drop_in"
fi
command -v systemctl >/dev/null && systemctl daemon-reload || true

if findmnt -rn -M "$path" >/dev/null; then
  [ "$(readlink -f "$(findmnt -rn -M "$path" -o SOURCE)")" = "$real" ] || fail "something else is mounted at $path already"
else
  mount "$path"
  say "mounted at $path"
fi

if [ -e /run/fleet-docker-stopped ]; then
  rm -f /run/fleet-docker-stopped
  systemctl start docker || fail "Docker, which was stopped for unmounting, does not start again: see journalctl -u docker"
fi

# The volume may have grown.
case "$kind" in
  ext4) resize2fs "$real" >/dev/null 2>&1 || fail "the file system of volume $volume could not be grown to its size: see resize2fs $real" ;;
  xfs) xfs_growfs "$path" >/dev/null || fail "the file system of volume $volume could not be grown to its size: see xfs_growfs $path" ;;
esac
echo "$path"
