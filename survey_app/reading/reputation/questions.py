"""Every question that the public was asked: trust's sides, and each goal with what is behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from survey_app.reading import kinds
from survey_app.reading.levels import LevelRow, level_row, level_rows
from survey_app.reading.names import own
from survey_app.reading.published import Published
from survey_app.reading.reputation.measures import button_name
from survey_app.reading.rows import Estimate, Measure
from survey_app.shared.i18n import Language


@dataclass(frozen=True, slots=True)
class PublicQuestion:
    """One question: its words, its level and change, and the share who do not know (0-1)."""

    text: str
    row: LevelRow
    unknown: Estimate | None


@dataclass(frozen=True, slots=True)
class GoalPart:
    """The questions of one scale; without a name where a goal has one scale alone."""

    name: str
    questions: tuple[PublicQuestion, ...]


@dataclass(frozen=True, slots=True)
class AskedGoal:
    """A goal and its parts; without a code those questions that belong to no goal."""

    code: str
    name: str
    parts: tuple[GoalPart, ...]

    @property
    def count(self) -> int:
        """How many questions there are."""
        return sum(len(part.questions) for part in self.parts)


@dataclass(frozen=True, slots=True)
class PublicQuestions:
    """Trust's sides, and all questions by goal, each of them once."""

    sides: tuple[LevelRow, ...]
    goals: tuple[AskedGoal, ...]


def questions_of_public(shown: Published, since: str, lang: Language) -> PublicQuestions:
    """Lay out what a wave of the public asked, in the order of the strategy and of the form."""
    public = kinds.public()
    seen: set[str] = set()
    goals = [_asked(shown, code, since, seen, lang) for code in public.goals]
    rest = [one.code for one in shown.measures.values() if one.kind == "item"]
    others = AskedGoal("", "", (GoalPart("", _fresh(shown, rest, since, seen, lang)),))
    return PublicQuestions(
        tuple(level_rows(shown, sides_of_trust(shown), shown.whole, lang, since)),
        tuple(one for one in (*goals, others) if one.count),
    )


def sides_of_trust(shown: Published) -> list[str]:
    """Return the scales of the goal that is nearly trust itself; of trust where there is none."""
    public = kinds.public()
    return _parts(shown, shown.measure(public.trust_goal) or shown.measure(public.trust))


def _asked(shown: Published, code: str, since: str, seen: set[str], lang: Language) -> AskedGoal:
    measure = shown.measure(code)
    parts = [(own(shown.measures[part].title, lang), part) for part in _parts(shown, measure)]
    made = [
        GoalPart(name, _fresh(shown, shown.measures[part].items, since, seen, lang))
        for name, part in parts or [("", code)]
        if part in shown.measures
    ]
    return AskedGoal(code, button_name(code, lang), tuple(made))


def _parts(shown: Published, measure: Measure | None) -> list[str]:
    """Return the scales that a measure is made of, in the form's order; none of a plain scale."""
    parts = measure.parts if measure else ()
    return [code for code in shown.measures if measure and code in parts and code != measure.code]


def _fresh(
    shown: Published, codes: Iterable[str], since: str, seen: set[str], lang: Language
) -> tuple[PublicQuestion, ...]:
    """Lay out those questions that stand nowhere yet."""
    made = []
    for code in codes:
        measure = shown.measure(code)
        row = level_row(shown, code, shown.whole, lang, since=since)
        if code in seen or measure is None or row is None:
            continue
        seen.add(code)
        unknown = shown.not_applicable(code)
        made.append(
            PublicQuestion(
                own(measure.title, lang), row, unknown if unknown and unknown.shown else None
            )
        )
    return tuple(made)
