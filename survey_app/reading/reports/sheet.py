"""One sheet of a unit for the wall: its figures, its questions, and what is done about them."""

from __future__ import annotations

from typing import Final

from survey_app.actions.queries import list_visible
from survey_app.actions.states import OPEN
from survey_app.reading.culture.questions import QuestionFigure
from survey_app.reading.culture.unit import UnitPage, unit_page
from survey_app.reading.names import place_name
from survey_app.reading.reports.compose import Order, hidden_of, said_margins
from survey_app.reading.reports.content import WallSheet
from survey_app.reading.scope import stored_codes
from survey_app.reading.verdicts import rule_of
from survey_app.reading.waves import waves

QUESTIONS: Final = 3  # of each side: one sheet holds no more, and the first are not the worst
ACTIONS: Final = 3


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
        rule=rule_of(order.shown.margins, page.place.level, order.shown.decided_by),
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
