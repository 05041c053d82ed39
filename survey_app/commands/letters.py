"""``wave letters``: links and codes of those who are invited by letter, for the printing house."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from questionnaires.loader import load_library
from survey_app.answering.promise import deleted_in
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.letters.make_letters import make_letters
from survey_app.asking.letters.order import Format, LetterOrder, LettersMade, Surroundings
from survey_app.asking.letters.paper import Window
from survey_app.asking.letters.seal import read_recipient
from survey_app.asking.letters.wording import Promise
from survey_app.commands.files import read_text
from survey_app.commands.progress import Progress
from survey_app.settings import Settings
from survey_app.shared import clock
from survey_app.shared.database import Login
from survey_app.shared.i18n import languages

Echo = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Given:
    """What stood on the command line."""

    form: Format
    output: Path | None
    addresses: Path | None
    second: bool
    sealed_to: str
    again: str
    rows: tuple[int, ...]
    window: Window


async def letters_named(key: str, given: Given, settings: Settings, echo: Echo) -> None:
    """Make letters, and say what to do with the file."""
    order = LetterOrder(
        wave=key,
        form=given.form,
        output=given.output or Path(_file_name(key, given)),
        addresses=read_text(given.addresses) if given.addresses else None,
        second=given.second,
        sealed_to=read_recipient(given.sealed_to) if given.sealed_to else "",
        again=given.again.strip(),
        rows=given.rows,
        window=given.window,
    )
    around = Surroundings(
        secret=settings.secret(),
        answering_url=settings.answering_url,
        messages=load_library().messages,
        promise=await _promise(key),
        now=clock.now(),
        today=clock.today(),
        actor="command line",
    )
    with Progress() as progress:
        made = await make_letters(
            order, around, lambda share: progress.report("setting letters", share)
        )
    _tell(order, made, echo)


async def _promise(key: str) -> Promise:
    """Return the sentences of the answering pages, so that no letter says more than they do."""
    wave = await find_wave(Login.WORKER, key)
    return Promise(
        load_library().messages.in_all_languages(wave.promise),
        {language: deleted_in(language) for language in languages()},
    )


def _file_name(key: str, given: Given) -> str:
    second = "-second" if given.second else ""
    ending = "zip.age" if given.sealed_to else given.form
    return f"{key}-letters{second}.{ending}"


def _tell(order: LetterOrder, made: LettersMade, echo: Echo) -> None:
    whom = "" if made.letters is None else f"{made.letters} letters "
    echo(f"{whom}in {order.output}, readable by you alone")
    if made.letters is None:
        echo("it holds those alone who have not answered; how many is told nowhere")
    elif made.without_address:
        echo(f"{made.without_address} rows without an address got no letter")
    if order.sealed_to:
        echo(f"sealed to {order.sealed_to}; compare it with the printing house by phone")
        echo(f"they open it with: age --decrypt --identity KEY {order.output.name} > letters.zip")
    else:
        echo("whoever has this file can answer for everybody in it: hand it over safely, and")
        echo("remove it when the letters are printed; the same command with --again makes it anew")
