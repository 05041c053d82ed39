"""``wave cards``: the cards of staff whom no mail reaches, as a PDF to be cut."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from survey_app.asking.cards.make_cards import make_cards
from survey_app.asking.cards.order import CardOrder
from survey_app.audit.record import COMMAND_LINE
from survey_app.commands.progress import Progress
from survey_app.running.letter_surroundings import surroundings_of
from survey_app.settings import Settings
from survey_app.shared import clock
from survey_app.shared.database import Link
from survey_app.shared.i18n import as_language
from survey_app.shared.new_file import check_new, write_new

Echo = Callable[[str], None]


async def cards_named(
    key: str, output: Path | None, language: str, settings: Settings, echo: Echo
) -> None:
    """Make the cards of a wave, and say what to do with the file."""
    order = CardOrder(key, as_language(language))
    path = output or Path(order.file_name)
    check_new(path)
    around = await surroundings_of(key, settings, actor=COMMAND_LINE, now=clock.now())
    written: list[Path] = []

    async def keep(_link: Link, content: bytes) -> None:
        write_new(path, content)
        written.append(path)

    try:
        with Progress() as progress:
            made = await make_cards(
                order, around, lambda share: progress.report("setting cards", share), keep
            )
    except BaseException:
        # what could not be noted is not left behind
        for one in written:
            one.unlink(missing_ok=True)
        raise
    echo(f"{made.cards} cards in {path}, readable by you alone")
    echo(f"for {made.people} people without an e-mail address in {made.units} units: let each draw")
    echo("one, note nowhere who did, and shred the rest when the wave has closed")
    echo("nobody can stop two cards in one hand; no more count than there are such people")
    echo("made again they are the same cards")
