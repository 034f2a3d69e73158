"""Files and folders on the host, by absolute path. Some lie in folders that a container's user may write, who may put links there:
none is followed that anybody but root can have made."""

import errno
import os
import stat


class Refused(Exception):
    """What the operator has to see, in one line."""


def open_folder(path, make=False, depth=0):
    """A descriptor of a folder; folders that are missing are made, root's, 0755."""
    if depth > 20:
        raise Refused("%s leads through too many links" % path)
    here = os.open("/", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    parts = [part for part in path.split("/") if part]
    for at, name in enumerate(parts):
        try:
            there = enter(here, name, make)
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.ENOTDIR):
                raise
            place = "/" + "/".join(parts[: at + 1])
            target = trusted_link(here, name, place)
            os.close(here)
            rest = os.path.join("/", *parts[:at], target, *parts[at + 1 :])
            return open_folder(os.path.normpath(rest), make, depth + 1)
        os.close(here)
        here = there
    return here


def enter(folder, name, make):
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(name, flags, dir_fd=folder)
    except FileNotFoundError:
        if not make:
            raise
    os.mkdir(name, 0o700, dir_fd=folder)
    there = os.open(name, flags, dir_fd=folder)
    os.fchown(there, 0, 0)
    os.fchmod(there, 0o755)
    return there


def trusted_link(folder, name, place):
    info = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if not stat.S_ISLNK(info.st_mode):
        raise Refused("%s is no folder" % place)
    around = os.fstat(folder)
    shared = around.st_mode & 0o022 and not around.st_mode & stat.S_ISVTX
    if info.st_uid != 0 or around.st_uid != 0 or shared:
        raise Refused("%s is a link that somebody other than root may have put there: remove it" % place)
    return os.readlink(name, dir_fd=folder)


def look(path):
    """What is at a path, as (info, bytes); bytes are None of what is no regular file. None if nothing is there."""
    try:
        folder = open_folder(os.path.dirname(path))
    except FileNotFoundError:
        return None
    name = os.path.basename(path)
    try:
        info = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if not stat.S_ISREG(info.st_mode):
            return info, None
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        with os.fdopen(file, "rb") as opened:
            return os.fstat(opened.fileno()), opened.read()
    except FileNotFoundError:
        return None
    finally:
        os.close(folder)


def put_folder(path, owner, mode):
    folder = open_folder(path, make=True)
    try:
        os.fchown(folder, *owner)
        os.fchmod(folder, mode)
    finally:
        os.close(folder)


def put_file(path, data, owner, mode, in_place):
    """Writes a file. A draft beside it comes first, so that a full disk is found while the file is as it was. In place: a mount of
    the file itself shows the change, which it does not when another file takes its name."""
    folder = open_folder(os.path.dirname(path), make=True)
    name = os.path.basename(path)
    draft = ".%s.fleet-draft" % name
    try:
        try:
            unlink(draft, folder)
            write_draft(draft, folder, data, owner, mode)
            if not (in_place and overwrite(name, folder, data, owner, mode)):
                os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)
        finally:
            unlink(draft, folder)
    finally:
        os.close(folder)


def write_draft(draft, folder, data, owner, mode):
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(draft, flags, 0o600, dir_fd=folder), "wb") as file:
        file.write(data)
        file.flush()
        os.fchown(file.fileno(), *owner)
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())


def overwrite(name, folder, data, owner, mode):
    """False if there is no file of its own to write into: none, a link, or one that has other names besides."""
    try:
        file = os.open(name, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENXIO, errno.ETXTBSY):
            return False
        raise
    try:
        info = os.fstat(file)
        if not stat.S_ISREG(info.st_mode) or info.st_nlink != 1:
            return False
        os.fchown(file, *owner)
        os.fchmod(file, mode)
        reserve(file, info.st_size, len(data))
        written = 0
        while written < len(data):
            written += os.pwrite(file, data[written:], written)
        os.ftruncate(file, len(data))
        os.fsync(file)
        return True
    finally:
        os.close(file)


def reserve(file, size, wanted):
    """Room for what a file is to grow by, before anything in it is changed."""
    if wanted <= size:
        return
    try:
        os.posix_fallocate(file, 0, wanted)
    except OSError as error:
        os.ftruncate(file, size)
        if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
            raise


def remove_file(path):
    try:
        folder = open_folder(os.path.dirname(path))
    except FileNotFoundError:
        return False
    try:
        return unlink(os.path.basename(path), folder)
    finally:
        os.close(folder)


def unlink(name, folder):
    try:
        os.unlink(name, dir_fd=folder)
        return True
    except (FileNotFoundError, IsADirectoryError):
        return False
