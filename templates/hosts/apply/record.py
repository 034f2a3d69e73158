"""What was delivered, below /var/lib/fleet: hashes, never what was hashed. Of each owner one file, root's only."""

import fcntl
import sys
import time

HOME = "/var/lib/fleet"
LOCK_SECONDS = 900
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def path_of(owner):
    for part in (owner["stack"], owner["entry"]):
        if not NAME.fullmatch(part):
            raise Refused("%s is no name of a stack or entry" % json.dumps(part))
    return "%s/%s/%s.json" % (HOME, owner["stack"], owner["entry"])


def read_record(owner):
    found = look(path_of(owner))
    try:
        return json.loads(found[1]) if found and found[1] else {}
    except ValueError:
        # Half of one, of a host that lost its power: all is looked at again.
        return {}


def write_record(owner, record):
    path = path_of(owner)
    for folder in (HOME, os.path.dirname(path)):
        put_folder(folder, (0, 0), 0o700)
    put_file(path, show(record).encode(), (0, 0), 0o600, False)


def owners_of_files(owner):
    """Which other owner a file belongs to, by path."""
    mine, found = path_of(owner), {}
    for folder, _, names in os.walk(HOME):
        for name in names:
            path = os.path.join(folder, name)
            if path == mine or not name.endswith(".json"):
                continue
            stack, entry = os.path.basename(folder), name[: -len(".json")]
            files = read_record({"stack": stack, "entry": entry}).get("files", {})
            found.update({file: "%s of %s" % (entry, stack) for file, one in files.items() if owned(one)})
    return found


def owned(known):
    return known["policy"] == "own" and not known.get("folder")


def lock(shared):
    """One delivery at a time on a host; held until this process ends."""
    if shared and not os.path.isdir(HOME):
        return
    if not shared:
        put_folder(HOME, (0, 0), 0o700)
    file = os.open(HOME + "/.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    end = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise Refused("another delivery to the host has been at work for %d s" % LOCK_SECONDS)
            time.sleep(0.2)
