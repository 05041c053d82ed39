"""What each slide says, in its title: sentences that are counted from what the slide shows.

None names what is highest or lowest: where intervals overlap, that is chance.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from survey_app.reading.answer_words import AGREE
from survey_app.reading.culture.heatmap_table import HeatmapRow as MapRow
from survey_app.reading.levels import LevelRow
from survey_app.reading.reports.content import Report
from survey_app.reading.reports.items import ItemBlock
from survey_app.reading.reports.slides.charts import LevelBar
from survey_app.reading.reputation.groups import TableRow
from survey_app.reading.sentences import Finding
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import decimal, listed

_TAG: Final = re.compile(r"<[^>]+>")
# what is bold, and on to the end of the clause unless that is where the bold part ends
_CLAIM: Final = re.compile(
    r"^(?:<b>[^<]*[.:]</b>|<b>.*?</b>.*?(?=[.,;](?:\s|$)|\s\(|$))", re.DOTALL
)
# of a change also what it is and since when: the slide before tells of another wave
_CHANGE: Final = re.compile(r"^<b>[^<]*</b>.*?(?=[.,;](?:\s|$)|\s\(|$)", re.DOTALL)
HALF: Final = 0.5
LONGEST: Final = 140  # signs that a title's two lines have room for
_NAMED: Final = 3  # scales that a title has room for
_MORE: Final = N_("flere")

_MOST_NOW: Final = N_("Det viktigste nå")
# a name as it stands in a row is no subject of a sentence: «Tillitsindeks er» is nobody's Norwegian
_ONE_LEVEL: Final = N_("%(name)s: %(level)s av 100")
_LEVELS: Final = N_("Indeksene ligger fra %(low)s til %(high)s av 100")
_MOVED: Final = {
    (True, True): N_(
        "%(up)s av %(all)s mål har økt siden forrige måling, og %(down)s har gått ned"
    ),
    (True, False): N_("%(up)s av %(all)s mål har økt siden forrige måling, ingen har gått ned"),
    (False, True): N_("%(down)s av %(all)s mål har gått ned siden forrige måling, ingen har økt"),
    (False, False): N_("Ingen av de %(all)s målene har endret seg sikkert siden forrige måling"),
}
# how its only measure has moved
_MOVED_ALONE: Final = {
    (True, False): N_("Målet har økt siden forrige måling"),
    (False, True): N_("Målet har gått ned siden forrige måling"),
    (False, False): N_("Målet har ikke endret seg sikkert siden forrige måling"),
}
# how the only one of several that is held against an earlier wave has
_MOVED_OF_SEVERAL: Final = {
    (True, False): N_("Ett mål kan sammenlignes med forrige måling, og det har økt"),
    (False, True): N_("Ett mål kan sammenlignes med forrige måling, og det har gått ned"),
    (False, False): N_(
        "Ett mål kan sammenlignes med forrige måling, og det har ikke endret seg sikkert"
    ),
}
_NO_CHANGES: Final = N_("Det er ingen tidligere måling å sammenligne med")
_NO_FIGURES: Final = N_("Ingen av tallene kan vises")
_NO_REGION_SHOWN: Final = N_("Ingen region har egne tall")
_NO_UNIT_SHOWN: Final = N_("Ingen enhet har egne tall")
_NOT_SHOWN: Final = N_("Endringen siden forrige måling kan ikke vises")
_REGIONS: Final = N_("%(count)s av %(all)s regioner skiller seg fra etaten på minst ett mål")
_NO_REGIONS: Final = N_("Ingen av de %(all)s regionene skiller seg sikkert fra etaten")
_SOME_REGIONS: Final = N_(
    "%(count)s av %(all)s regioner med egne tall skiller seg fra etaten på minst ett mål"
)
_NONE_OF_SOME_REGIONS: Final = N_(
    "Ingen av de %(all)s regionene med egne tall skiller seg sikkert fra etaten"
)
_REGION_ALONE: Final = N_("Regionen skiller seg fra etaten på minst ett mål")
_REGION_NOT: Final = N_("Regionen skiller seg ikke sikkert fra etaten")
_ONLY_REGION: Final = N_(
    "Den eneste regionen med egne tall skiller seg fra etaten på minst ett mål"
)
_ONLY_REGION_NOT: Final = N_(
    "Den eneste regionen med egne tall skiller seg ikke sikkert fra etaten"
)
_UNITS: Final = N_("%(count)s av %(all)s enheter er lavere enn etaten på minst ett mål")
_NO_UNITS: Final = N_("Ingen av de %(all)s enhetene er sikkert lavere enn etaten")
_SOME_UNITS: Final = N_(
    "%(count)s av %(all)s enheter med egne tall er lavere enn etaten på minst ett mål"
)
_NONE_OF_SOME_UNITS: Final = N_(
    "Ingen av de %(all)s enhetene med egne tall er sikkert lavere enn etaten"
)
_UNIT_ALONE: Final = N_("Enheten er lavere enn etaten på minst ett mål")
_UNIT_NOT: Final = N_("Enheten er ikke sikkert lavere enn etaten")
_ONLY_UNIT: Final = N_("Den eneste enheten med egne tall er lavere enn etaten på minst ett mål")
_ONLY_UNIT_NOT: Final = N_("Den eneste enheten med egne tall er ikke sikkert lavere enn etaten")
# By whether all of the places have figures, and whether only one has: what is said where some
# differ, and where none does.
_OF_REGIONS: Final = {
    (True, False): (_REGIONS, _NO_REGIONS),
    (True, True): (_REGION_ALONE, _REGION_NOT),
    (False, False): (_SOME_REGIONS, _NONE_OF_SOME_REGIONS),
    (False, True): (_ONLY_REGION, _ONLY_REGION_NOT),
}
_OF_UNITS: Final = {
    (True, False): (_UNITS, _NO_UNITS),
    (True, True): (_UNIT_ALONE, _UNIT_NOT),
    (False, False): (_SOME_UNITS, _NONE_OF_SOME_UNITS),
    (False, True): (_ONLY_UNIT, _ONLY_UNIT_NOT),
}
_GROUPS: Final = N_("Skiller seg fra befolkningen: %(names)s")
_NO_GROUPS: Final = N_("Ingen grupper skiller seg sikkert fra befolkningen i tillit")
_MANY_GROUPS: Final = N_("%(count)s av %(all)s grupper skiller seg fra befolkningen i tillit")
_MANY_COUNTIES: Final = N_("%(count)s av %(all)s fylker skiller seg fra landet i tillit")
_COUNTIES: Final = N_("Skiller seg fra landet: %(names)s")
_NO_COUNTIES: Final = N_("Ingen fylker skiller seg sikkert fra landet i tillit")
_AGREE: Final = N_("Minst halvparten er enige i %(count)s av %(all)s påstander: %(names)s")
_HIGH_SIDE: Final = N_(
    "Minst halvparten svarer «%(side)s» på %(count)s av %(all)s spørsmål: %(names)s"
)


def claim(finding: Finding) -> str:
    """Say a finding in as few words as it has: what it did, and since when."""
    if finding.headline:
        return finding.headline
    found = (_CHANGE if finding.pair else _CLAIM).match(str(finding.text))
    return _plain(found[0] if found else str(finding.text)).rstrip(".:")


def title_of(report: Report) -> str:
    """Say the report's message, or its level: of long names, and of a survey without a change."""
    gettext = translator(report.lang).gettext
    message, found = report.message, report.headline.estimate
    if message and (message.judged or found is None) and len(said := claim(message)) <= LONGEST:
        return said
    if found is None:
        return gettext(_MOST_NOW)
    level = decimal(found.mean or 0.0, report.lang, 0)
    return gettext(_ONE_LEVEL) % {"name": report.headline_name, "level": level}


def sentence(finding: Finding) -> str:
    """Say a finding whole, without marks."""
    return _plain(str(finding.text))


def _plain(text: str) -> str:
    return html.unescape(_TAG.sub("", text))


def of_levels(levels: Sequence[LevelBar], lang: Language) -> str:
    """Say between which levels the indices lie."""
    gettext = translator(lang).gettext
    means = sorted(one.mean for one in levels)
    low, high = decimal(means[0], lang, 0), decimal(means[-1], lang, 0)
    if low == high:
        return gettext(_ONE_LEVEL) % {"name": levels[0].name, "level": low}
    return gettext(_LEVELS) % {"low": low, "high": high}


def of_changes(rows: Iterable[LevelRow], lang: Language) -> str:
    """Say how many measures have moved since they were measured last."""
    gettext = translator(lang).gettext
    told = list(rows)
    if not any(row.estimate for row in told):
        return gettext(_NO_FIGURES)
    signs = [row.previous.sign for row in told if row.previous]
    if not signs:
        return gettext(_NOT_SHOWN if any(row.compared for row in told) else _NO_CHANGES)
    up, down = signs.count("up"), signs.count("down")
    if len(signs) == 1:
        alone = _MOVED_ALONE if len(told) == 1 else _MOVED_OF_SEVERAL
        return gettext(alone[up > 0, down > 0])
    return gettext(_MOVED[up > 0, down > 0]) % {"all": len(signs), "up": up, "down": down}


def of_regions(regions: Sequence[MapRow], lang: Language) -> str:
    """Say how many of the regions that have figures differ from the agency."""
    return _of_places(regions, _apart, _OF_REGIONS, lang) or translator(lang).gettext(
        _NO_REGION_SHOWN
    )


def of_units(units: Sequence[MapRow], lang: Language) -> str:
    """Say how many of the units that have figures are lower than the agency on something."""
    return _of_places(units, is_lower, _OF_UNITS, lang) or translator(lang).gettext(_NO_UNIT_SHOWN)


def _of_places(
    rows: Sequence[MapRow],
    differs: Callable[[MapRow], bool],
    said: Mapping[tuple[bool, bool], tuple[str, str]],
    lang: Language,
) -> str:
    told = [row for row in rows if not row.hidden]
    if not told:
        return ""
    some, none = said[len(told) == len(rows), len(told) == 1]
    count = sum(map(differs, told))
    return translator(lang).gettext(some if count else none) % {"count": count, "all": len(told)}


def of_groups(rows: Iterable[TableRow], lang: Language, *, counties: bool) -> str:
    """Name the groups or counties that differ, in their own order; of many, say how many."""
    gettext = translator(lang).gettext
    shown = [row for row in rows if row.estimate]
    if not shown:
        return gettext(_NO_FIGURES)
    apart = [row.name for row in shown if row.side != "none"]
    if len(apart) > _NAMED:
        said = gettext(_MANY_COUNTIES if counties else _MANY_GROUPS)
        return said % {"count": len(apart), "all": len(shown)}
    if apart:
        return gettext(_COUNTIES if counties else _GROUPS) % {"names": listed(apart, lang)}
    return gettext(_NO_COUNTIES if counties else _NO_GROUPS)


def of_questions(blocks: Sequence[ItemBlock], lang: Language) -> str:
    """Say to how many questions at least half agree, or answer on the high side."""
    lines = [line for block in blocks for line in block.drawn]
    agree = sum(line.answers is not None and line.answers.agree >= HALF for line in lines)
    gettext = translator(lang).gettext
    names = [block.name for block in blocks]
    named = names if len(names) <= _NAMED else [*names[:_NAMED], gettext(_MORE)]
    side = blocks[0].sides.high if blocks[0].sides else ""
    values = {"count": agree, "all": len(lines), "names": listed(named, lang), "side": side}
    return gettext(_AGREE if side == gettext(AGREE) else _HIGH_SIDE) % values


def is_lower(row: MapRow) -> bool:
    """Tell whether a place is certainly lower than the agency on something."""
    return any(cell.style.startswith("low") for cell in row.cells)


def is_higher(row: MapRow) -> bool:
    """Tell whether a place is certainly higher than the agency on something."""
    return any(cell.style.startswith("high") for cell in row.cells)


def _apart(row: MapRow) -> bool:
    return is_lower(row) or is_higher(row)
