"""``barometer up``: everything in one terminal, kept running, and nothing left behind."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from survey_app.installation.family import end_left_over
from survey_app.installation.keeping import kept
from survey_app.installation.made_up import refuse_the_demos
from survey_app.installation.services import Services
from survey_app.installation.set_up import set_up
from survey_app.installation.supervise import supervise
from survey_app.settings import Settings, settings
from survey_app.shared.database import Login
from survey_app.shared.embedded.turns import alone
from survey_app.shared.errors import ServiceError
from survey_app.shared.logs import log_with_times

ASK_SECONDS = 2


def run_up(*, port: int) -> None:
    """Migrate, then run web and worker with this installation's own settings.

    Raises
    ------
    ServiceError
        If the port or the data folder is taken, a part cannot be kept alive, or a demo ran here.
    """
    chosen = settings()
    with alone_at(chosen.data_dir, port), set_up(chosen) as done:
        asyncio.run(refuse_the_demos(Login.WEB))
        environment = _address_at(chosen, port)
        run_parts(chosen, done.found, port, environment=environment, when_ready=lambda: None)


def _address_at(chosen: Settings, port: int) -> dict[str, str]:
    """Return where links shall lead: to this port, unless somebody has said where the pages are."""
    if "base_url" in chosen.model_fields_set:
        return {}
    return {"BAROMETER_BASE_URL": local_address(port)}


def local_address(port: int) -> str:
    """Return where this machine shows pages that are served at a port.

    Examples
    --------
    >>> local_address(8100)
    'http://localhost:8100'
    """
    return f"http://localhost:{port}"


@contextlib.contextmanager
def alone_at(data_dir: Path, port: int) -> Iterator[None]:
    """Be the only one in a data folder and at a port; what a killed one left is ended first.

    Raises
    ------
    ServiceError
        If another runs there.
    """
    with alone(data_dir):
        end_left_over(data_dir)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise ServiceError(f"port {port} is taken: choose another with --port") from None
        yield


def run_parts(
    chosen: Settings,
    found: Services,
    port: int,
    *,
    environment: Mapping[str, str],
    when_ready: Callable[[], None],
) -> None:
    """Keep web, worker and the embedded services running until somebody stops the whole."""
    log_with_times()
    with kept(found) as keeper:
        supervise(
            [["web", "--port", str(port)], ["worker"]],
            environment,
            data_dir=chosen.data_dir,
            ready=lambda: _answers(f"{local_address(port)}/health/ready/reading"),
            when_ready=when_ready,
            failed=keeper.failed,
        )


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=ASK_SECONDS):  # noqa: S310 - our own
            return True
    except (urllib.error.URLError, OSError):
        return False
