"""Where the embedded services keep their files, and as whom they run.

PostgreSQL refuses to run as root, and another user cannot enter a private home. So as root the
data and the binaries get a place of their own; no folder that we did not create changes its mode.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

SYSTEM_USER = "barometer"
LONGEST_SOCKET_FOLDER = 80  # the kernel's limit is 107 bytes with "/.s.PGSQL.5432" behind it


@dataclass(frozen=True, slots=True)
class Owner:
    """The system user that a service runs as; ``None`` ids mean this process's own."""

    uid: int | None
    gid: int | None


@functools.cache
def service_owner() -> Owner:
    """Return whom services run as: ourselves, or as root a user without rights."""
    if os.geteuid() != 0:
        return Owner(None, None)
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
        made = (
            useradd
            and not subprocess.run(  # noqa: S603 - fixed arguments
                [
                    useradd,
                    "--system",
                    "--no-create-home",
                    "--shell",
                    "/usr/sbin/nologin",
                    SYSTEM_USER,
                ],
                check=False,
                capture_output=True,
            ).returncode
        )
        entry = pwd.getpwnam(SYSTEM_USER if made else "nobody")
    return Owner(entry.pw_uid, entry.pw_gid)


def others_may_enter(folder: Path) -> bool:
    """Tell whether a user without rights can walk down to ``folder``."""
    return all(
        path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents) if path.exists()
    )


def private_place(data_dir: Path) -> Path:
    """Return the folder for the services' files, reachable for whom they run as.

    Parameters
    ----------
    data_dir : Path
        The installation's data folder (``BAROMETER_DATA_DIR``).
    """
    data_dir = data_dir.resolve()
    if service_owner().uid is None or others_may_enter(data_dir):
        return data_dir
    key = hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]
    base = Path("/var/lib") if os.access("/var/lib", os.W_OK) else Path(tempfile.gettempdir())
    return base / "verdibarometer" / key


def socket_folder(place: Path) -> Path:
    """Return the folder for sockets: in ``place``, or a short one where that is too long."""
    if len(str(place)) <= LONGEST_SOCKET_FOLDER:
        return place / "sockets"
    key = hashlib.sha256(str(place).encode()).hexdigest()[:12]
    return Path("/tmp") / f"barometer-{key}"  # noqa: S108 - the name is derived, the mode private


def make_folder(path: Path, *, mode: int = 0o700, owned: bool = True) -> Path:
    """Create ``path`` with ``mode``, owned by the service's user; leave an existing one alone."""
    if not path.exists():
        for parent in reversed(path.parents):
            if not parent.exists():
                parent.mkdir(mode=0o755)
        path.mkdir(mode=mode)
        path.chmod(mode)
        owner = service_owner()
        if owned and owner.uid is not None and owner.gid is not None:
            os.chown(path, owner.uid, owner.gid)
    return path


def reachable_copy(source: Path, place: Path) -> Path:
    """Return ``source``, or a copy under ``place`` where the service's user cannot read it."""
    if service_owner().uid is None or others_may_enter(source):
        return source
    target = place / source.name
    if not (target / ".complete").exists():
        shutil.rmtree(target, ignore_errors=True)
        make_folder(target, mode=0o755, owned=False)
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
        target.chmod(0o755)
        (target / ".complete").touch()
    return target
