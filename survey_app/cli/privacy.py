"""What is held about people, as documents for the data protection officer."""

from __future__ import annotations

from pathlib import Path

import click

from survey_app.cli.root import LanguageCode, barometer, first_language, settings


@barometer.group("privacy")
def privacy_group() -> None:
    """Write the documents that the data protection officer keeps."""


def _written(kind: str, language: str, output: Path | None) -> None:
    from survey_app.commands.privacy import write_privacy_document

    if told := write_privacy_document(kind, language, output, settings=settings()):
        click.echo(told)


_LANGUAGE = click.option(
    "--language", type=LanguageCode(), default=first_language, help="default: the agency's first"
)
_OUTPUT = click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="a file that ends with .html or .pdf; without it HTML on standard output",
)


@privacy_group.command("register")
@_LANGUAGE
@_OUTPUT
def privacy_register(language: str, output: Path | None) -> None:
    """Write the record of processing activities (GDPR article 30).

    It is made of what the database holds, column by column, and no database is asked. What only
    people can say is marked as to be filled in.
    """
    _written("register", language, output)


@privacy_group.command("dpia")
@_LANGUAGE
@_OUTPUT
def privacy_dpia(language: str, output: Path | None) -> None:
    """Write the data protection impact assessment (GDPR article 35).

    What is held, the risks, what is done against them and what is left; how likely and how bad,
    and what was decided, is for people to fill in.
    """
    _written("dpia", language, output)
