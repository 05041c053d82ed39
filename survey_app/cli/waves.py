"""The steps of a wave."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from survey_app.cli.root import as_worker, ask_passphrase, barometer, settings
from survey_app.shared.loading import loading


@barometer.group()
def wave() -> None:
    """One fielding of a campaign."""


@wave.command("list")
def wave_list() -> None:
    """List the waves with their state and dates."""
    from survey_app.asking.campaigns.commands import list_waves

    as_worker(lambda: list_waves(click.echo))


@wave.command("open")
@click.argument("key")
@click.option(
    "--sample",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV of who was drawn, or of a list (docs/formats/sample.md)",
)
@click.option(
    "--trustee",
    "trustees",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="public key file of a key holder who made it by command; give two (docs/trustees.md)",
)
def wave_open(key: str, sample: Path | None, trustees: tuple[Path, ...]) -> None:
    """Draw the sample, make the wave's key, and queue the invitations.

    Recommended: first ask two key holders, on the page /waves/KEY/keys. Then nobody can open the
    answers while the wave is open, and the form may promise that.
    """
    from survey_app.commands.waves import open_named

    as_worker(lambda: open_named(key, settings(), sample, click.echo, trustees=trustees))


@wave.command("close")
@click.argument("key")
def wave_close(key: str) -> None:
    """Close a wave: the urn is emptied, counted, and the results are computed."""
    from survey_app.commands.waves import close_named

    as_worker(lambda: close_named(key, settings(), click.echo))


@wave.command("finish", hidden=True)
@click.argument("key")
@click.option("--handed-over", is_flag=True, help="by its key holders; the key comes on stdin")
def wave_finish(key: str, handed_over: bool) -> None:
    """Finish a wave for the worker, which holds its claim and may stop this process."""
    import sys

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    with loading():
        from survey_app.commands.finish_wave import finish_for_worker
        from survey_app.installation.finish_in_child import PASSED_BY
        from survey_app.publishing.finishing import PASSING

    counter_key = None
    if handed_over:
        counter_key = X25519PrivateKey.from_private_bytes(sys.stdin.buffer.read())
    try:
        code = as_worker(lambda: finish_for_worker(key, settings(), counter_key))
    except PASSING:
        # a service that was away as this began: not a wave to be left alone for an hour
        code = PASSED_BY
    sys.exit(code)


@wave.command("carry-out", hidden=True)
@click.argument("act", type=click.UUID)
def wave_carry_out(act: UUID) -> None:
    """Do what was asked for on a page, for the worker, which may stop this process."""
    import sys

    with loading():
        from survey_app.asking.clock_watch import ClockError
        from survey_app.commands.carry_out import carry_out_for_worker
        from survey_app.installation.finish_in_child import PASSED_BY
        from survey_app.publishing.finishing import PASSING

    try:
        as_worker(lambda: carry_out_for_worker(act))
    except (*PASSING, ClockError):
        # as in finish: not a correction to be refused, but one that is taken up again later
        sys.exit(PASSED_BY)


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
    from survey_app.commands.waves import count_named

    keys = open_keys(files, ask_passphrase, click.echo)
    as_worker(lambda: count_named(key, settings(), keys, click.echo))


@wave.command("cancel")
@click.argument("key")
@click.option("--reason", default="", help="for the audit log; name nobody")
@click.option("--key-is-lost", is_flag=True, help="a closed wave, too, that nobody can open")
@click.confirmation_option(prompt="What was answered so far is lost for good. Cancel the wave?")
def wave_cancel(key: str, reason: str, *, key_is_lost: bool) -> None:
    """Stop a draft or open wave: ballots are dropped unopened, and nothing is published."""
    from survey_app.commands.waves import cancel_named

    as_worker(lambda: cancel_named(key, reason, settings(), click.echo, key_is_lost=key_is_lost))


@wave.command("remind")
@click.argument("key")
def wave_remind(key: str) -> None:
    """Queue a reminder to those who have not answered."""
    from survey_app.asking.delivery.commands import remind_named

    as_worker(lambda: remind_named(key, click.echo))


@wave.command("replace-link")
@click.argument("key")
@click.argument("email", required=False)
@click.option("--row", type=int, help="whoever stands on this line of the sample file or the list")
def wave_replace_link(key: str, email: str | None, row: int | None) -> None:
    """Give somebody a new link, when the old one or what it gave is lost."""
    from survey_app.asking.delivery.commands import replace_named

    who = email if row is None else row
    if who is None or (email and row is not None):
        raise click.UsageError("say whose link: an address, a number such as +4791234567, or --row")
    as_worker(lambda: replace_named(key, who, click.echo))


@wave.command("results")
@click.argument("key")
@click.argument("day", type=click.DateTime(formats=["%Y-%m-%d"]))
@click.option("--reason", required=True, help="for the audit log; name nobody")
def wave_results(key: str, day: datetime, reason: str) -> None:
    """Move the day on which an open or closed wave shows its results, until it is computed."""
    from survey_app.commands.waves import move_results_named

    as_worker(lambda: move_results_named(key, day.date(), reason, click.echo))


@wave.command("letters")
@click.argument("key")
@click.option("--format", "form", type=click.Choice(["csv", "pdf"]), required=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="a new file")
@click.option(
    "--addresses",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV of names and addresses by row, for PDF; it is read and not kept",
)
@click.option("--second", is_flag=True, help="a second letter, to everybody")
@click.option(
    "--sealed-to",
    metavar="KEY",
    default="",
    help="public key of age, or its file: only its owner opens the letters, and second ones are"
    " of those alone who have not answered",
)
@click.option("--again", metavar="REASON", default="", help="the same letters once more, and why")
@click.option(
    "--digital",
    is_flag=True,
    help="to mailboxes in Altinn where that is allowed, by national_id in --addresses",
)
@click.option("--unsure", is_flag=True, help="only letters that may or may not be in Altinn")
@click.option("--row", "rows", type=int, multiple=True, help="with --again: this row alone")
@click.option("--window", type=click.Choice(["left", "right"]), default="left", show_default=True)
def wave_letters(key: str, **given: Any) -> None:  # noqa: ANN401 - the options above, each of its own type
    """Make the letters of a wave, once: links, codes and QR codes (docs/formats/letters.md)."""
    from survey_app.commands.letters import LetterOptions, letters_named

    if given["addresses"] and given["form"] == "csv":
        raise click.UsageError("the CSV is joined by its column row: --addresses is for PDF")
    if given["digital"] and not given["addresses"]:
        raise click.UsageError("--digital needs --addresses, with a column national_id")
    if given["rows"] and not given["again"].strip():
        raise click.UsageError("--row makes one letter once more: say why with --again")
    if given["rows"] and given["second"] and given["sealed_to"]:
        raise click.UsageError("--row would tell who has answered: leave out --sealed-to")
    as_worker(lambda: letters_named(key, LetterOptions(**given), settings(), click.echo))


@wave.command("cards")
@click.argument("key")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="a new file")
@click.option(
    "--language", default="", metavar="TAG", help="of the cards; the form has all of them"
)
def wave_cards(key: str, output: Path | None, language: str) -> None:
    """Make the cards of an open wave: codes for staff without e-mail, as a PDF to cut out."""
    from survey_app.commands.cards import cards_named

    as_worker(lambda: cards_named(key, output, language, settings(), click.echo))


@wave.command("publish")
@click.argument("key")
@click.option(
    "--correct",
    metavar="REASON",
    help="a corrected version beside the one that stands, and why: a sentence that every reader"
    " sees beside the figures; name nobody",
)
def wave_publish(key: str, correct: str | None) -> None:
    """Compute a closed wave's publication, if that is not done yet, or a corrected one."""
    from survey_app.commands.waves import publish_named

    as_worker(lambda: publish_named(key, settings(), click.echo, correct=correct))


@wave.command("retract")
@click.argument("key")
@click.argument("reason")
@click.confirmation_option(prompt="Nobody will see its figures any more. Take them back?")
def wave_retract(key: str, reason: str) -> None:
    """Take back published figures that are known to be wrong, before right ones are there.

    REASON is a sentence that everybody reads where the figures stood; name nobody. Nothing but a
    correction (wave publish KEY --correct REASON) ends it.
    """
    from survey_app.commands.retract import retract_named

    as_worker(lambda: retract_named(key, reason, click.echo))


@wave.command("export")
@click.argument("key")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def wave_export(key: str, folder: Path) -> None:
    """Write a published wave's record, key list and publication as files for `verify-wave`.

    The publication holds all units: give it only to those who may read all of it.
    """
    from survey_app.commands.export_wave import export_wave

    as_worker(lambda: export_wave(key, folder, click.echo))
