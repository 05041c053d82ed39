"""What somebody wants made of the letters of a wave, and what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from questionnaires.messages import Messages
from survey_app.asking.digital_post.ports import DigitalPost
from survey_app.asking.letters.paper import Window
from survey_app.asking.letters.wording import Promise
from survey_app.shared.database import Link

type Format = Literal["csv", "pdf"]
type Report = Callable[[float], None]
type Keep = Callable[[Link, bytes], Awaitable[None]]
"""Puts a finished file away, in the transaction that notes that it was made."""


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """What was asked for.

    ``addresses`` is the text of the file. ``by_language`` makes a PDF for each language, in one
    ZIP. ``sealed_to`` is a public key of age; with ``second`` the file then holds those alone who
    have not answered, or with ``everybody`` all the same. ``again`` says why the same letters are
    made once more, ``rows`` for whom alone. ``digital`` hands letters over to mailboxes
    where it may, by the national identity numbers of the file, and sets on paper what is left.
    ``unsure`` is for those alone of whom the mailbox left it unsure.
    """

    wave: str
    form: Format
    addresses: str | None = None
    by_language: bool = False
    second: bool = False
    sealed_to: str = ""
    everybody: bool = False
    again: str = ""
    rows: tuple[int, ...] = ()
    digital: bool = False
    window: Window = "left"
    unsure: bool = False

    @property
    def kind(self) -> str:
        """Which of the two mailings."""
        return "second" if self.second else "first"

    @property
    def narrowed(self) -> bool:
        """Whether only those are written to who have not answered, unless the campaign says no."""
        return self.second and bool(self.sealed_to) and not self.everybody

    @property
    def inner_ending(self) -> str:
        """How the name of the file ends, without a seal around it."""
        return "zip" if self.by_language else self.form

    @property
    def file_name(self) -> str:
        """What the file is called."""
        second = "-second" if self.second else ""
        return f"{self.wave}-letters{second}.{'zip.age' if self.sealed_to else self.inner_ending}"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an installation adds to an order."""

    secret: bytes
    answering_url: str
    messages: Messages
    promise: Promise
    now: datetime
    today: date
    actor: str
    post: DigitalPost | None = None
    """Where letters go digitally; None where the installation has no such thing."""


@dataclass(frozen=True, slots=True)
class LettersMade:
    """How many letters were made, and how many of those invited have no address.

    None where the file holds those alone who have not answered: their number is nobody's.
    """

    letters: int | None
    without_address: int
    digital: int | None = None
    """In mailboxes, beside those on paper; None where that was not asked for and none is."""
    unsure: int = 0
    """Handed over to mailboxes, and nobody knows whether they arrived: not in the file."""
