"""Find or start what the system runs on: PostgreSQL and Redis, by URL or embedded."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from survey_app.settings import Settings, kept_secret
from survey_app.shared.database import Login, connect
from survey_app.shared.embedded.postgres import EmbeddedPostgres, start_postgres
from survey_app.shared.embedded.redis import EmbeddedRedis, start_redis


@dataclass(frozen=True, slots=True)
class Services:
    """What a process was given: a database address per login, and the queue's."""

    database: dict[Login, str]
    redis_url: str
    postgres: EmbeddedPostgres | None
    redis: EmbeddedRedis | None

    def stop_started(self) -> None:
        """Stop the embedded services that this process started; leave joined ones running."""
        if self.redis and self.redis.started:
            self.redis.stop()
        if self.postgres and self.postgres.started:
            self.postgres.stop()

    def stop_all(self) -> None:
        """Stop the embedded services, also those found running from a killed process."""
        if self.redis:
            self.redis.stop()
        if self.postgres:
            self.postgres.stop()


def start_services(settings: Settings) -> Services:
    """Start or join the services, and tell this process's engines where they are.

    Raises
    ------
    ServiceError
        If an embedded service cannot be started.
    """
    postgres = None if settings.database_url else start_postgres(settings.data_dir)
    redis = None if settings.redis_url else start_redis(settings.data_dir)
    urls = _external_urls(settings) if postgres is None else _embedded_urls(postgres)
    connect(urls)
    redis_url = settings.redis_url or (redis.url if redis else "")
    return Services(urls, redis_url, postgres, redis)


@contextmanager
def services(settings: Settings) -> Iterator[Services]:
    """Lend the services to one command: joined beside a running demo, else started and stopped."""
    found = start_services(settings)
    try:
        yield found
    finally:
        found.stop_started()


def _embedded_urls(postgres: EmbeddedPostgres) -> dict[Login, str]:
    users = {Login.MIGRATOR: "postgres"}
    return {login: postgres.url(users.get(login, login.value)) for login in Login}


def _external_urls(settings: Settings) -> dict[Login, str]:
    own = settings.database_url or ""
    given = {
        Login.MIGRATOR: own,
        Login.WEB: settings.database_url_web,
        Login.READER: settings.database_url_reader,
        Login.WORKER: settings.database_url_worker,
    }
    passwords = _passwords(settings.data_dir) if None in given.values() else {}
    return {login: url or _with_login(own, login, passwords) for login, url in given.items()}


def _passwords(data_dir: Path) -> dict[str, str]:
    fresh = json.dumps({login.value: secrets.token_urlsafe(24) for login in Login})
    stored: dict[str, str] = json.loads(kept_secret(data_dir / "logins.json", fresh))
    return stored


def _with_login(url: str, login: Login, passwords: dict[str, str]) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{login.value}:{quote(passwords[login.value], safe='')}@{host}"
    return urlunsplit(parts._replace(netloc=netloc))
