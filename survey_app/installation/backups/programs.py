"""PostgreSQL's own programmes for dumps, of a version that knows the server's."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from survey_app.installation.services import Services
from survey_app.shared.database import Link, Login
from survey_app.shared.embedded.postgres import programmes_of_the_wheel
from survey_app.shared.errors import ServiceError

# where Debian keeps the programmes of each version that is installed
DEBIAN: Final = Path("/usr/lib/postgresql")
MOST_SAID: Final = 500  # characters
_OWN_LINE: Final = re.compile(
    r"pg_(dump|restore): (error|hint|detail): |psql:<stdin>:\d+: (ERROR|FATAL): |psql: error: "
)
_QUOTED: Final = re.compile(r'"[^"]*("|$)')


async def server_version(link: Link) -> int:
    """Return the server's major version, such as 17."""
    return int(await link.fetchval("SHOW server_version_num")) // 10_000


def programme(name: str, found: Services, server: int) -> Path:
    """Return ``pg_dump`` or ``pg_restore`` for a server of a major version.

    One of the same version is taken before a newer one: what a newer one writes, an older server
    may not know.

    Raises
    ------
    ServiceError
        If none is installed that is as new as the server.
    """
    if found.postgres is not None:
        return found.postgres.binaries / name
    versions = {path: programme_version(path) for path in _installed(name)}
    fitting = [path for path, version in versions.items() if version >= server]
    if not fitting:
        raise ServiceError(
            f"no {name} of PostgreSQL {server} or newer is installed here: install the client"
            f" programmes of PostgreSQL (Debian: postgresql-client-{server})"
        )
    return min(fitting, key=lambda path: versions[path])


def owner_address(found: Services) -> tuple[str, dict[str, str]]:
    """Return the owner's address without its password, and the environment that holds that.

    What stands in a command's arguments, everybody on the machine can read.
    """
    parts = urlsplit(found.database[Login.MIGRATOR])
    user, password = parts.username, parts.password
    netloc = parts.netloc.rpartition("@")[2]
    if user:
        netloc = f"{quote(unquote(user), safe='')}@{netloc}"
    environment = {"PGPASSWORD": unquote(password)} if password else {}
    return urlunsplit(parts._replace(netloc=netloc)), environment


def what_it_said(told: bytes) -> str:
    """Return why a programme ended, without what stands in a row.

    The server quotes rows in lines of their own, and values between quotation marks.
    """
    lines = told.decode(errors="replace").splitlines()
    said = [_QUOTED.sub("«…»", line) for line in lines if _OWN_LINE.match(line)]
    return "; ".join(said)[:MOST_SAID] or "it did not say why"


def _installed(name: str) -> list[Path]:
    found = [path / "bin" / name for path in DEBIAN.glob("*")] if DEBIAN.is_dir() else []
    if (on_path := shutil.which(name)) is not None:
        found.insert(0, Path(on_path))
    if (wheel := programmes_of_the_wheel()) is not None:
        found.append(wheel / name)
    return [path for path in found if path.is_file()]


def programme_version(path: Path) -> int:
    """Return the major version of one of PostgreSQL's programmes; 0 where it tells none."""
    told = subprocess.run(  # noqa: S603 - a programme of PostgreSQL, asked for its version
        [str(path), "--version"], check=False, capture_output=True, text=True
    ).stdout
    number = re.search(r"\d+", told)
    return int(number[0]) if number else 0
