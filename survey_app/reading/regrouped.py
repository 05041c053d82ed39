"""What is said of groups of people outside that other words made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from survey_app.publications.regrouped import GROUP, REGROUPED, variable_of
from survey_app.reading.names import own
from survey_app.reading.strategy_text import library
from survey_app.shared.i18n import N_, Language, translator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from survey_app.reading.published import Published
    from survey_app.reading.rows import Domain

_OTHERS: Final = N_(
    "%(groups)s: Spørsmålet som sier hvem som er i gruppen, ble endret %(in)s. Tallene før og "
    "etter er for ulike grupper og kan ikke sammenlignes."
)


def regrouped_notes(shown: Published, places: Iterable[Domain], lang: Language) -> Iterator[str]:
    """Say of each division into groups since when its groups are other people."""
    there = {variable_of(place.code) for place in places if place.level == GROUP}
    known, labels = library().background.variables, shown.content["since_labels"]
    for row in shown.content.get(REGROUPED, ()):
        variable = known.get(row["variable"])
        if row["variable"] in there and variable and row["since"] in labels:
            when = own(labels[row["since"]]["in"], lang)
            told = {"groups": own(variable.title, lang), "in": when}
            yield translator(lang).gettext(_OTHERS) % told
