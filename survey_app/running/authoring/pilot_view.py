"""What the page of a pilot says: protected figures in words, question by question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from survey_app.asking.pilots.pilots import PilotRow, PilotState
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language
from survey_app.shared.i18n import gettext as _
from survey_app.shared.numbers import decimal, percent

PILOT_STATES: Final = {
    PilotState.ASKED: N_("Blir åpnet om litt"),
    PilotState.OPEN: N_("Åpen"),
    PilotState.CLOSING: N_("Blir talt opp om litt"),
    PilotState.NO_KEY: N_("Kan ikke telles opp: Nøkkelen er borte"),
    PilotState.CHANGED: N_("Kan ikke telles opp: Noe er endret"),
    PilotState.COUNTED: N_("Talt opp"),
    PilotState.TOO_FEW: N_("For få svar"),
    PilotState.GIVEN_UP: N_("Gitt opp"),
}

# where the steps of `pretest.REACHED` end, but for the last
_NEXT: Final = {0.0: 0.5, 0.5: 0.7, 0.7: 0.8}


@dataclass(frozen=True, slots=True)
class PilotItem:
    """A question as it was tried out; `dont_know` is empty where that was not offered."""

    number: int
    id: str
    text: str
    left_out: str
    dont_know: str
    remarks: Sequence[str]


@dataclass(frozen=True, slots=True)
class PilotGrid:
    """Questions with the same answers, by the numbers of the first and last."""

    first: int
    last: int
    same: str
    turned: bool


@dataclass(frozen=True, slots=True)
class PilotScale:
    """How well the questions of a scale agree; empty where it cannot be told."""

    title: str
    questions: int
    alpha: str
    omega: str


@dataclass(frozen=True, slots=True)
class PilotFound:
    """All that is told of a counted pilot."""

    answered: str
    margin: str
    items: tuple[PilotItem, ...]
    grids: tuple[PilotGrid, ...]
    scales: tuple[PilotScale, ...]


def pilot_found(pilot: PilotRow, lang: Language) -> PilotFound | None:
    """Return what is told of a pilot; None where it is not counted, or too few answered."""
    found = pilot.figures
    if not found or not pilot.minimum_group:
        return None
    asked, k = pilot.questionnaire, pilot.minimum_group
    order = {name: at for at, name in enumerate(asked.form.items, 1)}
    scales = {scale.code: scale for scale in asked.scales}
    return PilotFound(
        answered=_answered(found),
        margin=decimal(found["margin"] * 100, lang, 0),
        items=tuple(
            PilotItem(
                order[one["item"]],
                one["item"],
                in_language(asked.item(one["item"]).text, lang),
                _share(one["left_out"], k, lang),
                _share(one["dont_know"], k, lang) if one["dont_know"] else "",
                pilot.remarks.get(one["item"], ()),
            )
            for one in sorted(found["items"], key=lambda one: order[one["item"]])
        ),
        grids=tuple(
            PilotGrid(
                order[one["items"][0]], order[one["items"][-1]], _share(one["same"], k, lang),
                one["turned"],
            )
            for one in found["grids"]
        ),
        scales=tuple(
            PilotScale(
                in_language(scales[one["scale"]].title, lang),
                len(one["items"]),
                _reached(one["alpha"], lang),
                _reached(one["omega"], lang),
            )
            for one in found["scales"]
        ),
    )  # fmt: skip


def _answered(found: Mapping[str, Any]) -> str:
    if found["below"] is None:
        return _("Minst %(n)s har svart.") % {"n": found["at_least"]}
    return _("Mellom %(low)s og %(high)s har svart.") % {
        "low": found["at_least"],
        "high": found["below"] - 1,
    }


def _share(told: Mapping[str, Any], k: int, lang: Language) -> str:
    if told["told"] == "share":
        return _("om lag %(share)s") % {"share": percent(told["value"], lang)}
    if told["told"] == "few":
        return _("færre enn %(k)s") % {"k": k}
    if told["told"] == "most":
        return _("alle, eller alle unntatt færre enn %(k)s") % {"k": k}
    if told["told"] in {"minority", "majority"}:
        return (
            _("færre enn halvparten") if told["told"] == "minority" else _("halvparten eller flere")
        )
    return _("kan ikke vises")


def _reached(step: float | None, lang: Language) -> str:
    if step is None:
        return ""
    limits = {"low": decimal(step, lang), "high": decimal(_NEXT.get(step, 1.0), lang)}
    if step not in _NEXT:
        return _("minst %(low)s") % limits
    return (_("%(low)s til %(high)s") if step else _("under %(high)s")) % limits
