"""One part each, for production: what a web process looks at and serves, and a worker process."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

from survey_app.accounts.roles_with_second_step import roles_with_second_step
from survey_app.accounts.sign_on.rules import rules_of
from survey_app.answering.sealing import keys_to_check
from survey_app.installation.expectations import refuse_what_cannot_work
from survey_app.installation.family import follow_parent, is_child
from survey_app.installation.keeping import kept
from survey_app.installation.made_up import refuse_the_demos
from survey_app.installation.pooler import refuse_pooler
from survey_app.installation.schema_state import refuse_strange_schema
from survey_app.installation.secret import refuse_other_secret
from survey_app.installation.services import Services, services
from survey_app.settings import settings
from survey_app.shared.database import Login
from survey_app.shared.errors import ServiceError
from survey_app.shared.given_back import hoard_nothing
from survey_app.shared.loading import loading
from survey_app.shared.logs import log_with_days, log_with_times

if TYPE_CHECKING:
    from litestar import Litestar


def pages() -> Litestar:
    """Build the application in a process that Granian started."""
    follow_parent()
    log_with_days(as_json=settings().logs_json)
    hoard_nothing()
    with loading(serves=True):
        from survey_app.app import create_app  # noqa: PLC0415 - the first process needs none of it

        return create_app()


def ballots() -> Litestar:
    """Build the application that takes ballots alone, in a process that Granian started."""
    follow_parent()
    log_with_days(as_json=settings().logs_json)
    hoard_nothing()
    with loading(serves=True):
        from survey_app.app import create_ballot_app  # noqa: PLC0415

        return create_ballot_app()


def serve_worker() -> None:
    """Work until told to stop.

    Raises
    ------
    SettingsError, SchemaError, ServiceError
        Before any work, if a setting is wrong, the database is of another version, or a demo ran
        here, and this is none.
    """
    follow_parent()
    log_with_times(as_json=settings().logs_json)
    hoard_nothing()
    with _at_hand(Login.WORKER, with_secret=True):
        with loading(serves=True):
            from survey_app.worker import start  # noqa: PLC0415 - heavy, and not needed to refuse

        start(settings=settings())


def at_hand_for_web(*, ballots_only: bool) -> contextlib.AbstractContextManager[Services]:
    """Have what a web process needs, and refuse what cannot work.

    Raises
    ------
    SettingsError, SchemaError, ServiceError
        If a setting is wrong, the database is of another version, or a demo ran here, and this is
        none.
    """
    if ballots_only:
        keys_to_check(settings())
    logins = (Login.WEB,) if ballots_only else (Login.WEB, Login.READER)
    # a host that takes ballots alone meets no link
    return _at_hand(*logins, with_secret=not ballots_only)


@contextlib.contextmanager
def _at_hand(*logins: Login, with_secret: bool) -> Iterator[Services]:
    """Have the services, and keep embedded ones running, unless ``up`` does."""
    alone = not is_child()
    refuse_what_cannot_work(settings())
    rules_of(settings())  # before the first person comes back from the provider
    roles_with_second_step(settings())
    with services(settings(), *logins, start=alone) as found, contextlib.ExitStack() as stack:
        asyncio.run(_refuse_strangers(logins[0], with_secret=with_secret))
        if alone:
            keeper = stack.enter_context(kept(found, give_up=_ask_to_end))
        yield found
        if alone and (told := keeper.failed()):
            raise ServiceError(told)


async def _refuse_strangers(login: Login, *, with_secret: bool) -> None:
    await refuse_pooler(login)
    await refuse_strange_schema(login)
    if not settings().demo:
        await refuse_the_demos(login)
    if with_secret:
        await refuse_other_secret(settings(), login)
        settings().secret()


def _ask_to_end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
