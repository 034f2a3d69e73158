"""Does what comes on standard input: the length of the rest in bytes, on a line, then { mode, bundles } as JSON. Answers with one line of
JSON. Once it has read all, it goes on to the end, whether anybody waits for it or not."""

import shutil
import sys

DRAFTS = "/run"


def main():
    request = read_request()
    mode = request["mode"]
    answers, failed = [], None
    try:
        lock(shared=mode == "check")
        for bundle in request["bundles"]:
            answers.append({"owner": bundle["owner"], "done": []})
            ACTIONS[mode](bundle, answers[-1]["done"])
    except (Refused, OSError) as error:
        failed = reason(error)
    answer(answers, failed)
    sys.exit(1 if failed else 0)


def read_request():
    size, _, text = sys.stdin.buffer.read().partition(b"\n")
    if not size.isdigit() or len(text) != int(size):
        answer([], "the files did not arrive whole; nothing was changed")
        sys.exit(1)
    return json.loads(text)


def answer(answers, failed):
    try:
        print(json.dumps({"answers": answers, **({"failed": failed} if failed else {})}), flush=True)
    except OSError:
        # Nobody listens any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def reason(error):
    if isinstance(error, Refused):
        return str(error)
    words = {
        errno.ENOSPC: "no space is left there",
        errno.EDQUOT: "no space is left to its owner there",
        errno.EROFS: "the file system is read-only",
    }
    place = error.filename if isinstance(error.filename, str) else None
    said = words.get(error.errno, error.strerror or str(error))
    return "%s%s" % ("%s: " % (getattr(error, "place", None) or place) if place or hasattr(error, "place") else "", said)


def plan(bundle, record):
    files = bundle["files"]
    taken = owners_of_files(bundle["owner"])
    items = []
    for path in sorted(files, key=lambda path: ("text" in files[path], path)):
        if not path.startswith("/") or os.path.normpath(path) != path:
            raise Refused("%s is no absolute path in its normal form" % path)
        if path in taken and "text" in files[path]:
            raise Refused("%s belongs to %s already" % (path, taken[path]))
        items.append(with_place(path, lambda path=path: Item(path, files[path], record)))
    gone = [path for path, known in record.get("files", {}).items() if path not in files and owned(known)]
    return items, sorted(gone)


def with_place(path, act):
    try:
        return act()
    except OSError as error:
        error.place = path
        raise


def put(bundle, done):
    owner, record = bundle["owner"], read_record(bundle["owner"])
    items, gone = plan(bundle, record)
    entries = {item.path: item.entry for item in items}
    wanted = digest({item.path: item.entry["hash"] for item in items if item.is_managed and not item.is_folder})
    changed = any(item.kind and item.is_managed and not item.is_folder for item in items) or bool(gone)
    due = changed or record.get("applied") != wanted
    if not due:
        # A host whose files are right may be otherwise than they say all the same.
        astray = failing(bundle)
        done.extend({"kind": "put back", "path": name, "details": []} for name in astray)
        due = bool(astray)
    secrets = secrets_of(bundle["files"])
    if due:
        check(bundle, items, secrets)
        # From here on the commands are owed, whatever comes between.
        write_record(owner, {"files": {**record.get("files", {}), **entries}, "applied": None})
    for item in items:
        with_place(item.path, item.apply)
        if item.kind:
            done.append({"kind": item.kind, "path": item.path, "details": item.details})
    for path in gone:
        if with_place(path, lambda path=path: remove_file(path)):
            done.append({"kind": "removed", "path": path, "details": []})
    if due:
        for command in bundle["afterwards"]:
            run(command, secrets)
        astray = failing(bundle)
        if astray:
            raise Refused("the host is otherwise than it should be, after all was done: %s" % ", ".join(astray))
    after = {"files": entries, "applied": wanted}
    if after != record:
        write_record(owner, after)


def check(bundle, items, secrets):
    """Lets the commands look at how all would be, in a folder in memory."""
    if not bundle["checks"]:
        return
    drafts = tempfile.mkdtemp(prefix="fleet-", dir=DRAFTS)
    try:
        os.chmod(drafts, 0o711)
        for item in items:
            if item.is_folder:
                put_folder(drafts + item.path, item.owner, item.mode)
            else:
                put_file(drafts + item.path, item.data, item.owner, item.mode, False)
        for command in bundle["checks"]:
            run(command, secrets, drafts)
    finally:
        shutil.rmtree(drafts, ignore_errors=True)


def compare(bundle, done):
    """What of the fleet's is otherwise on the host than it was delivered."""
    record = read_record(bundle["owner"])
    items, gone = plan(bundle, record)
    for item in items:
        if item.kind and item.is_managed:
            done.append({"kind": "differs", "path": item.path, "details": item.details})
    for path in gone:
        if look(path) is not None:
            done.append({"kind": "differs", "path": path, "details": ["is not declared any more"]})
    done.extend({"kind": "differs", "path": name, "details": []} for name in failing(bundle))
    wanted = digest({item.path: item.entry["hash"] for item in items if item.is_managed and not item.is_folder})
    if not done and bundle["afterwards"] and record.get("applied") != wanted:
        details = ["a command after its last change has not succeeded yet"]
        done.append({"kind": "differs", "path": path_of(bundle["owner"]), "details": details})


def remove(bundle, done):
    """Takes away the files that are the fleet's own. What was offered or merged is the host's, folders may hold data: they stay."""
    record = read_record(bundle["owner"])
    for path in sorted(path for path, known in record.get("files", {}).items() if owned(known)):
        if with_place(path, lambda path=path: remove_file(path)):
            done.append({"kind": "removed", "path": path, "details": []})
    for command in bundle.get("whenRemoved", []):
        run(command, secrets_of(bundle["files"]))
    remove_file(path_of(bundle["owner"]))


ACTIONS = {"put": put, "check": compare, "remove": remove}
main()
