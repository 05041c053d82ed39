"""Keep the embedded services running: what dies is started again, by who runs the installation."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator

from survey_app.installation.family import WATCH_SECONDS
from survey_app.installation.retries import Retries
from survey_app.installation.services import Services
from survey_app.shared.embedded.postgres import EmbeddedPostgres
from survey_app.shared.embedded.redis import EmbeddedRedis
from survey_app.shared.errors import ServiceError

log = logging.getLogger("barometer.services")


class ServiceKeeper:
    """Looks after the embedded services from a thread of its own."""

    def __init__(self, found: Services, give_up: Callable[[], None]) -> None:
        self._give_up = give_up
        self._tended = [_Tended(service) for service in found.embedded]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="keep-services")

    def failed(self) -> str | None:
        """Say in a sentence which service cannot live; None as long as all can."""
        return next((one.refusal for one in self._tended if one.refusal), None)

    def start(self) -> None:
        """Begin to look after them."""
        if self._tended:
            self._thread.start()

    def stop(self) -> None:
        """Start nothing more."""
        self._stop.set()
        if self._tended:
            self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(WATCH_SECONDS):
            for one in self._tended:
                one.tend(time.monotonic())
            if self.failed():
                self._give_up()
                return


class _Tended:
    def __init__(self, service: EmbeddedPostgres | EmbeddedRedis) -> None:
        self._service = service
        self._retries = Retries()
        self._started = time.monotonic()
        self._due: float | None = None
        self.refusal: str | None = None

    def tend(self, now: float) -> None:
        if self._due is None:
            if not self._service.runs():
                log.warning("%s ended: starting it again", self._service.name)
                self._again(now)
        elif now >= self._due:
            self._start()

    def _start(self) -> None:
        try:
            self._service.start()
        except (ServiceError, OSError) as error:
            log.warning("%s does not start: %s", self._service.name, error)
            self._started = time.monotonic()
            self._again(self._started, str(error))
        else:
            self._started, self._due = time.monotonic(), None
            log.warning("%s runs again", self._service.name)

    def _again(self, now: float, why: str = "it ends each time") -> None:
        wait = self._retries.wait(lived=now - self._started, now=now)
        if wait is None:
            self.refusal = f"{self._service.name} cannot run: {why}"
        self._due = now + (wait or 0.0)


@contextlib.contextmanager
def kept(found: Services, *, give_up: Callable[[], None] = lambda: None) -> Iterator[ServiceKeeper]:
    """Keep the embedded services running while this process runs.

    Parameters
    ----------
    give_up : callable
        Called, from another thread, when one cannot live; the keeper then tells which and why.
    """
    keeper = ServiceKeeper(found, give_up)
    keeper.start()
    try:
        yield keeper
    finally:
        keeper.stop()
