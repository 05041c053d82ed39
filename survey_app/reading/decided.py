"""By what rule a publication's findings were decided, and whether it is that of the wave before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from questionnaires.margins import Margins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from survey_app.reading.published import Published
    from survey_app.reading.waves import Wave


@dataclass(frozen=True, slots=True)
class DecidedBy:
    """The rule of a publication, and what it found.

    ``called`` changes are named up or down, of which ``expected_false`` are expected to be too
    small. ``margins`` are the smallest changes that matter, ``before`` those of the wave before;
    None where they are the same, and where there is none.
    """

    rule: str
    called: int
    expected_false: float
    margins: Margins
    before: Margins | None


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
    earlier = [one for one in series if (one.closed_on, one.sequence) < _when(picked)]
    before = earlier[-1].margins if earlier else shown.margins
    return DecidedBy(
        rule=found["rule"],
        called=found.get("called", 0),
        expected_false=found.get("expected_false", 0.0),
        margins=shown.margins,
        before=before if before != shown.margins else None,
    )


def _when(wave: Wave) -> tuple[str, int]:
    return wave.closed_on, wave.sequence
