"""The map of the command line: every command of ``barometer``. Nothing is wired elsewhere."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys

import click

from survey_app.cli import (
    backups,
    comments,
    earlier,
    keys,
    log,
    offline,
    privacy,
    published,
    questionnaires,
    register,
    running,
    waves,
    witnessing,
)
from survey_app.cli.root import EXIT_FAULT, EXIT_INPUT, barometer
from survey_app.shared.embedded.turns import leave_when_ended
from survey_app.shared.errors import BarometerError

EXIT_STOPPED = 130
UNANSWERED = (
    "not answered, so not done: --help says whether an option of this command answers beforehand"
)
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}

__all__ = [
    "backups", "barometer", "comments", "earlier", "keys", "log", "main", "offline", "privacy",
    "published", "questionnaires", "register", "running", "waves", "witnessing",
]  # fmt: skip


def main() -> None:
    """Run a command; a mistake that a person can mend is one clear sentence, never a traceback."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one BLAS thread: the same bytes each time
    from analytics.errors import AnalyticsError
    from questionnaires.errors import QuestionnaireErrors

    if isinstance(sys.stdout, io.TextIOWrapper):
        # where the terminal has no sign for a dash (LANG=nb_NO), its number is better than nothing
        sys.stdout.reconfigure(errors="backslashreplace")
    leave_when_ended()
    _leave_no_core()
    try:
        barometer(standalone_mode=False)
    except click.exceptions.Abort as stopped:
        sys.exit(_stopped(stopped))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except (QuestionnaireErrors, BarometerError, AnalyticsError) as error:
        click.echo(str(error), err=True)
        sys.exit(EXIT_INPUT)
    except OSError as error:
        sentence = _of_a_file(error)
        click.echo(sentence or _told(error), err=True)
        sys.exit(EXIT_INPUT if sentence else EXIT_FAULT)
    except _no_answer() as error:
        click.echo(_told(error), err=True)
        sys.exit(EXIT_FAULT)


def _leave_no_core() -> None:
    """Let no crash write down what is in memory, here or in what this process starts."""
    with contextlib.suppress(ImportError):  # not on every system
        import resource

        # a single byte is no file, and the one limit with which Linux hands a core to no program,
        # as Ubuntu's apport, which keeps one whatever the limit; 0 that was set stays
        least = min(abs(resource.getrlimit(resource.RLIMIT_CORE)[1]), 1)
        resource.setrlimit(resource.RLIMIT_CORE, (least, least))


def _stopped(stopped: click.exceptions.Abort) -> int:
    """Tell Ctrl-C from a question that nobody answered, or with no."""
    # click names no cause where it was asking
    if isinstance(stopped.__context__, KeyboardInterrupt):
        return EXIT_STOPPED
    click.echo(UNANSWERED, err=True)
    return EXIT_INPUT


def _of_a_file(error: OSError) -> str:
    """Say which file could not be read or written; of a service that does not answer, nothing."""
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)} cannot be read or written: {error.strerror}"
    if error.errno in NO_ROOM:
        return f"what was to be written has no room: {error.strerror}"
    return ""


def _told(error: Exception) -> str:
    import asyncpg

    from survey_app.installation.pooler import POOLER

    if isinstance(error, asyncpg.DuplicatePreparedStatementError):
        return POOLER
    refuses = isinstance(error, _refusals())
    told = "the database refuses" if refuses else "a service does not answer"
    return f"{told}: {str(error).partition('\n')[0]}: barometer doctor says more"


def _refusals() -> tuple[type[Exception], ...]:
    """Name what a database raises that another address would not."""
    import asyncpg

    return (
        asyncpg.InvalidAuthorizationSpecificationError,
        asyncpg.InvalidCatalogNameError,
        asyncpg.ReadOnlySQLTransactionError,
        asyncpg.ClientConfigurationError,
    )


def _no_answer() -> tuple[type[Exception], ...]:
    """Name what a service raises that does not answer; the driver is loaded once one has not."""
    import asyncpg

    return (
        *_refusals(),
        asyncpg.PostgresConnectionError,
        asyncpg.CannotConnectNowError,
        asyncpg.AdminShutdownError,
        asyncpg.TooManyConnectionsError,
        asyncpg.DuplicatePreparedStatementError,
    )
