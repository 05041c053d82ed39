"""The map of the command line: every command of ``barometer``. Nothing is wired elsewhere."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from survey_app.accounts.roles import Role
from survey_app.accounts.scopes import Scope
from survey_app.settings import settings
from survey_app.shared.errors import BarometerError

if TYPE_CHECKING:
    from survey_app.installation.services import Services

EXIT_FAULT = 1
EXIT_INPUT = 2


def _services() -> AbstractContextManager[Services]:
    from survey_app.installation.services import services
    from survey_app.shared import queue

    class Joined(AbstractContextManager["Services"]):
        def __enter__(self) -> Services:
            self.inner = services(settings())
            found = self.inner.__enter__()
            queue.configure(found.redis_url)
            return found

        def __exit__(self, *error: object) -> None:
            self.inner.__exit__(*error)  # type: ignore[arg-type]  # handed on as it came

    return Joined()


def _as_worker(action: Callable[[], Coroutine[Any, Any, Any]]) -> Any:  # noqa: ANN401
    """Run ``action`` with the services at hand and every table reached as the worker."""
    from survey_app.installation.migrate import ensure_migrated
    from survey_app.installation.tables import bind_worker

    with _services() as found:

        async def run() -> Any:  # noqa: ANN401
            await ensure_migrated(found.database, embedded=found.postgres is not None)
            bind_worker()
            return await action()

        return asyncio.run(run())


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def barometer() -> None:
    """Ask staff and the public, and know honestly whether trust and culture move."""


# -- running ------------------------------------------------------------------------------------


@barometer.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--people", default=5600, show_default=True, help="fewer people means fewer units")
@click.option("--waves", default=12, show_default=True, help="closed staff waves")
@click.option("--public-waves", default=8, show_default=True, help="closed public waves")
@click.option("--seed", default=20210109, show_default=True)
@click.option("--reset", is_flag=True, help="throw the demo's data away and begin anew")
@click.option("--ready-file", type=click.Path(path_type=Path), help="JSON, once all answers")
def demo(**choices: Any) -> None:  # noqa: ANN401 - click's own
    """Run the whole system with a simulated agency."""
    from survey_app.commands.demo import run_demo

    run_demo(**choices)


@barometer.command()
@click.option("--port", default=8000, show_default=True)
def up(port: int) -> None:
    """Migrate, then run web and worker in this terminal."""
    from survey_app.commands.demo import run_up

    run_up(port=port)


@barometer.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--processes", default=1, show_default=True)
@click.option("--ballots-only", is_flag=True, help="take ballots and show key lists, no pages")
def web(host: str, port: int, processes: int, *, ballots_only: bool) -> None:
    """Serve the pages."""
    from survey_app.commands.serve import serve_web

    serve_web(host=host, port=port, processes=processes, ballots_only=ballots_only)


@barometer.command()
def worker() -> None:
    """Send, count and publish."""
    from survey_app.commands.serve import serve_worker

    serve_worker()


@barometer.command()
def migrate() -> None:
    """Bring the database to this version."""
    from survey_app.installation.migrate import migrate as run

    with _services() as found:
        refused = asyncio.run(run(found.database))
    for name in refused:
        click.echo(f"the server refused to set {name} per role: see barometer doctor", err=True)
    click.echo("migrated")


@barometer.command()
def doctor() -> None:
    """Tell what is wrong with this installation, and how to mend it."""
    from survey_app.installation.doctor import examine

    findings = examine()
    for finding in findings:
        click.echo(f"{finding.sign} {finding.sentence}")
    if any(finding.bad for finding in findings):
        sys.exit(EXIT_FAULT)


# -- accounts, people, campaigns ------------------------------------------------------------------


@barometer.group()
def account() -> None:
    """Accounts of those who read results."""


@account.command("create")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--email", required=True)
@click.option("--unit", default="", help="unit code, for leaders and representatives")
@click.option("--language", type=click.Choice(["nb", "nn", "en"]), default="nb")
@click.option("--password", envvar="BAROMETER_ACCOUNT_PASSWORD", help="asked for when left out")
def account_create(role: str, email: str, unit: str, language: str, password: str | None) -> None:
    """Create an account."""
    from survey_app.accounts.create_account import create_account
    from survey_app.shared.clock import now
    from survey_app.shared.i18n import as_language

    secret = password or click.prompt("Password", hide_input=True, confirmation_prompt=True)
    _as_worker(
        lambda: create_account(
            email=email,
            role=Role(role),
            password=secret,
            unit=unit,
            language=as_language(language),
            now=now(),
        )
    )
    click.echo(f"created {email}")


@barometer.group()
def token() -> None:
    """Tokens for programs that read results through the API."""


@token.command("create")
@click.option("--name", required=True, help="what the token is for")
@click.option("--scope", "scopes", multiple=True, type=click.Choice([one.value for one in Scope]))
@click.option("--days", default=365, show_default=True, help="how long it is good")
def token_create(name: str, scopes: tuple[str, ...], days: int) -> None:
    """Make a token; it is shown once."""
    from survey_app.accounts.api_tokens import create_token
    from survey_app.shared.clock import now

    wanted = [Scope(one) for one in scopes]
    made, last = _as_worker(lambda: create_token(name=name, scopes=wanted, days=days, now=now()))
    click.echo(made)
    click.echo(f"good until {last}; it is not shown again", err=True)


@token.command("list")
def token_list() -> None:
    """List the tokens, newest first."""
    from survey_app.accounts.api_tokens import list_tokens

    for row in _as_worker(list_tokens):
        state = "revoked" if row["revoked"] else f"until {row['expires_on']}"
        click.echo(f"{row['id']}  {state:<18} {row['scopes']:<30} {row['name']}")


@token.command("revoke")
@click.argument("name")
def token_revoke(name: str) -> None:
    """Revoke the tokens of a name or id, at once."""
    from survey_app.accounts.api_tokens import revoke_token

    click.echo(f"revoked {_as_worker(lambda: revoke_token(name))}")


@barometer.group()
def people() -> None:
    """Units and staff."""


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="show what would change, write nothing")
def people_import(file: Path, *, dry_run: bool) -> None:
    """Import units and staff from one CSV file; the format is in docs/formats/people.md."""
    from survey_app.asking.people.commands import import_file

    _as_worker(lambda: import_file(file, dry_run=dry_run, echo=click.echo))


@barometer.group()
def campaign() -> None:
    """Measurement programmes."""


@campaign.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="show what would change, write nothing")
def campaign_import(file: Path, *, dry_run: bool) -> None:
    """Import a campaign and its waves; the format is in docs/formats/campaign.md."""
    from survey_app.asking.campaigns.commands import import_file

    _as_worker(lambda: import_file(file, dry_run=dry_run, echo=click.echo))


# -- what was measured before, and by others ------------------------------------------------------


@barometer.group()
def earlier() -> None:
    """Take in aggregated results of earlier surveys, and of others."""


@earlier.command("import")
@click.argument("manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="show what would change, write nothing")
def earlier_import(manifest: Path, *, dry_run: bool) -> None:
    """Take in a source: a manifest and its CSV files (docs/formats/earlier-results.md)."""
    from survey_app.earlier.commands import import_named

    _as_worker(lambda: import_named(manifest, dry_run=dry_run, echo=click.echo))


@earlier.command("list")
def earlier_list() -> None:
    """List the sources, with what they hold."""
    from survey_app.earlier.commands import list_named

    _as_worker(lambda: list_named(click.echo))


@earlier.command("remove")
@click.argument("key")
@click.confirmation_option(prompt="Its figures disappear from all pages. Remove the source?")
def earlier_remove(key: str) -> None:
    """Remove a source with all its figures."""
    from survey_app.earlier.commands import remove_named

    _as_worker(lambda: remove_named(key, click.echo))


# -- questionnaires -------------------------------------------------------------------------------


@barometer.group()
def questionnaire() -> None:
    """Instruments, forms and the strategy they trace to."""


@questionnaire.command("check")
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
def questionnaire_check(files: tuple[Path, ...]) -> None:
    """Validate the library, or the library folders named: one sentence for each mistake."""
    from questionnaires.loader import load_library

    for root in files or (None,):
        library = load_library(root)
        click.echo(f"{len(library.items)} items in {len(library.forms)} forms: no mistakes")


# -- waves ----------------------------------------------------------------------------------------


@barometer.group()
def wave() -> None:
    """One fielding of a campaign."""


@wave.command("list")
def wave_list() -> None:
    """List the waves with their state and dates."""
    from survey_app.asking.campaigns.commands import list_waves

    _as_worker(lambda: list_waves(click.echo))


@wave.command("open")
@click.argument("key")
@click.option(
    "--sample",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV of whom letters invite, for a public wave (docs/formats/sample.md)",
)
@click.option(
    "--trustee",
    "trustees",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="public key file of a key holder; give two (docs/trustees.md)",
)
def wave_open(key: str, sample: Path | None, trustees: tuple[Path, ...]) -> None:
    """Draw the sample, make the wave's key, and queue the invitations."""
    from survey_app.commands.waves import open_named

    _as_worker(lambda: open_named(key, settings(), sample, click.echo, trustees=trustees))


@wave.command("close")
@click.argument("key")
def wave_close(key: str) -> None:
    """Close a wave: the urn is emptied, counted, and the results are computed."""
    from survey_app.commands.waves import close_named

    _as_worker(lambda: close_named(key, settings(), click.echo))


@wave.command("count")
@click.argument("key")
@click.option(
    "--trustee-key",
    "files",
    multiple=True,
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="private key file of a key holder; give both",
)
def wave_count(key: str, files: tuple[Path, ...]) -> None:
    """Open a closed wave with the keys of its two key holders, count it and publish it."""
    from survey_app.commands.trustees import open_keys
    from survey_app.commands.waves import count_named, publish_named

    keys = open_keys(files, _ask_passphrase, click.echo)

    async def run() -> None:
        if await count_named(key, settings(), keys, click.echo):
            await publish_named(key, settings(), click.echo)

    _as_worker(run)


@wave.command("cancel")
@click.argument("key")
@click.option("--reason", default="", help="for the audit log; name nobody")
@click.confirmation_option(prompt="What was answered so far is lost for good. Cancel the wave?")
def wave_cancel(key: str, reason: str) -> None:
    """Stop a draft or open wave: ballots are dropped unopened, and nothing is published."""
    from survey_app.commands.waves import cancel_named

    _as_worker(lambda: cancel_named(key, reason, settings(), click.echo))


@wave.command("remind")
@click.argument("key")
def wave_remind(key: str) -> None:
    """Queue a reminder to those who have not answered."""
    from survey_app.asking.delivery.commands import remind_named

    _as_worker(lambda: remind_named(key, click.echo))


@wave.command("replace-link")
@click.argument("key")
@click.argument("email")
def wave_replace_link(key: str, email: str) -> None:
    """Mail somebody a new link, when the old one or what it gave is lost."""
    from survey_app.asking.delivery.commands import replace_named

    _as_worker(lambda: replace_named(key, email, click.echo))


@wave.command("publish")
@click.argument("key")
def wave_publish(key: str) -> None:
    """Compute a closed wave's publication, if that is not done yet."""
    from survey_app.commands.waves import publish_named

    _as_worker(lambda: publish_named(key, settings(), click.echo))


# -- key holders ----------------------------------------------------------------------------------


def _ask_passphrase(text: str) -> str:
    found: str = click.prompt(text, hide_input=True)
    return found


@barometer.group()
def trustee() -> None:
    """Keys of the two people who open a wave together; needs no database and no network."""


@trustee.command("key")
@click.argument("name")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), required=True)
def trustee_key(name: str, output: Path) -> None:
    """Make a pair of keys for NAME: a private file to keep and a public one to hand out."""
    from survey_app.commands.trustees import make_named

    passphrase = click.prompt("New passphrase", hide_input=True, confirmation_prompt=True)
    make_named(name, passphrase, output, click.echo)


@trustee.command("show")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--open", "opens", is_flag=True, help="try the passphrase of a private key too")
def trustee_show(file: Path, *, opens: bool) -> None:
    """Show whose key a file holds, with its fingerprint to read aloud."""
    from survey_app.commands.trustees import show_named

    show_named(file, _ask_passphrase if opens else None, click.echo)


@trustee.command("destroy")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.confirmation_option(prompt="Whatever this key alone can open is lost. Destroy it?")
def trustee_destroy(file: Path) -> None:
    """Overwrite and remove a private key file, once its wave is counted."""
    from survey_app.commands.trustees import destroy_named

    destroy_named(file, click.echo)


@wave.command("export")
@click.argument("key")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def wave_export(key: str, folder: Path) -> None:
    """Write a published wave's record, key list and publication as files for `verify-wave`.

    The publication holds all units: give it only to those who may read all of it.
    """
    from survey_app.commands.export_wave import export_wave

    _as_worker(lambda: export_wave(key, folder, click.echo))


# -- what a reader may take out -------------------------------------------------------------------


@barometer.command()
@click.argument("publication")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "xlsx", "parquet", "json-stat", "ddi", "pdf", "pptx"]),
    required=True,
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="where to; - is standard output; else a file here, named after the wave",
)
@click.option("--language", type=click.Choice(["nb", "nn", "en"]), default="nb", show_default=True)
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

    _as_worker(
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
    """Recompute a publication (id, or 'latest') from its responses, and compare."""
    from survey_app.commands.waves import verify_named

    if not _as_worker(lambda: verify_named(publication, click.echo)):
        sys.exit(EXIT_FAULT)


@barometer.command("verify-wave")
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--receipt", "receipts", multiple=True, help="must be in the record; repeatable")
@click.option("--keys-hash", help="the check sum of the key list, from the invitation")
def verify_wave(files: tuple[Path, ...], receipts: tuple[str, ...], keys_hash: str | None) -> None:
    """Check a wave record, its key list and its publication (JSON), offline.

    What is checked, and where the files are found, is in docs/formats/wave-record.md.
    """
    from survey_app.commands.verify_wave import verify_wave as verify

    if not verify(files, receipts, keys_hash, click.echo):
        sys.exit(EXIT_FAULT)


# -- analysis and simulation ----------------------------------------------------------------------


@barometer.command()
@click.argument("data", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--spec", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option("--weights", type=click.Path(dir_okay=False, path_type=Path), help="written here")
def analyse(data: Path, spec: Path, form: str, weights: Path | None) -> None:
    """Analyse a CSV, Parquet or SPSS file; the specification is in docs/formats/analyse.md."""
    from survey_app.commands.analyse import analyse_file

    analyse_file(data, spec, form=form, weights=weights)


@barometer.command()
@click.option("--people", default=5600, show_default=True)
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
    """Run the benchmarks in tests/benchmarks and print ratios from this one run."""
    from survey_app.commands.bench import run_benchmarks

    run_benchmarks(which)


def main() -> None:
    """Run a command; a mistake that a person can mend is one clear sentence, never a traceback."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one BLAS thread: the same bytes each time
    import asyncpg

    from analytics.errors import AnalyticsError
    from questionnaires.errors import QuestionnaireErrors

    try:
        barometer(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except QuestionnaireErrors as error:
        click.echo(str(error), err=True)
        sys.exit(EXIT_INPUT)
    except (BarometerError, AnalyticsError) as error:
        click.echo(str(error), err=True)
        sys.exit(EXIT_INPUT)
    except (OSError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        click.echo(f"a service does not answer: {error}: barometer doctor says more", err=True)
        sys.exit(EXIT_FAULT)


if __name__ == "__main__":
    main()
