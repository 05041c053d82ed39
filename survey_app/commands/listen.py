"""``barometer web``: the process that holds the port and starts those that serve.

It lives as long as they do and does nothing else, so it loads nothing of theirs: what looks whether
all is well does so in a child, which ends and takes with it all that it loaded.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from granian import Granian
from granian.constants import Interfaces

from survey_app.installation.family import PARENT, PATIENCE, follow_parent, is_child
from survey_app.shared.embedded.turns import in_use
from survey_app.shared.logs import log_with_times, server_lines

if TYPE_CHECKING:
    from survey_app.installation.services import Services

PAGES, BALLOTS = "survey_app.commands.serve:pages", "survey_app.commands.serve:ballots"
_FAULT: Final = 1  # exit code of what was ended from outside


def serve_web(*, host: str, port: int, processes: int, ballots_only: bool = False) -> None:
    """Serve the application under Granian, without an access log.

    Raises
    ------
    SettingsError, SchemaError, ServiceError
        Before any process starts, if a setting is wrong, the database is of another version, or a
        demo ran here, and this is none.
    SystemExit
        If the child that looked has said so.
    """
    found = _told_by_child(lambda: _looked_at(ballots_only=ballots_only))
    follow_parent()
    log_with_times(as_json=found["logs_json"])
    with _services_held(found, ballots_only=ballots_only), _counts_of(processes):
        # the processes that Granian starts follow this one
        os.environ[PARENT] = str(os.getpid())
        made = BALLOTS if ballots_only else PAGES
        serve_target(made, host=host, port=port, processes=processes, logs_json=found["logs_json"])


def serve_target(
    target: str,
    *,
    host: str,
    port: int,
    processes: int,
    factory: bool = True,
    logs_json: bool = False,
) -> None:
    """Serve what is named as Granian names it, the way that everything of ours is served."""
    Granian(
        target,
        factory=factory,
        interface=Interfaces.ASGI,
        address=host,
        port=port,
        workers=processes,
        log_access=False,
        log_dictconfig=server_lines(as_json=logs_json),
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=int(PATIENCE),
    ).serve()


def _told_by_child(look: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Let a child look, and return what it tells; where it refuses, end as it did."""
    ours, its = os.pipe()
    # before this process has threads
    child = os.fork()
    if not child:
        os.close(ours)
        os.environ[PARENT] = str(os.getppid())
        follow_parent()
        # what it raises ends it with the sentence and the exit code of a command
        told = json.dumps(look()).encode()
        os.write(its, told)
        sys.stderr.flush()
        os._exit(0)
    os.close(its)
    with os.fdopen(ours, "rb") as pipe:
        told = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code:
        sys.exit(code if code > 0 else _FAULT)
    found: dict[str, Any] = json.loads(told)
    return found


def _looked_at(*, ballots_only: bool) -> dict[str, Any]:
    from survey_app.commands.serve import at_hand_for_web  # noqa: PLC0415 - for the child alone
    from survey_app.settings import settings  # noqa: PLC0415

    chosen = settings()
    found = {"logs_json": chosen.logs_json, "data_dir": str(chosen.data_dir)}
    log_with_times(as_json=chosen.logs_json)
    embedded = not (chosen.external_database and chosen.redis_url)
    if embedded and not is_child():
        return {**found, "embedded": True}  # who keeps services running looks itself
    with at_hand_for_web(ballots_only=ballots_only):
        return {**found, "embedded": embedded}


@contextlib.contextmanager
def _services_held(found: dict[str, Any], *, ballots_only: bool) -> Iterator[None]:
    """Keep embedded services running, or say that they are in use where ``up`` keeps them."""
    if not found["embedded"]:
        yield
    elif is_child():
        with in_use(Path(found["data_dir"]), last=lambda: _services().stop()):
            yield
    else:
        from survey_app.commands.serve import at_hand_for_web  # noqa: PLC0415 - needs all of it

        with at_hand_for_web(ballots_only=ballots_only):
            yield


def _services() -> Services:
    from survey_app.installation.services import find_services  # noqa: PLC0415 - at the end alone
    from survey_app.settings import settings  # noqa: PLC0415

    return find_services(settings())


@contextlib.contextmanager
def _counts_of(processes: int) -> Iterator[None]:
    """Let processes that share a port count pages together: whoever is asked tells of all."""
    if processes == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="barometer-counts-") as folder:
        # the library looks for it as it is loaded, in each process
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield
