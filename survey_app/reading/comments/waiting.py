"""What other pages tell of comments: that some wait for the reader, and that there is a page."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import SignedIn
from survey_app.comments.keepers import keepers
from survey_app.comments.permissions import READERS, may_open_quarantine, may_read
from survey_app.comments.quarantine import count_turns
from survey_app.comments.units import register


@dataclass(frozen=True, slots=True)
class Turns:
    """How many comments in quarantine the reader may release, and how many may be masked."""

    release: int
    mask: int

    def __bool__(self) -> bool:
        return bool(self.release or self.mask)


async def turns_of(reader: SignedIn) -> Turns | None:
    """Count what waits for one of the two; ``None`` for everybody else."""
    if reader.role is not Role.HR or not may_open_quarantine(reader, await keepers()):
        return None
    return Turns(*await count_turns(UUID(reader.account)))


async def is_keeper(account: UUID) -> bool:
    """Tell whether an account is one of the two who look through comments."""
    return account in await keepers()


async def reads_comments(reader: SignedIn) -> bool:
    """Tell whether the page of comments is for the reader."""
    return reader.role in READERS and may_read(reader, (await register()).agency)
