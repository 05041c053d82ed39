"""Every setting of an installation, read once: environment, ``.env`` file, files of secrets."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import secrets
import tempfile
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict
from stdnum.no import orgnr

from questionnaires.agency import AGENCY
from questionnaires.content import use_content
from survey_app.shared.digital_post_settings import DigitalPostSettings
from survey_app.shared.errors import SettingsError
from survey_app.shared.quiet_time import QuietTime, read_quiet_time
from survey_app.shared.secret import Secret, refuse_short_secrets
from survey_app.shared.secret_files import secrets_folder
from survey_app.shared.service_address import refuse_odd_port
from survey_app.shared.sign_on_settings import SignOnSettings
from survey_app.shared.sms_settings import SmsSettings

PREFIX = "BAROMETER_"
SMALLEST_GROUP = 3


class Settings(SignOnSettings, SmsSettings, DigitalPostSettings):
    """The settings named in ``docs/operations.md``; an unset URL means the embedded service."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    database_url: str | None = None
    database_url_web: str | None = None
    database_url_reader: str | None = None
    database_url_worker: str | None = None
    redis_url: str | None = None
    smtp_url: str | None = None
    return_address: str | None = None
    return_mailbox: str | None = None
    return_secret: str | None = None
    quiet_hours: str = ""
    quiet_days: str = ""
    mail_per_minute: Annotated[int, Field(ge=1)] | None = None
    mail_connections: Annotated[int, Field(ge=1, le=50)] = 20
    agency: Path | None = None
    data_dir: Path = Path("var")
    secrets_dir: Path | None = None
    """Where to find, each in a file of its name, settings that are not in the environment."""
    key_dir: Path | None = None
    base_url: str = "http://localhost:8000"
    answer_url: str | None = None
    ballot_url: str | None = None
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    secret_key: str | None = None
    proof_key: str | None = None
    minimum_group: Annotated[int, Field(ge=SMALLEST_GROUP)] = 5
    minimum_comments: Annotated[int, Field(ge=SMALLEST_GROUP)] = 10
    metrics_from: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    open_units_from: date | None = None
    log_format: Literal["text", "json"] = "text"
    alarm_mail: Annotated[tuple[str, ...], NoDecode] = ()
    backup_days: Annotated[int, Field(ge=0, le=365)] = 7
    log_years: Annotated[int, Field(ge=1, le=50)] = 5
    second_step: str = ""
    session_idle_minutes: Annotated[int, Field(ge=5, le=600)] = 60
    session_hours: Annotated[int, Field(ge=1, le=168)] = 12
    leaver_days: Annotated[int, Field(ge=7, le=730)] = 90
    closed_account_days: Annotated[int, Field(ge=30, le=1825)] = 365
    security_contact: str | None = None
    accessibility_contact: str | None = None
    accessibility_statement: str | None = None
    demo: bool = False
    """Set by ``barometer demo`` alone: it marks every page and opens the mailbox page."""

    @field_validator("agency")
    @classmethod
    def _is_content(cls, value: Path | None) -> Path | None:
        if value is None:
            return None
        if not (value / AGENCY).is_file():
            raise ValueError(f"must be a folder that holds {AGENCY}: barometer init writes one")
        return value.resolve()

    @field_validator("base_url", "answer_url", "ballot_url")
    @classmethod
    def _is_web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ValueError("must be a web address such as https://barometer.example.org")
        return value.rstrip("/")

    @field_validator(
        "database_url", "database_url_web", "database_url_reader", "database_url_worker"
    )
    @classmethod
    def _is_postgres(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in {"postgres", "postgresql"}:
            raise ValueError("must begin with postgresql://")
        return value

    @field_validator(
        "database_url", "database_url_web", "database_url_reader", "database_url_worker",
        "redis_url", "smtp_url", "return_mailbox", "base_url", "answer_url", "ballot_url",
    )  # fmt: skip
    @classmethod
    def _has_a_port(cls, value: str | None) -> str | None:
        return refuse_odd_port(value)

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
            raise ValueError("must begin with redis://, rediss:// or unix://")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_smtp(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in {"smtp", "smtps", "smtp+starttls"}:
            raise ValueError("must begin with smtp://, smtps:// or smtp+starttls://")
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _are_hours(cls, value: str) -> str:
        read_quiet_time(value, "")
        return value

    @field_validator("quiet_days")
    @classmethod
    def _are_days(cls, value: str) -> str:
        read_quiet_time("", value)
        return value

    @field_validator("return_address")
    @classmethod
    def _is_short_address(cls, value: str | None) -> str | None:
        # with a plus and the key of a mail it has to fit into the 64 signs before the at (RFC 5321)
        if value is not None and not re.fullmatch(r"[^\s@+]{1,20}@[^\s@]+", value):
            raise ValueError("must be an e-mail address with at most 20 signs before the @, no +")
        return value

    @field_validator("return_mailbox")
    @classmethod
    def _is_mailbox(cls, value: str | None) -> str | None:
        if value is not None:
            parts = urlsplit(value)
            if parts.scheme not in {"imap", "imaps", "maildir", "mbox"}:
                raise ValueError("must begin with imaps://, imap://, maildir:// or mbox://")
            if parts.scheme in {"maildir", "mbox"} and (parts.netloc or len(parts.path) < 2):  # noqa: PLR2004 - more than a slash
                raise ValueError("must name a path, such as maildir:///var/mail/retur")
        return value

    @field_validator("data_dir", "key_dir", mode="before")
    @classmethod
    def _is_named(cls, value: object) -> object:
        # a folder without a name is the one in which the process was started
        if isinstance(value, str) and not value.strip():
            raise ValueError("must name a folder: leave the setting out where you have none")
        return value

    @field_validator("trusted_proxies", "metrics_from", mode="before")
    @classmethod
    def _are_networks(cls, value: object, about: ValidationInfo) -> object:
        if not isinstance(value, str):
            return value
        try:
            found = tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
        except ValueError:
            raise ValueError(
                "must be addresses or networks with commas between, such as 127.0.0.1,10.2.0.0/24"
            ) from None
        if about.field_name == "trusted_proxies" and any(one.prefixlen == 0 for one in found):
            raise ValueError(
                "must name your proxies: where all are trusted, anybody may pose as any"
            )
        return found

    @field_validator("alarm_mail", mode="before")
    @classmethod
    def _are_mail_addresses(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        found = tuple(part.strip() for part in value.split(",") if part.strip())
        if not all(re.fullmatch(r"[^\s@,]+@[^\s@,]+", one) for one in found):
            raise ValueError("must be e-mail addresses with commas between")
        return found

    @field_validator("organisation_number")
    @classmethod
    def _is_organisation(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not orgnr.is_valid(value):
            raise ValueError("must be the nine digits of an organisation in Norway")
        return orgnr.compact(value)

    @field_validator("accessibility_statement")
    @classmethod
    def _is_statement(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https://\S+", value):
            raise ValueError("must be an https:// address, as uustatus.no gives it")
        return value

    @field_validator("security_contact", "accessibility_contact")
    @classmethod
    def _is_contact(cls, value: str | None) -> str | None:
        if value is None:
            return None
        found = f"mailto:{value}" if re.fullmatch(r"[^\s:/@]+@[^\s:/@]+", value) else value
        if not re.fullmatch(r"(mailto:|tel:|https://)\S+", found):
            raise ValueError("must be an e-mail address, a telephone number as tel:, or https://")
        return found

    @field_validator("secret_key", "return_secret")
    @classmethod
    def _is_long(cls, value: str | None) -> str | None:
        if value is not None:
            refuse_short_secrets(value)
        return value

    @field_validator("proof_key")
    @classmethod
    def _is_proof_key(cls, value: str | None) -> str | None:
        # while the secret is renewed there are as many as secrets
        if value is not None and not re.fullmatch(r"[\w-]{43}(,[\w-]{43})*", value, re.ASCII):
            raise ValueError(
                "must be what barometer doctor prints on a host with the secret: 43 characters"
            )
        return value

    @property
    def external_database(self) -> bool:
        """Whether the agency has a database of its own; then none is ever started here."""
        return any(
            (
                self.database_url,
                self.database_url_web,
                self.database_url_reader,
                self.database_url_worker,
            )
        )

    @property
    def hears_of_returned_mail(self) -> bool:
        """Whether anybody tells us which mails did not arrive: a mailbox, or programs."""
        return self.return_mailbox is not None or self.return_secret is not None

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies travel over https only."""
        return self.base_url.startswith("https://")

    @property
    def key_folder(self) -> Path:
        """Where the keys of open waves lie: the setting, else a folder beside the data folder.

        Not in it: the data folder is backed up, and whoever has key and ballots opens these.
        """
        data_dir = self.data_dir.resolve()
        return (self.key_dir or data_dir.with_name(f"{data_dir.name}-keys")).resolve()

    @property
    def answering_url(self) -> str:
        """Address in front of ``/answer/…``; a host of its own where the agency gives one."""
        return self.answer_url or self.base_url

    @property
    def balloting_url(self) -> str:
        """Address in front of ``/ballot``; empty where the page's own is meant."""
        return self.ballot_url or self.answer_url or ""

    @property
    def logs_json(self) -> bool:
        """Whether each line of a log is a JSON object."""
        return self.log_format == "json"

    @property
    def quiet_time(self) -> QuietTime:
        """When invitations and reminders wait."""
        return read_quiet_time(self.quiet_hours, self.quiet_days)

    def secret(self) -> Secret:
        """Return the installation's secret: the setting, else what is kept in the data folder.

        It lives outside the database (``anonymity-design.md`` 5): a stolen dump holds no token. One
        is made where the embedded database is, and nowhere silently beside another: a second host's
        own would let every link die. While it is renewed, those of the further lines are accepted.

        Raises
        ------
        SettingsError
            If there is none, or the file is empty or holds a line that is too short.
        """
        if self.secret_key:
            return Secret.of_lines(self.secret_key)
        if self.external_database and not self.secret_file.exists():
            sentence = (
                f"there is no {PREFIX}SECRET_KEY and no {self.secret_file}: links are derived from"
                " the installation's secret; set it as on the host that has it,"
                " or run barometer migrate on a new installation, which makes one"
            )
            raise SettingsError((sentence,))
        return self.make_secret()

    def make_secret(self) -> Secret:
        """Return what the data folder keeps as the secret; where it keeps none, make one.

        Raises
        ------
        SettingsError
            If the file is empty or holds a line that is too short.
        """
        secret = kept_secret(self.secret_file, secrets.token_urlsafe(48)).strip()
        if not secret:
            # tokens derived from nothing would be tokens that anybody derives
            raise SettingsError(
                (f"{self.secret_file} is empty: bring back its copy; without one, remove it",)
            )
        try:
            refuse_short_secrets(secret)
        except ValueError as error:
            raise SettingsError((f"{self.secret_file}: each line {error}",)) from None
        return Secret.of_lines(secret)

    @property
    def secret_file(self) -> Path:
        """Where the secret is kept when it is not a setting."""
        return self.data_dir / "secret_key"

    @property
    def has_secret(self) -> bool:
        """Whether this host has a secret, so that none needs to be made."""
        return self.secret_key is not None or self.secret_file.exists()


def kept_secret(path: Path, fresh: str) -> str:
    """Return what a file keeps; where there is none, ``fresh`` is put there, for the owner alone.

    Of several processes that start at once all get the same, and none an unfinished one: the file
    appears whole or not at all.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8") as file:
            file.write(fresh)
            file.flush()
            os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text(encoding="utf-8")


def read_settings() -> Settings:
    """Read and validate the settings, and take the agency's content from where they say.

    What the environment says comes before the ``.env`` file, and that before the files of secrets.

    Raises
    ------
    SettingsError
        One line for each setting that is wrong, with what was expected.
    """
    folder = secrets_folder(Settings.model_fields, prefix=PREFIX)
    files: dict[str, Any] = {"_secrets_dir": folder}  # a word of the library, not a setting
    try:
        found = Settings(**files)
    except ValidationError as error:
        lines = [
            (f"{PREFIX}{'_'.join(map(str, fault['loc'])).upper()}: " if fault["loc"] else "")
            + fault["msg"].removeprefix("Value error, ")
            for fault in error.errors()
        ]
        raise SettingsError(tuple(lines)) from error
    if found.secret_key is None and os.access(found.secret_file, os.R_OK):
        found.make_secret()  # what is kept is held to what a setting is
    if found.agency is not None:
        use_content(found.agency)
    return found


@functools.cache
def settings() -> Settings:
    """Return this process's settings, read at the first call."""
    return read_settings()
