"""What letters ask of those who carry them digitally. No number of a person is kept behind it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from survey_app.shared.errors import BarometerError
from survey_app.shared.i18n import Language


class DigitalPostDown(BarometerError):  # noqa: N818
    """A service does not answer as it should: nothing is noted, and the same is tried again."""

    def __init__(self, service: str, reason: str) -> None:
        self.reason = reason
        super().__init__(f"{service} does not answer as it should ({reason}); make them again")


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

    async def send(self, letter: DigitalLetter) -> bool:
        """Hand one over, once; False where its receiver cannot get it and needs paper.

        Raises
        ------
        DigitalPostDown
            If it is not known what became of it.
        """


@dataclass(frozen=True, slots=True)
class DigitalPost:
    """Both, as an installation has them."""

    register: ContactRegister
    mailbox: DigitalMailbox
