"""Another revision of the strategy beside the one that is asked: what became of each statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from questionnaires.model import Status, Strategy
from questionnaires.strategy_maps import (
    Became,
    StatementMove,
    StrategyMap,
    by_statement,
    carried,
    years_of,
)
from survey_app.reading.names import own
from survey_app.reading.strategy_text import asked_for, library, measured_by, measured_then
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import listed
from survey_app.shared.word_marks import Mark, word_marks

BECAME: Final[dict[Became, str]] = {
    "same": N_("Ordrett lik"),
    "reworded": N_("Omskrevet"),
    "split": N_("Delt"),
    "merged": N_("Slått sammen"),
    "new": N_("Nytt"),
    "gone": N_("Tatt ut"),
}
_STATUS: Final[dict[Status, str]] = {
    "adopted": "",
    "draft": N_("utkast, ikke vedtatt"),
    "example": N_("eksempel, ikke vedtatt"),
}
# one and many, as the first thing of a sentence and behind another one
_COUNTED: Final[dict[Became, tuple[tuple[str, str], tuple[str, str]]]] = {
    "reworded": (
        (N_("%(num)s utsagn er omskrevet"), N_("%(num)s utsagn er omskrevet")),
        (N_("%(num)s er omskrevet"), N_("%(num)s er omskrevet")),
    ),
    "split": (
        (N_("%(num)s utsagn er delt"), N_("%(num)s utsagn er delt")),
        (N_("%(num)s er delt"), N_("%(num)s er delt")),
    ),
    "merged": (
        (N_("%(num)s utsagn er slått sammen"), N_("%(num)s utsagn er slått sammen")),
        (N_("%(num)s er slått sammen"), N_("%(num)s er slått sammen")),
    ),
    "new": (
        (N_("%(num)s utsagn har kommet til"), N_("%(num)s utsagn har kommet til")),
        (N_("%(num)s har kommet til"), N_("%(num)s har kommet til")),
    ),
    "gone": (
        (N_("%(num)s utsagn har falt bort"), N_("%(num)s utsagn har falt bort")),
        (N_("%(num)s har falt bort"), N_("%(num)s har falt bort")),
    ),
}
# what becomes of the questions about a statement: one and many
_QUESTIONS: Final[dict[Became, tuple[str, str]]] = {
    "same": (
        N_("%(num)s spørsmål gjelder setningen i begge strategiene"),
        N_("%(num)s spørsmål gjelder setningen i begge strategiene"),
    ),
    "reworded": (
        N_("%(num)s spørsmål gjelder begge ordlydene, som betyr det samme"),
        N_("%(num)s spørsmål gjelder begge ordlydene, som betyr det samme"),
    ),
    "split": (
        N_("%(num)s spørsmål gjelder det som er delt. Hvilken del det måler, er ikke bestemt."),
        N_("%(num)s spørsmål gjelder det som er delt. Hvilken del de måler, er ikke bestemt."),
    ),
    "merged": (
        N_("%(num)s spørsmål gjelder det som er slått sammen. Om det måler alt, er ikke bestemt."),
        N_("%(num)s spørsmål gjelder det som er slått sammen. Om de måler alt, er ikke bestemt."),
    ),
}
# the same once there are questions written for both strategies
_DECIDED: Final[dict[Became, tuple[str, str]]] = {
    "split": (
        N_("%(num)s spørsmål gjelder en av delene"),
        N_("%(num)s spørsmål gjelder delene"),
    ),
    "merged": (
        N_("%(num)s spørsmål gjelder det som er slått sammen"),
        N_("%(num)s spørsmål gjelder det som er slått sammen"),
    ),
}
_ALONE: Final = (
    N_("%(num)s spørsmål gjelder utsagnet, og ikke noe i den andre strategien"),
    N_("%(num)s spørsmål gjelder utsagnet, og ikke noe i den andre strategien"),
)
_NOT_SAID: Final[dict[Became, str]] = {
    "split": N_("delt; hvilken del er ikke bestemt"),
    "merged": N_("slått sammen; ikke bestemt"),
    "gone": N_("ikke noe"),
}
_NOT_SAID_BEFORE: Final[dict[Became, str]] = {
    "split": N_("del av et utsagn; ikke bestemt"),
    "merged": N_("ett av flere utsagn; ikke bestemt"),
    "new": N_("ikke noe"),
}


@dataclass(frozen=True, slots=True)
class NamedRevision:
    """A revision as headings name it: `period` such as 2021–2026, `status` if it is not adopted."""

    revision: str
    name: str
    period: str
    status: str
    asked: bool

    @property
    def called(self) -> str:
        """Its years, and that it is not adopted where it is not."""
        return f"{self.period} ({self.status})" if self.status else self.period


@dataclass(frozen=True, slots=True)
class ChangedStatement:
    """A statement that is not as it was: words of both revisions, why, and its questions."""

    became: Became
    place: str
    before: tuple[tuple[tuple[Mark, str], ...], ...]
    after: tuple[tuple[tuple[Mark, str], ...], ...]
    reason: str
    told: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptStatements:
    """Statements of one place that stand word for word, with how many questions each has."""

    place: str
    reason: str
    statements: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class TracedQuestion:
    """A question with the statements that it belongs to in the earlier and the later revision."""

    text: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RevisionsPage:
    """Two revisions side by side."""

    earlier: NamedRevision
    later: NamedRevision
    example: bool
    summary: str
    changed: tuple[ChangedStatement, ...]
    kept: tuple[KeptStatements, ...]
    questions: tuple[TracedQuestion, ...]


@dataclass(frozen=True, slots=True)
class OtherRevision:
    """What the page of the asked revision says of another: what changed, and of which statement."""

    edition: NamedRevision
    earlier: bool
    summary: str
    of: Mapping[str, str]


def other_revisions(lang: Language) -> tuple[OtherRevision, ...]:
    """Tell of every revision that a map ties to the one that is asked; none where none does."""
    asked = library().strategy.revision
    found = []
    for one in _maps():
        earlier = one.later == asked
        edition = _edition(library().strategies[one.earlier if earlier else one.later], lang)
        moves = [] if earlier else one.changed
        of = {name: _said(move, edition, lang) for name, move in by_statement(moves).items()}
        found.append(OtherRevision(edition, earlier, _summary(one, lang), of))
    return tuple(found)


def revisions_page(revision: str, lang: Language) -> RevisionsPage | None:
    """Hold another revision beside the one that is asked; None where no map ties the two."""
    one = next((one for one in _maps() if revision in {one.earlier, one.later}), None)
    if one is None or revision == library().strategy.revision:
        return None
    earlier, later = library().strategies[one.earlier], library().strategies[one.later]
    return RevisionsPage(
        earlier=_edition(earlier, lang),
        later=_edition(later, lang),
        example="example" in {earlier.status, later.status},
        summary=_summary(one, lang),
        changed=tuple(_changed(move, earlier, later, lang) for move in one.changed),
        kept=tuple(_kept(one, earlier, lang)),
        questions=tuple(_traced(one, earlier, later, lang)),
    )


def _maps() -> tuple[StrategyMap, ...]:
    asked = library().strategy.revision
    return tuple(one for one in library().strategy_maps if asked in {one.earlier, one.later})


def _edition(strategy: Strategy, lang: Language) -> NamedRevision:
    status = _STATUS[strategy.status]
    return NamedRevision(
        revision=strategy.revision,
        name=strategy.name,
        period=years_of(strategy),
        status=translator(lang).gettext(status) if status else "",
        asked=strategy.revision == library().strategy.revision,
    )


def _said(move: StatementMove, edition: NamedRevision, lang: Language) -> str:
    _ = translator(lang).gettext
    return _(N_("%(became)s i %(period)s")) % {
        "became": _(BECAME[move.became]),
        "period": edition.called,
    }


def _summary(one: StrategyMap, lang: Language) -> str:
    counts = Counter(
        kind for kind, move in ((move.became, move) for move in one.changed)
        for _ in (move.before if kind == "merged" else (move,))
    )  # fmt: skip
    told: list[str] = []
    for kind, forms in _COUNTED.items():
        if counts[kind]:
            single, many = forms[bool(told)]
            text = translator(lang).ngettext(single, many, counts[kind])
            told.append(text % {"num": counts[kind]})
    if not told:
        return translator(lang).gettext(N_("Alle utsagnene står ordrett"))
    return listed(told, lang)


def _questions(statements: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for one in statements for item in measured_by().get(one, ())))


def _asked_side(move: StatementMove, earlier: Strategy) -> tuple[str, ...]:
    return move.before if earlier.revision == library().strategy.revision else move.after


def _changed(
    move: StatementMove, earlier: Strategy, later: Strategy, lang: Language
) -> ChangedStatement:
    before = tuple(earlier.statements[one].text for one in move.before)
    after = tuple(later.statements[one].text for one in move.after)
    pieces = word_marks(before[0], after[0]) if move.became == "reworded" else ()
    then = asked_for(earlier.revision) if later.revision == library().strategy.revision else {}
    forms = (_DECIDED if then else {}).get(move.became) or _QUESTIONS.get(move.became, _ALONE)
    if then and move.became == "gone":
        gone = measured_then(earlier.revision)
        questions = tuple(dict.fromkeys(item for one in move.before for item in gone[one]))
    else:
        questions = _questions(_asked_side(move, earlier))
    told = translator(lang).ngettext(*forms, len(questions)) % {"num": len(questions)}
    none = translator(lang).gettext(N_("Ingen spørsmål gjelder dette."))
    return ChangedStatement(
        became=move.became,
        place=_place(move, earlier, later),
        before=_side(pieces, "in") if pieces else tuple(_whole(before, move, "out")),
        after=_side(pieces, "out") if pieces else tuple(_whole(after, move, "in")),
        reason=own(move.reason, lang),
        told=told if questions else none,
        questions=tuple(own({**then, **library().items}[one].text, lang) for one in questions),
    )


def _side(
    pieces: tuple[tuple[Mark, str], ...], other: Mark
) -> tuple[tuple[tuple[Mark, str], ...], ...]:
    return (tuple(piece for piece in pieces if piece[0] != other),)


def _whole(
    texts: tuple[str, ...], move: StatementMove, mark: Mark
) -> Iterator[tuple[tuple[Mark, str], ...]]:
    alone = move.became in {"new", "gone"}
    for text in texts:
        yield ((mark if alone else "kept", text),)


def _place(move: StatementMove, earlier: Strategy, later: Strategy) -> str:
    strategy, name = (earlier, move.before[0]) if move.before else (later, move.after[0])
    return _above(strategy, name)


def _above(strategy: Strategy, name: str) -> str:
    """Name what a statement stands under: its goal or value, else its area, else the strategy."""
    statement = strategy.statements[name]
    above = statement.goal or statement.area
    return strategy.statements[above].text if above in strategy.statements else strategy.name


def _kept(one: StrategyMap, earlier: Strategy, lang: Language) -> Iterator[KeptStatements]:
    kept = [move for move in one.moves if move.became == "same"]
    for (place, reason), moves in groupby(
        kept, lambda move: (_part(earlier, move.before[0]), own(move.reason, lang))
    ):
        named = tuple(
            (earlier.statements[move.before[0]].text, len(_questions(move.before)))
            for move in moves
        )
        yield KeptStatements(place, reason, named)


def _part(strategy: Strategy, name: str) -> str:
    """Name the area or value that a statement is in, or is; the strategy for what is above."""
    statement = strategy.statements[name]
    above = statement.area or statement.goal
    if above in strategy.statements:
        return strategy.statements[above].text
    return statement.text if statement.kind in {"value", "area"} else strategy.name


def _traced(
    one: StrategyMap, earlier: Strategy, later: Strategy, lang: Language
) -> Iterator[TracedQuestion]:
    _ = translator(lang).gettext
    forward = earlier.revision == library().strategy.revision
    turned = (replace(move, before=move.after, after=move.before) for move in one.moves)
    moves = one.moves if forward else tuple(turned)
    not_said = _NOT_SAID if forward else _NOT_SAID_BEFORE
    asked, other = (earlier, later) if forward else (later, earlier)
    then = {} if forward else asked_for(earlier.revision)
    was = _statements_of(measured_then(earlier.revision), earlier) if then else {}
    none = (_(N_("ikke noe")),)
    for item in carried(measured_by(), moves):
        here = tuple(asked.statements[name].text for name in item.statements)
        if then:
            there = was.pop(item.item, none)
        else:
            there = tuple(
                other.statements[move.after[0]].text if move.carries else _(not_said[move.became])
                for move in item.moves
            )
        text = own(library().items[item.item].text, lang)
        yield TracedQuestion(text, *((here, there) if forward else (there, here)))
    for name, texts in was.items():
        yield TracedQuestion(own(then[name].text, lang), texts, none)


def _statements_of(
    measured: Mapping[str, Sequence[str]], strategy: Strategy
) -> dict[str, tuple[str, ...]]:
    """Give the texts of the statements that each item measures."""
    found: dict[str, tuple[str, ...]] = {}
    for statement, items in measured.items():
        for item in items:
            found[item] = (*found.get(item, ()), strategy.statements[statement].text)
    return found
