"""What letters ask of those who carry them digitally. No number of a person is kept behind it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol
from uuid import UUID

from survey_app.shared.errors import BarometerError
from survey_app.shared.i18n import Language


class DigitalPostDown(BarometerError):  # noqa: N818
    """A service does not answer as it should; made again, letters go on where they stopped.

    ``may_have_arrived`` says that the letter at hand was handed over, and what became of it is
    not known.
    """

    def __init__(self, service: str, reason: str, *, may_have_arrived: bool = False) -> None:
        self.reason, self.may_have_arrived = reason, may_have_arrived
        super().__init__(f"{service} does not answer as it should ({reason}); make them again")


class MailboxAnswer(Enum):
    """What became of a letter that was handed over."""

    DELIVERED = auto()
    PAPER = auto()
    """Its receiver cannot get it there."""
    UNSURE = auto()
    """The mailbox does not say: somebody has to decide."""


@dataclass(frozen=True, slots=True)
class DigitalLetter:
    """One letter for one mailbox; ``key`` is the same whenever it is handed over again."""

    key: UUID
    national_id: str
    language: Language
    title: str
    summary: str
    body: str
    pdf: bytes


class ContactRegister(Protocol):
    """Who may be written to digitally."""

    async def reachable(self, national_ids: Collection[str]) -> frozenset[str]:
        """Return those who have not reserved themselves and can be told that a letter came.

        Raises
        ------
        DigitalPostDown
            If it cannot be asked.
        """


class DigitalMailbox(Protocol):
    """Where letters are handed over."""

    async def send(self, letter: DigitalLetter) -> MailboxAnswer:
        """Hand one over, once.

        Raises
        ------
        DigitalPostDown
            If nothing of ours is taken just now, or it is not known what became of it.
        """

    async def find(self, key: UUID) -> MailboxAnswer | None:
        """Say what became of a letter that was handed over before; None where it is not there.

        Raises
        ------
        DigitalPostDown
            If that cannot be asked; the letter may have arrived.
        """


@dataclass(frozen=True, slots=True)
class DigitalPost:
    """Both, as an installation has them."""

    register: ContactRegister
    mailbox: DigitalMailbox
