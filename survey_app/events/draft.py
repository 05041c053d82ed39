"""An event as a form sends it: read, checked, and every mistake told beside its field."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from survey_app.events.kinds import EventKind, Shape, Side
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
from survey_app.shared.i18n import N_, own_names

MOST: Final = 120
TEXT: Final = "text_"  # a field of the form begins with it and ends with a language
_NO_TEXT: Final = N_("Skriv med noen få ord hva som skjedde, på minst ett språk.")
_NOT_CHOSEN: Final = {
    "kind": N_("Velg hva slags hendelse det er."),
    "shape": N_("Velg om endringen dere venter, varer eller går over."),
}
_LATER: Final = N_("Dagen har ikke vært ennå. En hendelse kan tegnes når den har skjedd.")


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event that may be stored."""

    side: Side
    day: date
    kind: EventKind
    shape: Shape
    place: str
    text: dict[str, str]
    open: bool = False


def text_fields() -> tuple[str, ...]:
    """Return the fields of the words, one for each of the agency's languages."""
    return tuple(f"{TEXT}{language}" for language, _ in own_names())


def read_event(
    fields: Mapping[str, str], sides: Collection[Side], places: Collection[str], *, today: date
) -> tuple[EventDraft | None, tuple[FieldProblem, ...]]:
    """Read a form.

    Parameters
    ----------
    fields : mapping of str to str
        As sent; a missing one counts as empty.
    sides, places : collection
        What the writer may choose; an event of the public is about the whole agency.
    today : date
        Nothing that has not happened can be drawn.

    Returns
    -------
    draft : EventDraft or None
        None where anything is wrong.
    problems : tuple of FieldProblem
        Every mistake, in the order of the form.
    """
    texts = {name: clean(fields.get(name, "")).replace("\n", " ") for name in text_fields()}
    chosen = {name: fields.get(name, "").strip() for name in ("side", "kind", "shape", "place")}
    if chosen["side"] == Side.PUBLIC:
        chosen["place"] = ""
    day = read_day(fields.get("day", ""))
    problems = (
        *_text_problems(texts),
        *_day_problems(day, today),
        *_choice_problems(chosen, sides, places),
    )
    if problems or day is None:
        return None, problems
    draft = EventDraft(
        side=Side(chosen["side"]),
        day=day,
        kind=EventKind(chosen["kind"]),
        shape=Shape(chosen["shape"]),
        place=chosen["place"],
        # a place could be one that everybody else sees nothing of
        open=fields.get("open") == "yes" and not chosen["place"],
        text={name.removeprefix(TEXT): text for name, text in texts.items() if text},
    )
    return draft, ()


def _text_problems(texts: Mapping[str, str]) -> Iterator[FieldProblem]:
    if not any(texts.values()):
        yield FieldProblem(next(iter(texts)), _NO_TEXT)
    for name, text in texts.items():
        if len(text) > MOST:
            yield FieldProblem(name, TOO_LONG, {"length": len(text), "most": MOST})
        elif holds_contact(text):
            yield FieldProblem(name, CONTACT)


def _day_problems(day: date | None, today: date) -> Iterator[FieldProblem]:
    if day is None:
        yield FieldProblem("day", NO_DATE)
    elif day > today:
        yield FieldProblem("day", _LATER)


def _choice_problems(
    chosen: Mapping[str, str], sides: Collection[Side], places: Collection[str]
) -> Iterator[FieldProblem]:
    known = {"side": sides, "kind": set(EventKind), "place": places, "shape": set(Shape)}
    for name, allowed in known.items():
        if chosen[name] not in allowed:
            yield FieldProblem(name, _NOT_CHOSEN.get(name, CHOOSE))
