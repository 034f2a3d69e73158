"""Commands of the host's shell."""

import re
import signal
import subprocess
import tempfile

SECONDS = 1200
LAST_LINES = 6


def run(command, secrets, *arguments):
    """Fails with the last that the command said, but for the secrets in it. Its output goes to a file: a daemon that it starts and that
    holds its output open is not waited for."""
    env = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "DEBIAN_FRONTEND": "noninteractive",
    }
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            ["/bin/sh", "-c", command, "sh", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd="/",
            start_new_session=True,
        )
        try:
            code = process.wait(SECONDS)
            end = "ended with status %d" % code
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            code, end = process.wait(), "has not ended within %d s" % SECONDS
        if code == 0:
            return
        output.seek(0)
        said = output.read().decode("utf-8", "replace").strip().split("\n")[-LAST_LINES:]
        first = command.strip().split("\n")[0]
        shown = first if len(first) <= 100 else first[:99] + "…"
        lines = [hidden(line, secrets) for line in said if line]
        raise Refused("\n  ".join(["`%s` %s%s" % (hidden(shown, secrets), end, ":" if lines else ""), *lines]))


def holds(command):
    try:
        run(command, [])
        return True
    except Refused:
        return False


def failing(bundle):
    """Probes that fail, by their names."""
    return sorted(name for name, probe in bundle.get("probes", {}).items() if not holds(probe))


def hidden(text, secrets):
    for secret in secrets:
        text = text.replace(secret, "[…]")
    return text


def secrets_of(files):
    """What may be a secret in files that not everybody may read: strings of JSON, values of lines like NAME=value, whole short texts."""
    found = set()
    for file in files.values():
        text = file.get("text")
        if text is None or int(file.get("mode", "0644"), 8) & 0o007:
            continue
        value = parse(text)
        if value is not None:
            found.update(strings(value))
            continue
        values = re.findall(r"^\s*[\w.-]+\s*[=:]\s*(\S.*?)\s*$", text, re.M)
        found.update(value.strip("'\"") for value in values)
        if not values and "\n" not in text.strip():
            found.add(text.strip())
    return sorted((one for one in found if len(one) >= 8), key=len, reverse=True)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)
