"""What every row says of its wave, its measure and its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from survey_app.reading.exports.model import Value
from survey_app.reading.exports.scope import Part
from survey_app.reading.names import own, place_name, row_name
from survey_app.reading.rows import AGENCY, Domain, Measure
from survey_app.reading.verdicts import why_hidden
from survey_app.reading.waves import Wave
from survey_app.shared.i18n import N_, Language, translator

SHOWN: Final = "published"
PUBLISHED: Final = N_("Vises")
EVERYBODY: Final = N_("Hele befolkningen")
WHO_ANSWERED: Final = N_("Alle som svarte")

type Record = dict[str, Value]


def wave_facts(part: Part, lang: Language, *, of: Wave | None = None) -> Record:
    """Say which wave and publication a row belongs to; of an earlier one of the series, if told."""
    wave = of or part.wave
    return {
        "population": part.population,
        "wave": wave.key,
        "wave_name": wave.label("name", lang),
        "closed_on": wave.closed_on,
        "publication": wave.publication,
        "version": wave.version,
    }


def measure_columns(measure: Measure, lang: Language) -> Record:
    """Say what was measured, by the name that pages and reports have for it."""
    return {
        "measure": measure.code,
        "measure_name": row_name(measure.code, measure.title, lang),
        "measure_kind": measure.kind,
    }


def place_facts(part: Part, place: Domain, lang: Language) -> Record:
    """Say where; the whole has an empty code, and a name by whom it is of."""
    return {
        "level": place.level,
        "domain": place.code,
        "domain_name": _whole(part, place, lang)
        if place.level == AGENCY
        else own(place.name, lang),
        "parent": place.parent,
    }


def _whole(part: Part, place: Domain, lang: Language) -> str:
    """Name everybody who was asked; who came by a link, or is none of the public, is no sample."""
    if part.population == "staff":
        return place_name(place, lang)
    everybody = EVERYBODY if part.population == "public" else WHO_ANSWERED
    return own(place.name, lang) or translator(lang).gettext(everybody)


def status_facts(status: str, level: str, lang: Language) -> Record:
    """Say whether the figure is shown, and if not, why; in the words of the pages.

    ``level`` is empty for a figure of two waves: either may be the one that is hidden.
    """
    return {"status": status, "status_name": status_name(status, level, lang)}


def status_name(status: str, level: str, lang: Language) -> str:
    """Name a status."""
    return translator(lang).gettext(PUBLISHED if status == SHOWN else why_hidden(status, level))


def figures(row: Mapping[str, Any], names: tuple[str, ...]) -> Record:
    """Return the figures of a row; of one that is not shown, none, whatever it holds."""
    if row.get("status") != SHOWN:
        return {}
    return {name: row.get(name) for name in names}
