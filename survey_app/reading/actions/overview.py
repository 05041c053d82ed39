"""The list of actions, one action, and the page that staff read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from questionnaires.model import Statement
from survey_app.actions.states import OPEN, STATE_NAMES, ActionRow, ActionState
from survey_app.reading.actions.follow_up import FollowUp, Opened, follow_up
from survey_app.reading.names import place_name
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Domain
from survey_app.reading.scope import home_of
from survey_app.reading.strategy_text import known_statements
from survey_app.shared.i18n import N_, Language, translator

SHOW: Final = {
    "": N_("Alle"),
    "open": N_("Planlagt og pågår"),
    "late": N_("Over fristen"),
    "ended": N_("Avsluttet"),
}


@dataclass(frozen=True, slots=True)
class ActionStory:
    """An action as a page tells it: said, done, happened."""

    row: ActionRow
    place: Domain | None
    place_name: str
    statement: Statement | None
    value: str
    asked_in: str
    late: bool
    moved: FollowUp

    @property
    def state_name(self) -> str:
        """The state's name, to be translated."""
        return STATE_NAMES[self.row.state]


@dataclass(frozen=True, slots=True)
class Summary:
    """How many actions are how far, and what their measures did since."""

    open: int
    late: int
    up: int
    unsure: int
    down: int
    discussed: int
    total: int


async def cases(
    rows: Sequence[ActionRow],
    places: tuple[Domain, ...],
    opened: Opened,
    lang: Language,
    *,
    today: date,
    open_only: bool = False,
) -> list[ActionStory]:
    """Put actions together with what is known since; see `follow_up`."""
    labels = {wave.key: wave.label("name", lang) for wave in opened.series}
    made = []
    for row in rows:
        place = home_of(row.unit, places)
        moved = await follow_up(row, place, opened, lang, today=today, open_only=open_only)
        statement = known_statements().get(row.statement)
        made.append(
            ActionStory(
                row,
                place,
                place_name(place, lang) if place else row.unit,
                statement,
                _kind(statement, lang),
                labels.get(row.wave, ""),
                row.is_late(today),
                moved,
            )
        )
    return made


def count_actions(found: Sequence[ActionStory]) -> Summary:
    """Count what the head of the list tells."""
    signs = [case.moved.change.sign for case in found if case.moved.change]
    return Summary(
        open=sum(case.row.state in OPEN for case in found),
        late=sum(case.late for case in found),
        up=signs.count("up"),
        unsure=sum(sign in {"steady", "uncertain"} for sign in signs),
        down=signs.count("down"),
        discussed=sum(case.row.discussed_on is not None for case in found),
        total=len(found),
    )


def picked(found: Sequence[ActionStory], show: str) -> list[ActionStory]:
    """Keep what the reader chose to see."""
    wanted = {
        "open": [case for case in found if case.row.state in OPEN],
        "late": [case for case in found if case.late],
        "ended": [case for case in found if case.row.state not in OPEN],
    }
    return wanted.get(show, list(found))


def _kind(statement: Statement | None, lang: Language) -> str:
    if statement is None:
        return ""
    _ = translator(lang).gettext
    return _("Verdi") if statement.kind in {"value", "value_statement"} else _("Mål i strategien")


def prefilled(
    asked: Mapping[str, str], places: Sequence[Domain], shown: Published, today: date
) -> dict[str, str]:
    """Fill in a new form with what the finding's page knows."""
    code = asked.get("measure", "")
    measure = shown.measure(code)
    named = measure.statements[0] if measure and measure.statements else ""
    units = [one.code for one in places]
    unit = asked.get("unit", "")
    return {
        "unit": unit if unit in units else units[0],
        "measure": code if measure else "",
        "wave": asked.get("wave", ""),
        "statement": asked.get("statement") or named,
        "starts_on": today.isoformat(),
        "due_on": "",
        "state": ActionState.PLANNED.value,
    }


def stored_fields(row: ActionRow) -> dict[str, Any]:
    """Return an action as its form holds it."""
    return {
        "unit": row.unit,
        "said": row.said,
        "what": row.what,
        "who": row.who,
        "starts_on": row.starts_on.isoformat(),
        "due_on": row.due_on.isoformat(),
        "state": row.state.value,
        "reason": row.reason,
        "outcome": row.outcome,
        "statement": row.statement,
        "measure": row.measure,
        "wave": row.wave,
        "visible": "yes" if row.visible else "",
        "version": str(row.version),
    }


def tree(
    shown: Published, counts: Mapping[str, int], lang: Language, find: str = ""
) -> list[tuple[Domain, str, int, list[tuple[Domain, str, int]]]]:
    """Return regions with their units, each with the number of actions that staff may read.

    An agency without regions stands in their place with all of its units.

    With ``find``, only units whose name has that text, and regions that have it or such a unit.
    """

    def line(one: Domain) -> tuple[Domain, str, int]:
        number = sum(counts.get(code, 0) for code in {one.code, *one.members})
        return one, place_name(one, lang), number

    def found(name: str) -> bool:
        return find.casefold() in name.casefold()

    units = [line(one) for one in shown.domains if one.level == "unit"]
    level = "region" if any(one.level == "region" for one in shown.domains) else AGENCY
    regions = [line(one) for one in shown.domains if one.level == level]
    branches = [
        (*region, [one for one in units if one[0].parent == region[0].code and found(one[1])])
        for region in regions
    ]
    return [branch for branch in branches if branch[3] or found(branch[1])]


def above(place: Domain, places: Sequence[Domain]) -> list[Domain]:
    """Return the region and the agency that a place is part of."""
    region = [one for one in places if one.level == "region" and one.code == place.parent]
    agency = [one for one in places if one.level == AGENCY and place.level != AGENCY]
    return [*region, *agency]
