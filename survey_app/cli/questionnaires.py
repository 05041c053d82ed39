"""Questionnaires in formats of others."""

from __future__ import annotations

from pathlib import Path

import click

from survey_app.cli.offline import questionnaire
from survey_app.cli.root import LanguageCode, as_worker, first_language


@questionnaire.command("export")
@click.argument("form")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["toml", "xlsform", "limesurvey", "surveyjs", "ddi", "pdf"]),
    required=True,
)
@click.option(
    "--language",
    type=LanguageCode(),
    default=first_language,
    show_default="the first of agency.toml",
    help="of the printed form; else the one that is shown first",
)
@click.option("--wave", metavar="KEY", help="exactly as this wave asked it")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="where to; - is standard output; else a file here, named after the form",
)
@click.option("--json", "as_json", is_flag=True, help="one object in the place of lines")
def questionnaire_export(
    form: str, kind: str, language: str, wave: str | None, output: Path | None, as_json: bool
) -> None:
    """Write a form for other programs or for paper; see docs/formats/questionnaire.md.

    FORM is a form of forms.toml, such as verdipuls.main. What the format does not hold is named
    line by line on standard error.
    """
    from survey_app.asking.instruments.asked import form_of_today
    from survey_app.commands.files import STDOUT
    from survey_app.commands.questionnaire_export import asked_in_wave, export_form
    from survey_app.shared.i18n import as_language

    if as_json and output == STDOUT:
        raise click.UsageError("--json and --output - both write to standard output: choose one")
    asked = as_worker(lambda: asked_in_wave(form, wave)) if wave else form_of_today(form)
    export_form(
        asked,
        kind,
        lang=as_language(language),
        wave=wave or "",
        output=output,
        as_json=as_json,
        echo=click.echo,
        warn=lambda line: click.echo(line, err=True),
    )
