"""One item: its wording, the statement it measures, and how people answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from questionnaires.model import AGREE_CODE, DISAGREE_CODE, Statement
from survey_app.reading.answer_words import Sides, sides_of
from survey_app.reading.asked_of import whom_it_was_for
from survey_app.reading.broken import item_notes
from survey_app.reading.charts.diverging import (
    NARROW,
    WIDE,
    AnswerRow,
    Diverging,
    draw_diverging,
)
from survey_app.reading.halves import part_note
from survey_app.reading.levels import LevelRow, change_cell, exposure_band, level_row
from survey_app.reading.names import inside, own, place_name, row_name
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Domain, Estimate, Measure, ShiftRow
from survey_app.reading.shifts import shift_sentence
from survey_app.reading.staff_measures import series_of
from survey_app.reading.strategy_text import measured_of, period_then
from survey_app.reading.verdicts import why_hidden
from survey_app.shared.i18n import Language, quoted, translator
from survey_app.shared.numbers import count

FIVE = 5
ROUNDING: Final = 0.025  # five shares in whole percent
OF_TWO: Final = 0.009  # two shares to a thousandth differ by less from the two together


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the answers of one place fall; ``shares`` are 0-1, from the lowest option up.

    ``sides`` are the two lowest and the two highest of five together, as published: shares are
    rounded each for itself, more coarsely than these, and their sum is another figure.
    """

    place: Domain
    name: str
    n: int | None
    shares: tuple[float, ...]
    sides: tuple[float, float] | None = None

    @property
    def disagree(self) -> float:
        """The two lowest of five together."""
        return self.sides[0] if self.sides else self.shares[0] + self.shares[1]

    @property
    def agree(self) -> float:
        """The two highest of five together."""
        return self.sides[1] if self.sides else self.shares[-1] + self.shares[-2]

    @property
    def rounded(self) -> bool:
        """Whether shares were rounded so much that a sum of them shows it."""
        sums = ((self.shares[:2], self.disagree), (self.shares[-2:], self.agree))
        apart = self.sides and any(abs(sum(two) - told) > OF_TWO for two, told in sums)
        return bool(apart) or abs(sum(self.shares) - 1) > ROUNDING


@dataclass(frozen=True, slots=True)
class Sibling:
    """A question of the same scale; ``alike`` where it has the answers of the page's question."""

    measure: Measure
    level: LevelRow
    answers: Distribution | None
    alike: bool


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Everything that the page shows."""

    measure: Measure
    text: str
    statements: tuple[Statement, ...]
    period: str
    scale: Measure | None
    scale_name: str
    labels: tuple[str, ...]
    sides: Sides | None
    distributions: tuple[Distribution, ...]
    exposure: str
    asked_of: str
    """That it was for some alone; empty where it was for all."""
    hidden: tuple[tuple[str, str], ...]
    """The places of which it is not shown how answers fall, and why of each."""
    wide: Diverging | None
    narrow: Diverging | None
    not_applicable: Estimate | None
    """The share who had no opinion; without error it was rounded to a step that may be wide."""
    unknown: str
    """What people chose who had no opinion, quoted: as the agency calls it."""
    level: LevelRow | None
    regions: tuple[tuple[str, LevelRow], ...]
    siblings: tuple[Sibling, ...]
    shifted: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def whole(self) -> Distribution | None:
        """The agency's distribution."""
        first = self.distributions[0] if self.distributions else None
        return first if first and first.place.level == AGENCY else None

    @property
    def rounded(self) -> bool:
        """Whether shares were rounded so much, to protect small units, that a sum shows it."""
        return any(row.rounded for row in self.distributions)


def item_page(
    published: Published,
    code: str,
    places: Sequence[Domain],
    lang: Language,
    shifts: Sequence[ShiftRow] = (),
) -> ItemPage | None:
    """Put the page together; ``None`` where this wave did not ask the item.

    ``places`` and ``shifts`` are what the reader may see.
    """
    measure = published.measure(code)
    if measure is None or measure.kind != "item":
        return None
    shown = [d for d in places if d.level in {AGENCY, "region"}]
    found = [(d, answers_of_place(published, measure, d, lang)) for d in shown]
    rows = tuple(row for _, row in found if row is not None)
    five = bool(rows) and len(rows[0].shares) == FIVE
    agency = next(d for d in shown if d.level == AGENCY)
    scale = _scale_of(published, code)
    labels = labels_of(measure, lang)
    silent = published.not_applicable(code)
    return ItemPage(
        measure=measure,
        text=own(measure.title, lang),
        statements=measured_of(code, measure.statements),
        period=period_then(published.content["strategy"]),
        scale=scale,
        scale_name=row_name(scale.code, scale.title, lang) if scale else "",
        labels=labels,
        sides=sides_of(labels, lang),
        distributions=rows,
        exposure=exposure_band(published, code, agency, lang),
        asked_of=whom_it_was_for(published, code, lang),
        hidden=tuple(
            (place_name(d, lang), _why(published, measure, d, lang))
            for d, row in found
            if row is None
        ),
        wide=draw_diverging(_answers(rows, lang), lang, WIDE) if five else None,
        narrow=draw_diverging(_answers(rows, lang), lang, NARROW) if five else None,
        not_applicable=silent if silent and silent.mean is not None else None,
        unknown=_unknown(measure, lang),
        level=level_row(published, code, agency, lang),
        regions=_moved(published, code, shown, lang),
        siblings=_siblings(published, scale, agency, labels, lang),
        shifted=tuple(shift_sentence(published, one, lang) for one in shifts if one.item == code),
        words=tuple(
            filter(None, (part_note(published, [code], lang), *item_notes(published, code, lang)))
        ),
    )


def answers_of_place(
    published: Published, measure: Measure, place: Domain, lang: Language
) -> Distribution | None:
    """Return how the answers of a place fall, or ``None`` where that is not shown."""
    cells = [
        published.estimate(measure.code, place.level, place.code, "share", option["code"])
        for option in scored(measure)
    ]
    shares = [cell.mean for cell in cells if cell is not None and cell.mean is not None]
    if not cells or len(shares) != len(cells):
        return None
    n = next((cell.n for cell in cells if cell is not None and cell.n is not None), None)
    sides = _sides_of_place(published, measure, place)
    return Distribution(place, place_name(place, lang), n, tuple(shares), sides)


def _sides_of_place(
    published: Published, measure: Measure, place: Domain
) -> tuple[float, float] | None:
    """Return how many chose the two lowest of five, and the two highest, where that is published.

    A publication counts them by what they are worth: of a reversed question those who agree with
    its words are on the side that gives a low figure.
    """
    codes = (AGREE_CODE, DISAGREE_CODE) if measure.reversed else (DISAGREE_CODE, AGREE_CODE)
    low, high = (
        published.estimate(measure.code, place.level, place.code, "share", code) for code in codes
    )
    if low is None or high is None or low.mean is None or high.mean is None:
        return None
    return low.mean, high.mean


def scored(measure: Measure) -> list[Mapping[str, Any]]:
    """Return the options that are real answers, lowest first; a reversed item keeps its wording.

    They stand so in publications, with what each is worth. Earlier ones have them in the order in
    which people were shown them, which may begin with the highest, and codes alone.
    """
    found = list(measure.answers)
    if all("value" in option for option in found):
        return found
    codes = [int(option["code"]) for option in found]
    return found[::-1] if codes == sorted(codes, reverse=True) else found


def labels_of(measure: Measure, lang: Language) -> tuple[str, ...]:
    """Return what people chose among, lowest first."""
    return tuple(own(option["label"], lang) for option in scored(measure))


def _why(published: Published, measure: Measure, place: Domain, lang: Language) -> str:
    """Say why it is not shown how answers fall."""
    cells = [
        published.estimate(measure.code, place.level, place.code, "share", option["code"])
        for option in scored(measure)
    ]
    why = {cell.status for cell in cells if cell is not None and cell.mean is None}
    return translator(lang).gettext(why_hidden(min(why, default=""), place.level))


def answers_told(n: int | None, lang: Language) -> str:
    """Write how many answered; nothing where that is not told (`publishing.content`)."""
    if n is None:
        return ""
    return translator(lang).ngettext("%(n)s svar", "%(n)s svar", n) % {"n": count(n, lang)}


def _answers(rows: Sequence[Distribution], lang: Language) -> list[AnswerRow]:
    return [
        AnswerRow(
            row.name,
            answers_told(row.n, lang),
            (row.shares[0], row.shares[1], row.shares[2], row.shares[3], row.shares[4]),
        )
        for row in rows
    ]


def _unknown(measure: Measure, lang: Language) -> str:
    label = measure.not_applicable["label"] if measure.not_applicable else {}
    return quoted(inside(own(label, lang)), lang)


def _scale_of(published: Published, code: str) -> Measure | None:
    """Return the scale or plain index that the item belongs to; the full one before the core."""
    having = [
        m
        for m in published.measures.values()
        if m.kind != "item" and code in m.items and len(m.parts) < 2  # noqa: PLR2004 - a plain scale
    ]
    full = [m for m in having if series_of(m.code) != "core"]
    return next(iter((*full, *having)), None)


def _moved(
    published: Published, code: str, places: Sequence[Domain], lang: Language
) -> tuple[tuple[str, LevelRow], ...]:
    moved = []
    for place in places:
        change = published.change(code, place.level, place.code, "previous")
        if place.level == "region" and change and change.verdict in {"up", "down"}:
            row = level_row(published, code, place, lang)
            if row is not None and change_cell(change, lang):
                moved.append((place_name(place, lang), row))
    return tuple(moved)


def _siblings(
    published: Published,
    scale: Measure | None,
    agency: Domain,
    labels: tuple[str, ...],
    lang: Language,
) -> tuple[Sibling, ...]:
    found = []
    for code in scale.items if scale else ():
        measure = published.measure(code)
        row = level_row(published, code, agency, lang)
        if measure is not None and row is not None:
            answers = answers_of_place(published, measure, agency, lang)
            alike = labels_of(measure, lang) == labels
            found.append(Sibling(measure, row, answers, alike))
    return tuple(found)
