"""What a reader may take out, and check."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from survey_app.cli.root import EXIT_FAULT, LanguageCode, as_worker, barometer, first_language


@barometer.command()
@click.argument("wave")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="a folder that is not there yet",
)
@click.option(
    "--language",
    type=LanguageCode(),
    default=first_language,
    show_default="the first of agency.toml",
)
def archive(wave: str, output: Path, language: str) -> None:
    """Write a published wave for the archive: PDF/A, figures, questionnaire and checksums.

    WAVE is a wave's key, a publication's id, latest, or latest:CAMPAIGN; see
    docs/formats/archive.md.
    """
    from survey_app.commands.archive import archive_named
    from survey_app.shared.i18n import as_language

    as_worker(lambda: archive_named(wave, output, lang=as_language(language), echo=click.echo))


@barometer.command()
@click.argument("publication")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "csv-excel", "xlsx", "parquet", "json-stat", "ddi", "pdf", "pptx"]),
    required=True,
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="where to; - is standard output; else a file here, named after the wave",
)
@click.option(
    "--language",
    type=LanguageCode(),
    default=first_language,
    show_default="the first of agency.toml",
)
@click.option(
    "--table",
    default="estimates",
    show_default=True,
    help="which table, in formats that hold one: estimates, changes, participation, questions …",
)
@click.option("--unit", default="", help="code of a unit or region: what its leader sees")
def export(
    publication: str, form: str, output: Path | None, language: str, table: str, unit: str
) -> None:
    """Write what a reader may take out of a publication; see docs/formats/exports.md.

    PUBLICATION is latest, latest:CAMPAIGN, a publication's id, or the key of its wave.
    """
    from survey_app.commands.export import export_named
    from survey_app.shared.i18n import as_language

    as_worker(
        lambda: export_named(
            publication,
            form,
            output=output,
            lang=as_language(language),
            table=table,
            unit=unit,
            echo=click.echo,
        )
    )


@barometer.command("verify-publication")
@click.argument("publication")
def verify_publication(publication: str) -> None:
    """Recompute a publication (id, or 'latest') from its responses, and compare.

    \b
    Exit code 0: the same, to the byte or (made by another version) within 1e-8.
    3: it differs, and another version made it, or what it is compared with was corrected or
    taken back since.
    4: it differs though this very programme made it: find out why.
    5: what is stored was changed: hash, wave record or responses do not fit.
    2: it cannot be made again, since its responses are deleted or there is no such publication.
    """
    from survey_app.commands.waves import verify_named

    sys.exit(as_worker(lambda: verify_named(publication, click.echo)))


@barometer.command("verify-wave")
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--receipt", "receipts", multiple=True, help="must be in the record; repeatable")
@click.option("--keys-hash", help="the check sum of the key list, from the invitation")
def verify_wave(files: tuple[Path, ...], receipts: tuple[str, ...], keys_hash: str | None) -> None:
    """Check a wave record, its key list and its publication (JSON), offline.

    What is checked, and where the files are found, is in docs/formats/wave-record.md.
    """
    from survey_app.commands.verify_wave import check_wave_files as verify

    if not verify(files, receipts, keys_hash, click.echo):
        sys.exit(EXIT_FAULT)
