"""One part each, for production: a web process, a worker process."""

from __future__ import annotations

import asyncio
import logging

from granian import Granian
from granian.constants import Interfaces

from survey_app.installation.schema_state import SchemaError, refuse_strange_schema
from survey_app.installation.services import Services, start_services
from survey_app.installation.supervise import watch_parent
from survey_app.settings import settings
from survey_app.shared.database import Login


def quiet_logs() -> None:
    """Log events of ours; nothing that carries an address, a path or a job's outcome."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    for name in ("httpx", "arq", "arq.worker", "arq.jobs", "mail.log", "aiosmtplib"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _found(login: Login) -> Services:
    """Start or join the services, and work with no database of another version."""
    found = start_services(settings())
    try:
        asyncio.run(refuse_strange_schema(login))
    except SchemaError:
        found.stop_started()
        raise
    return found


def serve_web(*, host: str, port: int, processes: int, ballots_only: bool = False) -> None:
    """Serve the application under Granian, without an access log.

    Raises
    ------
    SettingsError, SchemaError
        Before any process starts, if a setting is wrong or the database is of another version.
    """
    watch_parent()
    _found(Login.WEB)
    Granian(
        f"survey_app.app:{'create_ballot_app' if ballots_only else 'create_app'}",
        factory=True,
        interface=Interfaces.ASGI,
        address=host,
        port=port,
        workers=processes,
        log_access=False,
        websockets=False,
        respawn_failed_workers=True,
    ).serve()


def serve_worker() -> None:
    """Work until told to stop.

    Raises
    ------
    SettingsError, SchemaError
        Before any work, if a setting is wrong or the database is of another version.
    """
    from survey_app.shared import queue  # noqa: PLC0415 - heavy
    from survey_app.worker import start  # noqa: PLC0415

    watch_parent()
    quiet_logs()
    found = _found(Login.WORKER)
    queue.configure(found.redis_url)
    start(settings=settings())
