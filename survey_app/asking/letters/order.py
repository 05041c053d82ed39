"""What somebody wants made of the letters of a wave, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from questionnaires.messages import Messages
from survey_app.asking.letters.paper import Window
from survey_app.asking.letters.wording import Promise

type Format = Literal["csv", "pdf"]
type Report = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """What was asked for.

    ``addresses`` is the text of the file. ``sealed_to`` is a public key of age; with ``second`` the
    file then holds those alone who have not answered. ``again`` says why the same letters are made
    once more, ``rows`` for whom alone.
    """

    wave: str
    form: Format
    output: Path
    addresses: str | None = None
    second: bool = False
    sealed_to: str = ""
    again: str = ""
    rows: tuple[int, ...] = ()
    window: Window = "left"

    @property
    def kind(self) -> str:
        """Which of the two mailings."""
        return "second" if self.second else "first"


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


@dataclass(frozen=True, slots=True)
class LettersMade:
    """How many letters were made, and how many of those invited have no address.

    None where the file holds those alone who have not answered: their number is nobody's.
    """

    letters: int | None
    without_address: int
