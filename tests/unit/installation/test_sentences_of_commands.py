"""What commands say is said also on a terminal of an older encoding."""

import io
import sys

import click

from survey_app import cli


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
