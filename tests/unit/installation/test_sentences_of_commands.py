"""What commands say: on a terminal of an older encoding, too, and of what they could not do."""

import errno
import io
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import click
import pytest
from click.testing import CliRunner

from questionnaires.content import SETTING
from questionnaires.population import read_population
from survey_app import cli
from survey_app.commands.files import UnwritableFileError, write_out
from survey_app.commands.waves import _population, verify_named
from survey_app.publishing.errors import UnknownPublicationError


def test_a_sign_that_the_terminal_does_not_have_is_written_by_its_number(monkeypatch):
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="iso8859-1")
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(
        cli, "barometer", lambda *, standalone_mode: click.echo("«Våren – kultur», --email …")
    )
    cli.main()
    terminal.flush()
    told = terminal.buffer.getvalue().decode("iso8859-1")
    assert told == "«Våren \\u2013 kultur», --email \\u2026\n"


@pytest.mark.parametrize(
    ("error", "told", "code"),
    [
        (
            OSError(errno.EROFS, "Read-only file system", "/mnt/ø/register.pdf"),
            "/mnt/ø/register.pdf cannot be read or written: Read-only file system",
            2,
        ),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "what was to be written has no room: No space left on device",
            2,
        ),
        (
            ConnectionRefusedError(errno.ECONNREFUSED, "no connection"),
            "a service does not answer: [Errno 111] no connection: barometer doctor says more",
            1,
        ),
        (
            asyncpg.InvalidCatalogNameError('database "barometre" does not exist'),
            'the database refuses: database "barometre" does not exist: barometer doctor says more',
            1,
        ),
        (
            asyncpg.ClientConfigurationError("no root certificate", hint="Provide one."),
            "the database refuses: no root certificate: barometer doctor says more",
            1,
        ),
    ],
)
def test_a_file_that_cannot_be_written_is_no_service_that_does_not_answer(
    monkeypatch, capsys, error, told, code
):
    def fails(*, standalone_mode):
        raise error

    monkeypatch.setattr(cli, "barometer", fails)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    assert capsys.readouterr().err == f"{told}\n"


@click.command()
@click.confirmation_option(prompt="Remove it?")
def _removes():
    """Ask before it does something."""


@click.command()
def _serves():
    """Run until somebody stops it."""
    raise KeyboardInterrupt


class _Interrupted(io.StringIO):
    def readline(self, _size=-1):
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("command", "typed", "told", "code"),
    [
        (_removes, io.StringIO(""), cli.UNANSWERED, 2),
        (_removes, io.StringIO("n\n"), cli.UNANSWERED, 2),
        (_removes, _Interrupted(), "", 130),
        (_serves, io.StringIO(""), "", 130),
    ],
    ids=["no terminal", "no", "Ctrl-C while it asks", "Ctrl-C"],
)
def test_a_command_that_asks_and_is_not_answered_says_that_nothing_was_done(
    monkeypatch, capsys, command, typed, told, code
):
    monkeypatch.setattr(cli, "barometer", command)
    monkeypatch.setattr(sys, "argv", ["barometer"])
    monkeypatch.setattr(sys, "stdin", typed)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    assert capsys.readouterr().err.strip() == told


@pytest.mark.parametrize("command", ["demo", "up", "web"])
@pytest.mark.parametrize("port", ["0", "65536"])
def test_a_port_that_there_is_not_is_refused_before_anything_begins(command, port):
    told = CliRunner().invoke(cli.barometer, [command, "--port", port])
    assert told.exit_code == 2
    assert f"{port} is not in the range 1<=x<=65535" in told.output


def test_half_a_table_is_taken_away(tmp_path, monkeypatch):
    class Full(io.FileIO):
        def write(self, content):
            super().write(content[:5])
            raise OSError(errno.ENOSPC, "No space left on device")

    def opened(path, mode):
        return Full(path, mode)

    monkeypatch.setattr(Path, "open", opened)
    with pytest.raises(UnwritableFileError, match=r"table\.csv cannot be written: No space left"):
        write_out(tmp_path / "table.csv", b"measure,mean\n")
    assert not [*tmp_path.iterdir()]


def test_newer_figures_of_the_population_are_asked_for_in_the_agencys_own_folder(
    tmp_path, monkeypatch
):
    people = replace(read_population(), approximate=True)
    monkeypatch.setenv(SETTING, str(tmp_path))
    told = "\n".join(_population(people, datetime(2026, 12, 1, tzinfo=UTC)))
    assert f"in a file in {tmp_path / 'population'} (" in told
    told = "\n".join(
        _population(replace(people, approximate=False), datetime(2036, 12, 1, tzinfo=UTC))
    )
    assert f"add a newer file in {tmp_path / 'population'}" in told


async def test_a_publication_that_there_is_not_is_told_in_a_sentence():
    with pytest.raises(UnknownPublicationError, match="there is no publication «none»: name it"):
        await verify_named("none", print)
