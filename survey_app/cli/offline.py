"""Files alone: an agency's content, analysis, simulation, benchmarks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from survey_app.cli.root import PEOPLE, LanguageCode, VersionNumber, barometer, content
from survey_app.shared.loading import loading

if TYPE_CHECKING:
    from questionnaires.library import Library


@barometer.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Write an agency's content to begin with into a new FOLDER, as files with comments."""
    from survey_app.commands.init import write_content

    click.echo(write_content(folder))


@barometer.group()
def questionnaire() -> None:
    """Instruments, forms and the strategy they trace to."""


def _without_indices(library: Library) -> Iterator[str]:
    for form in library.forms:
        for index in library.spread_indices(form):
            yield (
                f"note: nobody is asked all of {index.code} in {form}: its parts lie in several"
                " modules, and a wave with this form has no figure of it"
            )


def _untied(library: Library) -> Iterator[str]:
    """Note variables whose question no form asks, and weights that one form of several lacks."""
    from questionnaires.background import SAMPLED

    for variable in library.background.variables.values():
        if variable.item not in library.items:
            continue
        asking = [one.id for one in library.forms.values() if variable.item in one.items]
        if not asking:
            yield (
                f"note: no form asks «{variable.item}», so that no wave has groups of"
                f" {variable.name}: ask it, or take the variable out"
            )
        elif variable.weighted and variable.name not in SAMPLED:
            drawn = [one for one in library.forms.values() if one.kind == "half_year"]
            for form in (one for one in drawn if one.id not in asking):
                yield (
                    f"note: {form.id} does not ask «{variable.item}»: its answers are not weighted"
                    f" by {variable.name}, and are compared with those of waves that are; ask it"
                )


def _without_groups(library: Library) -> Iterator[str]:
    background = library.background
    drawn = [form for form in library.forms.values() if form.kind == "half_year"]
    yield from _untied(library)
    for variable in background.variables.values():
        item = library.items.get(variable.item)
        if item is None or item.purpose != "background" or item.id in background.kept_items:
            continue
        asking = [one for one in library.forms.values() if item.id in one.items]
        for form in (one for one in drawn if one in asking):
            elsewhere = ", ".join(one.id for one in asking if one not in drawn)
            left = f"leave it for {elsewhere}, which draws nobody"
            mend = left if elsewhere else "take the variable out"
            yield (
                f"note: {variable.name} is neither weighted nor told by the sample file, so what"
                f" people who were drawn answer to «{item.id}» is kept of nobody, and {form.id} has"
                f" no figure by it (docs/adr/0033): weight by it, or {mend}"
            )


@questionnaire.command("check")
@click.argument(
    "folders",
    nargs=-1,
    metavar="[FOLDER]...",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option("--missing", metavar="LANGUAGE", help="list the texts that this language lacks")
def questionnaire_check(folders: tuple[Path, ...], missing: str | None) -> None:
    """Validate the agency's content, or the folders named: one sentence for each mistake."""
    from questionnaires.checks_of_texts import check_texts, look_alikes
    from questionnaires.errors import QuestionnaireErrors
    from questionnaires.loader import missing_in
    from questionnaires.unread import unread
    from questionnaires.whole import check_content
    from survey_app.shared.written import fallen_back, not_written, unwritten

    for root in folders or (content(),):
        library = check_content(root)
        if wrong := [*unwritten(library.agency), *check_texts(library)]:
            raise QuestionnaireErrors(wrong)
        if missing:
            for problem in missing_in(missing, root):
                click.echo(problem)
        for code in library.agency.partial:
            if lacking := len(missing_in(code, root)):
                click.echo(not_written(library.agency, code, lacking))
        for sentence in (
            *fallen_back(library.agency),
            *_without_indices(library),
            *_without_groups(library),
            *unread(root, library.agency.languages),
            *look_alikes(root),
        ):
            click.echo(sentence)
        click.echo(f"{len(library.items)} items in {len(library.forms)} forms: no mistakes")


@questionnaire.command("hashes")
@click.argument(
    "folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def questionnaire_hashes(folder: Path | None) -> None:
    """Print the lines of released.toml that are not there yet, of the agency's content or FOLDER.

    Add a line before the first wave that asks what it names: from then on it never changes.
    """
    from questionnaires.loader import unreleased_hashes

    for name, value in unreleased_hashes(folder or content()).items():
        click.echo(f'"{name}" = "{value}"')


@questionnaire.command("diff")
@click.argument("key")
@click.argument("old", type=VersionNumber(), metavar="A")
@click.argument("new", type=VersionNumber(), metavar="B")
@click.option("--json", "as_json", is_flag=True, help="as JSON, with the words of both")
def questionnaire_diff(key: str, old: int, new: int, as_json: bool) -> None:
    """Compare versions A and B of KEY, a form or an instrument, item by item.

    Each item is same, reworded, rescaled, new or retired. Told are also the indices that are
    touched and what each series then needs, the statements that gain or lose an item, and the
    length before and after. A version is written 1 or v1.
    """
    from survey_app.commands.questionnaire_diff import told_difference

    click.echo(told_difference(key, old, new, content(), as_json=as_json))


@questionnaire.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="a new folder")
@click.option("--name", help="of the instrument; made of the file's name when left out")
@click.option(
    "--population",
    type=click.Choice(["staff", "public", "candidates", "stakeholders"]),
    default="staff",
    show_default=True,
    help="who is to be asked",
)
@click.option("--language", type=LanguageCode(), help="of texts for which the file names none")
@click.option("--dry-run", is_flag=True, help="say what the file holds, write nothing")
@click.option("--json", "as_json", is_flag=True, help="say it as JSON")
def questionnaire_import(
    file: Path,
    output: Path | None,
    name: str | None,
    population: str,
    language: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take in a questionnaire of LimeSurvey, XLSForm, SurveyJS or Qualtrics, or our own TOML.

    The agency's content with it is written into a new folder, and what does not come along is said
    line by line (docs/formats/questionnaire-import.md).
    """
    from survey_app.commands.import_questionnaire import import_questionnaire

    import_questionnaire(
        file, content(), output=output, key=name, population=population,
        language=language, dry_run=dry_run, as_json=as_json, echo=click.echo,
    )  # fmt: skip


@barometer.command()
@click.argument("data", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--spec", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option("--weights", type=click.Path(dir_okay=False, path_type=Path), help="written here")
def analyse(data: Path, spec: Path, form: str, weights: Path | None) -> None:
    """Analyse a CSV, Parquet or SPSS file; the specification is in docs/formats/analyse.md."""
    with loading():
        from survey_app.commands.analyse import analyse_file

    analyse_file(data, spec, form=form, weights=weights)


@barometer.command()
@click.option("--people", type=PEOPLE, default=5600, show_default=True)
@click.option("--seed", default=20210101, show_default=True)
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), required=True)
def simulate(people: int, seed: int, output: Path) -> None:
    """Write a synthetic agency's main wave and its truth as CSV files."""
    from survey_app.commands.simulate import write_files

    for path in write_files(output, people=people, seed=seed):
        click.echo(path)


@barometer.command()
@click.argument("which", nargs=-1)
def bench(which: tuple[str, ...]) -> None:
    """Run the benchmarks in tests/benchmarks and hold what they measure against its limits."""
    from survey_app.commands.bench import run_benchmarks

    run_benchmarks(which)
