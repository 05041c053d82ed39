"""What every page of comments stands on: the reader, the waves, and what the reader may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.exceptions import NotFoundException

from survey_app.accounts.errors import ForeignPage
from survey_app.accounts.guards import signed_in
from survey_app.accounts.sessions import SignedIn
from survey_app.comments.keepers import keepers
from survey_app.comments.permissions import may_open_quarantine, may_read
from survey_app.comments.quarantine import Handler, Waiting, find_waiting
from survey_app.comments.released import CommentedWave, commented_waves
from survey_app.comments.units import UnitRegister, register
from survey_app.reading.waves import Wave, waves
from survey_app.shared import clock
from survey_app.shared.i18n import Language

STAFF = "staff"


@dataclass(frozen=True, slots=True)
class CommentDesk:
    """The reader, their part in this, the register, and the waves with comments, newest first.

    ``keeper``: one of the two who open the quarantine; they see a wave before its results are out.
    """

    reader: SignedIn
    keeper: bool
    named: bool
    register: UnitRegister
    waves: tuple[CommentedWave, ...]
    released: dict[str, Wave]
    at: datetime

    @property
    def handler(self) -> Handler:
        """The reader, as who handles comments."""
        return Handler(UUID(self.reader.account), self.reader.email)

    def phrase(self, wave: CommentedWave, form: str, lang: Language) -> str:
        """Return what a wave is called; its key before its results are out."""
        known = self.released.get(wave.key)
        return known.label(form, lang) if known else wave.key

    def chosen(self, key: str) -> CommentedWave | None:
        """Return the wave that the address names, else the newest; None where there is none.

        Raises
        ------
        NotFoundException
            If the address names another.
        """
        if not key:
            return self.waves[0] if self.waves else None
        for wave in self.waves:
            if wave.key == key:
                return wave
        raise NotFoundException


async def lay_out_comments(request: Request[Any, Any, Any]) -> CommentDesk:
    """Lay out the desk.

    Raises
    ------
    ForeignPage
        If comments are not for the reader.
    """
    reader = signed_in(request)
    assert reader is not None  # the guard has seen to it
    units = await register()
    if not may_read(reader, units.agency):
        raise ForeignPage(request.url.path)
    at = clock.now()
    two = await keepers()
    keeper = may_open_quarantine(reader, two)
    released = {wave.key: wave for wave in await waves(STAFF, at)}
    found = [one for one in await commented_waves() if keeper or one.key in released]
    order = list(released)
    found.sort(key=lambda one: order.index(one.key) if one.key in released else len(order))
    return CommentDesk(reader, keeper, bool(two), units, tuple(found[::-1]), released, at)


async def quarantine_desk(
    request: Request[Any, Any, Any], comment: UUID
) -> tuple[CommentDesk, Waiting, CommentedWave]:
    """Lay out the desk for one comment in quarantine.

    Raises
    ------
    ForeignPage
        If the reader is none of the two; whether there is such a comment is not told.
    NotFoundException
        If it has left.
    """
    found = await lay_out_comments(request)
    if not found.keeper:
        raise ForeignPage(request.url.path)
    waiting = await find_waiting(comment)
    if waiting is None:
        raise NotFoundException
    return found, waiting, _wave_of(waiting, found.waves)


def _wave_of(waiting: Waiting, known: Sequence[CommentedWave]) -> CommentedWave:
    return next(one for one in known if one.wave == waiting.wave)
