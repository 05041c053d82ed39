"""One part each, for production: a web process, a worker process."""

from __future__ import annotations

import logging

from granian import Granian
from granian.constants import Interfaces

from survey_app.installation.supervise import watch_parent
from survey_app.settings import settings


def quiet_logs() -> None:
    """Log events of ours; nothing that carries an address, a path or a job's outcome."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    for name in ("httpx", "arq", "arq.worker", "arq.jobs", "mail.log", "aiosmtplib"):
        logging.getLogger(name).setLevel(logging.WARNING)


def serve_web(*, host: str, port: int, processes: int, ballots_only: bool = False) -> None:
    """Serve the application under Granian, without an access log.

    Raises
    ------
    ServiceError
        If a demo ran here, and this is none.
    """
    from survey_app.installation.made_up import services_of_no_demo  # noqa: PLC0415 - heavy
    from survey_app.shared.database import Login  # noqa: PLC0415

    watch_parent()
    # what is wrong with settings, services or data is told here, before any process starts
    services_of_no_demo(settings(), Login.WEB)
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
    ServiceError
        If a demo ran here, and this is none.
    """
    from survey_app.installation.made_up import services_of_no_demo  # noqa: PLC0415 - heavy
    from survey_app.shared import queue  # noqa: PLC0415
    from survey_app.shared.database import Login  # noqa: PLC0415
    from survey_app.worker import start  # noqa: PLC0415

    watch_parent()
    quiet_logs()
    found = services_of_no_demo(settings(), Login.WORKER)
    queue.configure(found.redis_url)
    start(settings=settings())
