"""By what rule a publication's findings were decided, and whether it is that of the wave before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from questionnaires.margins import Margins
from questionnaires.series import in_one_series
from survey_app.reading.waves import Wave, waves
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import limit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from survey_app.reading.published import Published

_OTHER_MARGINS: Final = N_(
    "Grensen for hva vi kaller en endring, er %(margin)s poeng, og %(unit)s i en enhet. I målingen "
    "før var den %(then)s, og %(then_unit)s i en enhet. Eldre resultater står som de sto."
)


@dataclass(frozen=True, slots=True)
class DecidedBy:
    """The rule of a publication, and what it found.

    Of ``judged`` changes, each of one measure in one place since one wave, ``called`` are named up
    or down, of which ``expected_false`` are expected to be too small. Where none was judged, no
    change is shown: there was nothing to compare with, or its figures are hidden. ``margins`` are
    the smallest changes that matter, ``before`` those of the wave before; None where they are the
    same, and where there is none. By ``publication`` the page of the rule finds its margins.
    """

    publication: str
    rule: str
    judged: int
    called: int
    expected_false: float
    margins: Margins
    before: Margins | None

    def other_margins(self, lang: Language) -> str:
        """Say that the wave before had other margins; empty where it had the same."""
        return other_margins(self.margins, self.before, lang)


def decided_of(shown: Published, series: Sequence[Wave], picked: Wave) -> DecidedBy:
    """Say how the findings of a wave were decided.

    Parameters
    ----------
    shown : Published
        The wave's publication.
    series : sequence of Wave
        All that its reader may open, oldest first.
    picked : Wave
    """
    found = shown.content["findings"]
    return DecidedBy(
        publication=picked.publication,
        rule=shown.decided_by,
        judged=shown.comparisons,
        called=found.get("called", 0),
        expected_false=found.get("expected_false", 0.0),
        margins=shown.margins,
        before=margins_before(series, picked),
    )


def margins_before(series: Sequence[Wave], picked: Wave) -> Margins | None:
    """Return the margins of the wave before; None where they are the same, or there is none.

    Parameters
    ----------
    series : sequence of Wave
        All that the reader may open, oldest first.
    picked : Wave
    """
    earlier = [one for one in series if _when(one) < _when(picked)]
    if not earlier or earlier[-1].margins == picked.margins:
        return None
    return earlier[-1].margins


async def find_margins_before(population: str, picked: Wave, at: datetime) -> Margins | None:
    """Return what `margins_before` does, of all waves of a population that were released then."""
    found = await waves(population, at)
    series = [one for one in found if in_one_series(population, picked.campaign, one.campaign)]
    return margins_before(series, picked)


def other_margins(now: Margins, before: Margins | None, lang: Language) -> str:
    """Say that the wave before had other margins; empty where ``before`` is None."""
    if before is None:
        return ""
    return translator(lang).gettext(_OTHER_MARGINS) % {
        "margin": limit(now.general, lang),
        "unit": limit(now.unit, lang),
        "then": limit(before.general, lang),
        "then_unit": limit(before.unit, lang),
    }


def _when(wave: Wave) -> tuple[str, int]:
    return wave.closed_on, wave.sequence
