"""Find or start what the system runs on: PostgreSQL and Redis, by URL or embedded."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from survey_app.installation.at_work import session_of_version
from survey_app.installation.logins import addresses, kept_passwords
from survey_app.settings import Settings
from survey_app.shared import queue
from survey_app.shared.database import Login, connect
from survey_app.shared.embedded.postgres import EmbeddedPostgres, embedded_postgres
from survey_app.shared.embedded.redis import EmbeddedRedis, embedded_redis
from survey_app.shared.embedded.turns import in_use, uninterrupted


@dataclass(frozen=True, slots=True)
class Services:
    """What a process was given: a database address per login, and the queue's."""

    database: dict[Login, str]
    redis_url: str
    postgres: EmbeddedPostgres | None
    redis: EmbeddedRedis | None

    @property
    def embedded(self) -> tuple[EmbeddedPostgres | EmbeddedRedis, ...]:
        """The services that are ours to start and to stop, in the order of starting."""
        return tuple(one for one in (self.postgres, self.redis) if one is not None)

    def start(self) -> None:
        """Start the embedded services that do not run.

        Raises
        ------
        ServiceError
            If one cannot be started.
        """
        for one in self.embedded:
            with uninterrupted():
                one.start()

    def stop(self) -> None:
        """Stop the embedded services, whoever started them."""
        for one in reversed(self.embedded):
            one.stop()


def find_services(settings: Settings, *logins: Login) -> Services:
    """Tell this process's engines and its queue where the services are, and start nothing.

    Parameters
    ----------
    settings : Settings
        Where they are: by URL, else embedded in the data folder.
    logins : Login
        What this process reaches the database as; without one, whatever the settings give.

    Raises
    ------
    ServiceError
        If the settings do not give one of ``logins``.
    """
    postgres = None if settings.external_database else embedded_postgres(settings.data_dir)
    redis = None if settings.redis_url else embedded_redis(settings.data_dir)
    database = (
        addresses(settings, logins)
        if postgres is None
        else {login: postgres.url(_user(login)) for login in logins or Login}
    )
    redis_url = settings.redis_url or (redis.url if redis else "")
    connect(database, named=session_of_version(), passwords=kept_passwords(settings))
    queue.configure(redis_url)
    return Services(database, redis_url, postgres, redis)


@contextlib.contextmanager
def services(settings: Settings, *logins: Login, start: bool = True) -> Iterator[Services]:
    """Lend the services to a process; the last one that uses embedded ones stops them.

    Parameters
    ----------
    start : bool
        Whether to start embedded ones that do not run; a child of ``up`` leaves that to it.
    """
    found = find_services(settings, *logins)
    with contextlib.ExitStack() as stack:
        if found.embedded:
            stack.enter_context(in_use(settings.data_dir, last=found.stop))
        if start:
            found.start()
        yield found


def _user(login: Login) -> str:
    return "postgres" if login is Login.MIGRATOR else login.value
