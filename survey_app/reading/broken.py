"""What is said where a series stops, since a measure was asked otherwise: one place for all."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from survey_app.reading.names import inside, own, row_name, sentence_name
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from survey_app.publications.shelf import Cell
    from survey_app.reading.published import Published
    from survey_app.reading.waves import Wave

_BROKEN: Final = N_("Spørsmålene ble endret %(in)s. Tallene før og etter kan ikke sammenlignes.")
_NAMED: Final = N_(
    "%(index)s: Spørsmålene ble endret %(in)s. Tallene før og etter kan ikke sammenlignes."
)

_UNKNOWN: Final = N_(
    "%(index)s: Vi vet ikke om spørsmålene var de samme før %(wave)s. Tallene før og etter kan "
    "ikke sammenlignes."
)
_NOW: Final = N_(
    "Spørsmålene bak %(measures)s ble endret %(in)s. Tallene før og etter kan ikke sammenlignes."
)
_NAMES: Final = 4  # in one sentence


def breaks_of(series: Sequence[tuple[Wave, Cell]]) -> tuple[tuple[Wave, Wave], ...]:
    """Find the waves on either side of each place where a series asked otherwise."""
    return tuple(
        (before, wave)
        for (before, then), (wave, cell) in pairwise(series)
        if then.wording != cell.wording
    )


def alike_to(series: Sequence[tuple[Wave, Cell]], at: int = -1) -> list[tuple[Wave, Cell]]:
    """Keep the waves of a series that asked as one of them did, by default the last."""
    return [pair for pair in series if pair[1].wording == series[at][1].wording]


def break_sentence(wave: Wave, lang: Language, *, name: str = "") -> str:
    """Say that a measure is another from a wave on.

    Parameters
    ----------
    wave : Wave
        The first that asked otherwise.
    lang : str
    name : str, optional
        What the page calls the measure, where it stands beside others.
    """
    told = {"index": name, "in": wave.label("in", lang)}
    return translator(lang).gettext(_NAMED if name else _BROKEN) % told


def broken_notes(shown: Published, codes: Sequence[str], lang: Language) -> Iterator[str]:
    """Say of each measure of a publication where its series is broken."""
    for row in shown.content.get("breaks", ()):
        measure = shown.measure(row["measure"])
        if measure is None or measure.code not in codes:
            continue
        words = _words(shown, row["since"])
        told = {
            "index": row_name(measure.code, measure.title, lang),
            "in": own(words["in"], lang),
            "wave": inside(own(words["name"], lang)),
        }
        pattern = _UNKNOWN if row["why"] == "unknown" else _NAMED
        yield translator(lang).gettext(pattern) % told


def broken_now(shown: Published, codes: Sequence[str], lang: Language) -> str:
    """Say which measures this very wave asked otherwise than before; empty where it did not."""
    key = shown.content["wave"]["key"]
    since = {row["measure"] for row in shown.content.get("breaks", ()) if row["since"] == key}
    broken = [shown.measures[code] for code in codes if code in since and code in shown.measures]
    if not broken:
        return ""
    names = [sentence_name(one.code, one.kind, one.title, lang) for one in broken[:_NAMES]]
    told = {
        "measures": listed([inside(name) for name in names], lang),
        "in": own(_words(shown, key)["in"], lang),
    }
    return translator(lang).gettext(_NOW) % told


def _words(shown: Published, wave: str) -> Mapping[str, Any]:
    own_wave = shown.content["wave"]
    found: Mapping[str, Any] = (
        own_wave["labels"] if wave == own_wave["key"] else shown.words_for(wave)
    )
    return found
