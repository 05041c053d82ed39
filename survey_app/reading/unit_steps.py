"""What a unit was before, in words: the crosswalk as the axis of a figure tells it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from survey_app.publications.lineage import UNIT, LineageStep, between, steps_in, steps_taken
from survey_app.reading.names import place_name
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import listed, long_date

if TYPE_CHECKING:
    from survey_app.reading.published import Published
    from survey_app.reading.rows import Domain

_REGION: Final = "region"
_RENAMED: Final = N_("Het %(names)s til %(until)s")
_MOVED: Final = N_("Hørte til %(names)s til %(until)s")
_MERGED: Final = N_(
    "Slått sammen av %(names)s den %(day)s. Tallene fra før (○) er for dem samlet, der alle hadde "
    "egne tall"
)
_TAKEN_IN: Final = N_(
    "Slått sammen med %(names)s den %(day)s. Tallene fra før (○) er for dem samlet, der alle hadde "
    "egne tall"
)
_SPLIT: Final = N_(
    "Skilt ut fra %(names)s den %(day)s. Tallene fra før (□) gjelder hele den enheten, og er bare "
    "til sammenligning"
)
_PARTED: Final = N_(
    "En del ble skilt ut den %(day)s. Tallene fra før (□) gjelder hele den gamle enheten, og er "
    "bare til sammenligning"
)
_CAME: Final = N_(
    "%(units)s kom med den %(day)s, fra %(from)s. Tallene fra før følger den gamle inndelingen"
)
_LEFT: Final = N_("%(units)s gikk ut den %(day)s. Tallene fra før følger den gamle inndelingen")
_ANEW: Final = N_("Ny enhet fra %(day)s: tallene begynner på nytt")


def steps_told(shown: Published, place: Domain, lang: Language) -> list[tuple[date, str]]:
    """Say what happened to a unit itself, and which units a region got or gave, the oldest first.

    Returns
    -------
    list of (date, str)
        The first day of what came of it, and a sentence that has its day and no full stop; nothing
        of the agency, or of a publication without a crosswalk.
    """
    steps = between(steps_in(shown.content), ())
    if place.level == _REGION:
        return list(_moves(steps, shown, place, lang))
    if place.level != UNIT:
        return []
    members = place.members or (place.code,)
    days = steps_taken(steps, members)
    return [(date.fromisoformat(rows[0].day), _said(rows, lang)) for rows in reversed(days)]


def _moves(
    steps: Sequence[LineageStep], shown: Published, region: Domain, lang: Language
) -> Iterator[tuple[date, str]]:
    """Say which units came from another region or left for one, those of a day together."""
    regions = {one.code: place_name(one, lang) for one in shown.domains if one.level == _REGION}
    units = [one for one in shown.domains if one.level == UNIT]
    within = {code: one for one in units for code in one.members or (one.code,)}
    # a section stood under a unit
    sections_of = {one.name for one in units}
    later: dict[str, str] = {}
    found: dict[tuple[str, str, bool], dict[str, None]] = {}
    for one in steps:
        unit = within.get(one.target)
        if one.kind != "moved" or unit is None or one.name in sections_of:
            continue
        # it may have moved on since
        into = later.get(one.target, regions.get(unit.parent))
        later[one.target] = one.name
        is_here, was_here = into == regions[region.code], one.name == regions[region.code]
        if is_here != was_here:
            found.setdefault((one.day, one.name, is_here), {})[place_name(unit, lang)] = None
    for (day, before, came), names in reversed(found.items()):
        first = date.fromisoformat(day)
        told = {"units": listed(list(names), lang), "from": before, "day": long_date(first, lang)}
        yield first, translator(lang).gettext(_CAME if came else _LEFT) % told


def _said(rows: Sequence[LineageStep], lang: Language) -> str:
    gettext = translator(lang).gettext
    told = [_one(kind, rows, lang) for kind in _ORDER if any(one.kind == kind for one in rows)]
    if all(one.kind == "closed" for one in rows):
        return gettext(_ANEW) % {"day": long_date(date.fromisoformat(rows[0].day), lang)}
    return ". ".join(told)


_ORDER: Final = ("merged", "split", "renamed", "moved")


def _one(kind: str, rows: Sequence[LineageStep], lang: Language) -> str:
    gettext = translator(lang).gettext
    mine = [one for one in rows if one.kind == kind]
    others = [one for one in mine if one.origin != one.target]
    day = date.fromisoformat(rows[0].day)
    pattern = {"renamed": _RENAMED, "moved": _MOVED, "merged": _MERGED, "split": _SPLIT}[kind]
    if kind == "merged" and len(others) < len(mine):
        pattern, mine = _TAKEN_IN, others
    elif kind == "split" and not others:
        pattern = _PARTED
    names = listed(list(dict.fromkeys(one.name for one in mine)), lang)
    last = long_date(day - timedelta(days=1), lang)
    return gettext(pattern) % {"names": names, "until": last, "day": long_date(day, lang)}
