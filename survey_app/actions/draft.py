"""An action as a form sends it: read, checked, and every mistake told beside its field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from survey_app.actions.states import ActionState
from survey_app.shared.form_text import (
    CHOOSE,
    CONTACT,
    NO_DATE,
    TOO_LONG,
    FieldProblem,
    clean,
    holds_contact,
    read_day,
)
from survey_app.shared.i18n import N_

MOST: Final = {"said": 300, "what": 1500, "who": 160, "reason": 600, "outcome": 1500}
REQUIRED: Final = {
    "said": N_("Skriv hva de ansatte sa, i én setning."),
    "what": N_("Skriv hva dere gjør."),
    "who": N_("Skriv hvem som har ansvaret: en rolle, ikke et navn."),
}
_DUE_FIRST: Final = N_("Fristen må være samme dag som starten eller senere.")
_NOT_BEGUN: Final = N_(
    "Tiltaket starter først senere. Rett startdatoen, eller velg at det er planlagt."
)
_WHY: Final = N_("Skriv hvorfor tiltaket er stanset. De ansatte får se grunnen.")


@dataclass(frozen=True, slots=True)
class ActionChoices:
    """What may be chosen: places, statements of the strategy and measures, by code."""

    units: frozenset[str]
    statements: frozenset[str]
    measures: frozenset[str]

    def with_stored(self, unit: str, statement: str, measure: str) -> ActionChoices:
        """Return these and what an action already has."""
        return ActionChoices(
            self.units | {unit}, self.statements | {statement}, self.measures | {measure}
        )


@dataclass(frozen=True, slots=True)
class ActionDraft:
    """An action that may be stored."""

    unit: str
    said: str
    what: str
    who: str
    starts_on: date
    due_on: date
    state: ActionState
    reason: str = ""
    outcome: str = ""
    statement: str = ""
    measure: str = ""
    wave: str = ""
    visible: bool = False


def read_action(
    fields: Mapping[str, str], known: ActionChoices, *, today: date
) -> tuple[ActionDraft | None, tuple[FieldProblem, ...]]:
    """Read a form.

    Parameters
    ----------
    fields : mapping of str to str
        As sent; a missing one counts as empty.
    known : ActionChoices
        What the reader may choose.
    today : date
        An action cannot be under way before it starts.

    Returns
    -------
    draft : ActionDraft or None
        None where anything is wrong.
    problems : tuple of FieldProblem
        Every mistake, in the order of the form.
    """
    texts = {name: clean(fields.get(name, "")) for name in MOST}
    state = _state(fields.get("state", ""))
    begins, ends = read_day(fields.get("starts_on", "")), read_day(fields.get("due_on", ""))
    chosen = {name: fields.get(name, "").strip() for name in ("unit", "statement", "measure")}
    problems = (
        *_choice_problems(chosen, known),
        *_text_problems(texts),
        *_day_problems(begins, ends),
        *_state_problems(state, begins, texts["reason"], today),
    )
    if problems or begins is None or ends is None or state is None:
        return None, problems
    draft = ActionDraft(
        **chosen,
        **texts,
        starts_on=begins,
        due_on=ends,
        state=state,
        wave=fields.get("wave", "").strip()[:60],
        visible=fields.get("visible") == "yes",
    )
    return draft, ()


def _state(text: str) -> ActionState | None:
    return ActionState(text) if text in set(ActionState) else None


def _choice_problems(chosen: Mapping[str, str], known: ActionChoices) -> Iterator[FieldProblem]:
    if chosen["unit"] not in known.units:
        yield FieldProblem("unit", CHOOSE)
    for name, allowed in (("statement", known.statements), ("measure", known.measures)):
        if chosen[name] and chosen[name] not in allowed:
            yield FieldProblem(name, CHOOSE)


def _text_problems(texts: Mapping[str, str]) -> Iterator[FieldProblem]:
    for name, text in texts.items():
        if not text and name in REQUIRED:
            yield FieldProblem(name, REQUIRED[name])
        elif len(text) > MOST[name]:
            yield FieldProblem(name, TOO_LONG, {"length": len(text), "most": MOST[name]})
        elif holds_contact(text):
            yield FieldProblem(name, CONTACT)


def _day_problems(begins: date | None, ends: date | None) -> Iterator[FieldProblem]:
    if begins is None:
        yield FieldProblem("starts_on", NO_DATE)
    if ends is None:
        yield FieldProblem("due_on", NO_DATE)
    elif begins is not None and ends < begins:
        yield FieldProblem("due_on", _DUE_FIRST)


def _state_problems(
    state: ActionState | None, begins: date | None, reason: str, today: date
) -> Iterator[FieldProblem]:
    if state is None:
        yield FieldProblem("state", CHOOSE)
    elif (
        state in {ActionState.UNDER_WAY, ActionState.DONE} and begins is not None and begins > today
    ):
        yield FieldProblem("state", _NOT_BEGUN)
    elif state is ActionState.DROPPED and not reason:
        yield FieldProblem("reason", _WHY)
