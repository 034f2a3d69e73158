"""JSON objects of which the fleet declares a part: what it says is put in, what else they have stays."""

import json
import re


def parse(text):
    """A JSON object; None for anything else. Comments and commas before a bracket are let pass, as people write them by hand."""
    for attempt in (text, without_comments(text)):
        try:
            value = json.loads(attempt)
        except ValueError:
            continue
        return value if isinstance(value, dict) else None
    return None


TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/|,(?=(?:\s|//[^\n]*|/\*.*?\*/)*[}\]])', re.S)


def without_comments(text):
    return TOKEN.sub(lambda found: found[0] if found[0].startswith('"') else " ", text)


def show(value):
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def merged(there, wanted):
    if not (isinstance(there, dict) and isinstance(wanted, dict)):
        return wanted
    return {**there, **{key: merged(there.get(key), value) for key, value in wanted.items()}}


def leaves(value, path=()):
    """Paths of what is no object, with it; an object that has nothing in it counts too."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    else:
        yield path, value


MISSING = object()


def at(value, path):
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return MISSING
        value = value[key]
    return value


def same(there, wanted):
    """As JSON has it: true is no 1. An object is there whatever else it has."""
    if wanted == {}:
        return isinstance(there, dict)
    return there is not MISSING and json.dumps(there, sort_keys=True) == json.dumps(wanted, sort_keys=True)


def lacking(there, wanted):
    """Paths at which an object does not say what is wanted."""
    return [path for path, value in leaves(wanted) if not same(at(there, path), value)]


def without(value, path):
    """An object without what is at a path, and without objects that this leaves empty."""
    key, rest = path[0], path[1:]
    if not isinstance(value, dict) or key not in value:
        return value
    inner = without(value[key], rest) if rest else MISSING
    others = {name: item for name, item in value.items() if name != key}
    return others if inner is MISSING or inner == {} else {**value, key: inner}


def named(path):
    """`gateway.auth["a.b"]`"""
    text = "".join("." + key if re.fullmatch(r"[\w-]+", key) else "[%s]" % json.dumps(key) for key in path)
    return text.lstrip(".") or "(all of it)"
