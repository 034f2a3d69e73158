"""What a bundle asks of the host, and what is otherwise there."""

import hashlib
import os
import stat


def digest(*values):
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


class Item:
    """One folder or file of a bundle, beside what the host has. `kind`: None if it is as it should be, else "written", or "put back"
    where it was once delivered so. `details`: JSON paths, and what of owner and mode differs; never a value."""

    def __init__(self, path, wanted, record):
        self.path = path
        self.policy = wanted.get("policy", "own")
        self.is_folder = "text" not in wanted
        self.owner = tuple(int(number) for number in wanted.get("owner", "0:0").split(":"))
        self.mode = int(wanted.get("mode", "0755" if self.is_folder else "0644"), 8)
        self.text = wanted.get("text")
        self.known = record.get("files", {}).get(path, {})
        self.kind = None
        self.details = []
        self.kept = None
        there = look(path)
        if self.is_folder:
            self.__folder(there)
        elif self.policy == "merge":
            self.__merge(there)
        else:
            is_kept = self.policy == "offer" and there is not None and there[1] is not None
            self.data = there[1] if is_kept else self.text.encode()
            self.entry = {"policy": self.policy, "hash": self.__hash()}
            if self.policy == "own" or there is None:
                self.__own(there)

    @property
    def is_managed(self):
        """Offered files are the host's own from then on."""
        return self.policy != "offer"

    def apply(self):
        if self.kind is None:
            return
        if self.is_folder:
            put_folder(self.path, self.owner, self.mode)
            return
        if self.kept is not None:
            put_file(self.path + ".unreadable", self.kept, self.owner, self.mode, False)
        put_file(self.path, self.data, self.owner, self.mode, self.policy == "own")

    def __hash(self):
        return digest(self.text, self.owner, self.mode)

    def __folder(self, there):
        self.entry = {"policy": self.policy, "folder": True, "hash": digest(self.owner, self.mode)}
        if there is not None and not stat.S_ISDIR(there[0].st_mode):
            # A link that root has made leads to a folder as well as the folder itself.
            os.close(open_folder(self.path))
            return
        if there is None or self.policy == "own":
            self.__compare(there, [])

    def __own(self, there):
        if there is not None and stat.S_ISDIR(there[0].st_mode):
            raise Refused("%s is a folder, and a file is to be there" % self.path)
        differs = there is None or there[1] != self.data
        self.__compare(there, self.__paths(there[1]) if there is not None and differs else [], differs)

    def __paths(self, data):
        """Where two JSON objects differ; nothing of other texts."""
        there = parse(data.decode("utf-8", "replace")) if data is not None else None
        wanted = parse(self.text)
        if there is None or wanted is None:
            return []
        extra = [path for path in lacking(wanted, there) if at(wanted, path) is MISSING]
        return sorted({named(path) for path in lacking(there, wanted) + extra})

    def __merge(self, there):
        wanted = parse(self.text)
        if wanted is None:
            raise Refused("what is to be merged into %s is no JSON object" % self.path)
        known = self.known.get("leaves", {})
        self.entry = {
            "policy": "merge",
            "hash": self.__hash(),
            "leaves": {json.dumps(path): digest(value) for path, value in leaves(wanted) if path},
        }
        data = there[1] if there is not None else None
        if there is not None and stat.S_ISDIR(there[0].st_mode):
            raise Refused("%s is a folder, and a file is to be there" % self.path)
        current = parse(data.decode("utf-8", "replace")) if data is not None else {}
        if current is None and data.strip():
            self.kept, self.details = data, ["was no JSON object, kept as %s.unreadable" % self.path]
        current = current or {}
        dropped = [tuple(json.loads(path)) for path in known if path not in self.entry["leaves"]]
        dropped = [path for path in dropped if digest(at_or_none(current, path)) == known[json.dumps(path)]]
        result = current
        for path in dropped:
            if at(wanted, path) is MISSING:
                result = without(result, path)
        lacks = lacking(result, wanted)
        result = merged(result, wanted)
        self.data = show(result).encode()
        same_as_before = there is not None and there[1] is not None and result == current and self.kept is None
        if same_as_before and not lacks:
            # As whoever else writes it has laid it out.
            self.data = there[1]
        paths = [named(path) for path in [*lacks, *dropped]] if there is not None else []
        self.__compare(there, paths, self.data != data)
        was_so = [path for path in lacks if known.get(json.dumps(path)) == self.entry["leaves"].get(json.dumps(path))]
        if self.kind is not None:
            self.kind = "put back" if (was_so or not lacks) and self.known and not dropped else "written"

    def __compare(self, there, paths, differs=False):
        details = list(paths)
        if there is None:
            differs = True
            if self.known:
                details.append("was removed")
        else:
            info = there[0]
            if (info.st_uid, info.st_gid) != self.owner:
                details.append("owner was %d:%d" % (info.st_uid, info.st_gid))
            if stat.S_IMODE(info.st_mode) != self.mode:
                details.append("mode was %04o" % stat.S_IMODE(info.st_mode))
        if not differs and not details:
            return
        self.details = details + self.details
        self.kind = "put back" if self.known.get("hash") == self.entry["hash"] else "written"


def at_or_none(value, path):
    found = at(value, path)
    return None if found is MISSING else found
