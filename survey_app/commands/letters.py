"""``wave letters``: links and codes of those who are invited by letter, for the printing house."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from survey_app.asking.digital_post.services import digital_post
from survey_app.asking.letters.make_letters import make_letters
from survey_app.asking.letters.order import Format, LetterOrder, LettersMade
from survey_app.asking.letters.paper import Window
from survey_app.asking.letters.seal import read_recipient
from survey_app.asking.people.register import decoded
from survey_app.audit.record import COMMAND_LINE
from survey_app.commands.files import read_bytes
from survey_app.commands.progress import Progress
from survey_app.running.letter_surroundings import surroundings_of
from survey_app.settings import Settings
from survey_app.shared import clock
from survey_app.shared.database import Link
from survey_app.shared.new_file import check_new, write_new

Echo = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class LetterOptions:
    """What stood on the command line."""

    form: Format
    output: Path | None
    addresses: Path | None
    second: bool
    sealed_to: str
    again: str
    rows: tuple[int, ...]
    window: Window
    digital: bool = False
    unsure: bool = False


async def letters_named(key: str, given: LetterOptions, settings: Settings, echo: Echo) -> None:
    """Make letters, and say what to do with the file."""
    order = LetterOrder(
        wave=key,
        form=given.form,
        addresses=decoded(read_bytes(given.addresses)) if given.addresses else None,
        second=given.second,
        sealed_to=read_recipient(given.sealed_to) if given.sealed_to else "",
        again=given.again.strip(),
        rows=given.rows,
        window=given.window,
        digital=given.digital,
        unsure=given.unsure,
    )
    output = given.output or Path(order.file_name)
    check_new(output)
    written: list[Path] = []

    async def keep(_link: Link, content: bytes) -> None:
        write_new(output, content)
        written.append(output)

    try:
        with Progress() as progress:
            async with digital_post(settings) as post:
                around = await surroundings_of(
                    key, settings, actor=COMMAND_LINE, now=clock.now(), post=post
                )
                made = await make_letters(
                    order, around, lambda share: progress.report("setting letters", share), keep
                )
    except BaseException:
        # what could not be noted is not left behind
        for path in written:
            path.unlink(missing_ok=True)
        raise
    _tell(order, output, made, echo)


def _tell(order: LetterOrder, output: Path, made: LettersMade, echo: Echo) -> None:
    whom = "" if made.letters is None else f"{made.letters} letters "
    echo(f"{whom}in {output}, readable by you alone")
    if made.digital is not None:
        echo(f"{made.digital} letters are in mailboxes, and not in the file")
    if made.unsure:
        echo(
            f"{made.unsure} letters may or may not have arrived in Altinn; they are not in the"
            " file: --unsure prints them"
        )
    if made.letters is None:
        echo("it holds those alone who have not answered; how many is told nowhere")
    elif made.without_address:
        echo(f"{made.without_address} rows without an address got no letter")
    if order.sealed_to:
        echo(f"sealed to {order.sealed_to}; compare it with the printing house by phone")
        echo(f"they open it with: age --decrypt --identity KEY {output.name} > letters.zip")
    else:
        echo("whoever has this file can answer for everybody in it: hand it over safely, and")
        echo("remove it when the letters are printed; the same command with --again makes it anew")
