"""What a form for an action offers: places, statements of the strategy, measures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from survey_app.actions.draft import ActionChoices
from survey_app.reading import kinds
from survey_app.reading.names import own, place_name, row_name
from survey_app.reading.published import Published
from survey_app.reading.rows import Domain
from survey_app.reading.strategy_text import sentences_under, statements
from survey_app.reading.waves import Wave
from survey_app.shared.i18n import Language, translator

_HEADINGS: Final = ("value", "goal")

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """Choices under one heading."""

    heading: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that may be chosen."""

    units: tuple[Option, ...]
    statements: tuple[ChoiceGroup, ...]
    measures: tuple[ChoiceGroup, ...]

    @property
    def known(self) -> ActionChoices:
        """The codes alone, for the reading of a form."""
        return ActionChoices(
            frozenset(code for code, _ in self.units),
            frozenset(_codes(self.statements)),
            frozenset(_codes(self.measures)),
        )


def basis(series: Sequence[Wave]) -> Wave:
    """Return the wave whose measures can be followed: the newest main wave, else the newest."""
    main = [wave for wave in series if wave.kind == "main"]
    return (main or list(series))[-1]


def choices(places: Sequence[Domain], shown: Published, lang: Language) -> Choices:
    """Put together what a form offers.

    Parameters
    ----------
    places : sequence of Domain
        Where the reader may make actions.
    shown : Published
        The publication whose measures may be followed.
    """
    pad = "\u2003"
    regions = {one.code for one in places if one.level == "region"}
    units = tuple(
        (one.code, (pad if one.parent and one.parent in regions else "") + place_name(one, lang))
        for one in places
    )
    return Choices(units, _statements(lang), _measures(shown, lang))


def with_chosen(found: Choices, statement: Option, measure: Option, lang: Language) -> Choices:
    """Offer what an action has already, also where nothing newer offers it."""
    heading = translator(lang).gettext("Valgt før")

    def more(groups: tuple[ChoiceGroup, ...], chosen: Option) -> tuple[ChoiceGroup, ...]:
        code, _ = chosen
        known = not code or code in _codes(groups)
        return groups if known else (*groups, ChoiceGroup(heading, (chosen,)))

    return replace(
        found,
        statements=more(found.statements, statement),
        measures=more(found.measures, measure),
    )


def _indices() -> tuple[str, ...]:
    """Return the indices that main waves compare with each other; pulses hide most units."""
    staff = kinds.staff()
    found = (staff.culture, *staff.values, *staff.alone)
    return (*found, staff.workplace, *staff.workplace_parts, staff.recommend)


def _measures(shown: Published, lang: Language) -> tuple[ChoiceGroup, ...]:
    _ = translator(lang).gettext
    found = [measure for code in _indices() if (measure := shown.measure(code))]
    items = [
        one
        for one in shown.measures.values()
        # threats and violence are shown in bands, which do not move by points
        if one.kind == "item" and (cell := shown.estimate(one.code)) and cell.shown
    ]
    return (
        ChoiceGroup(_("Indekser"), tuple((m.code, row_name(m.code, m.title, lang)) for m in found)),
        ChoiceGroup(_("Spørsmål"), tuple((m.code, own(m.title, lang)) for m in items)),
    )


def _statements(lang: Language) -> tuple[ChoiceGroup, ...]:
    _ = translator(lang).gettext
    return tuple(
        ChoiceGroup(
            f"{_('Verdi')}: {heading.text.lower()}" if heading.kind == "value" else heading.text,
            tuple((one.id, one.text) for one in sentences_under(heading.id)),
        )
        for heading in statements().values()
        if heading.kind in _HEADINGS
    )


def _codes(groups: Iterable[ChoiceGroup]) -> Iterable[str]:
    return (code for group in groups for code, _ in group.options)
