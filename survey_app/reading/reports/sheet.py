"""One sheet of a unit for the wall: its figures, its questions, and what is done about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from survey_app.actions.queries import ActionRow, list_visible
from survey_app.actions.states import OPEN, STATE_NAMES
from survey_app.reading.culture.questions import QuestionFigure
from survey_app.reading.culture.unit import UnitPage, unit_page
from survey_app.reading.levels import LevelRow
from survey_app.reading.names import place_name
from survey_app.reading.reports.compose import Order, hidden_of, said_margins
from survey_app.reading.reports.content import Hidden
from survey_app.reading.rows import Domain
from survey_app.reading.scope import stored_codes
from survey_app.reading.waves import Wave, waves
from survey_app.shared.i18n import Language

QUESTIONS: Final = 3  # of each side: one sheet holds no more, and the first are not the worst
ACTIONS: Final = 3


@dataclass(frozen=True, slots=True)
class WallSheet:
    """What hangs on the wall; figures are those of ``place``, the region where the unit is hidden.

    ``address`` is where everybody may follow the unit's actions; empty without an address of the
    installation. ``further`` counts the actions that the sheet has no room for. ``other_margins``
    says that the wave before was judged by others.
    """

    lang: Language
    wave: Wave
    demo: bool
    title: str
    unit: Domain
    place: Domain
    hidden: Hidden | None
    rows: Sequence[LevelRow]
    compared: int
    lower: Sequence[QuestionFigure]
    higher: Sequence[QuestionFigure]
    actions: Sequence[ActionRow]
    further: int
    address: str
    within: float | None
    other_margins: str
    shown_from: int

    def state_name(self, row: ActionRow) -> str:
        """Return what the state of an action is called, to be translated."""
        return STATE_NAMES[row.state]


async def compose_sheet(order: Order, base_url: str) -> WallSheet:
    """Put the sheet of a unit or region together, for whoever may read its page.

    Parameters
    ----------
    order : Order
        Its place is the unit.
    base_url : str
        The address of the installation, from which staff follow the unit's actions.
    """
    known = await waves("staff", order.at)
    series = tuple(order.wave if one.key == order.wave.key else one for one in known)
    page = await unit_page(order.shown, order.wave, series, order.place, order.lang, order.at)
    rows = [row for row in await list_visible(stored_codes((order.place,))) if row.state in OPEN]
    lower, higher = _questions(page)
    return WallSheet(
        lang=order.lang,
        wave=order.wave,
        demo=order.shown.content["campaign"]["demo"],
        title=place_name(order.place, order.lang),
        unit=order.place,
        place=page.place,
        hidden=hidden_of(page, order.shown, order.lang),
        rows=page.rows,
        compared=page.questions.compared,
        lower=lower,
        higher=higher,
        actions=rows[:ACTIONS],
        further=len(rows[ACTIONS:]),
        address=f"{base_url}/actions/unit/{order.place.code}?lang={order.lang}" if base_url else "",
        within=order.shown.within,
        other_margins=await said_margins(order),
        shown_from=int(order.shown.content["limits"]["staff_mean"]),
    )


def _questions(page: UnitPage) -> tuple[tuple[QuestionFigure, ...], tuple[QuestionFigure, ...]]:
    """Return the first questions of each side, in the form's order."""
    return page.questions.lower[:QUESTIONS], page.questions.higher[:QUESTIONS]
