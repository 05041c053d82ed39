"""What is said where a measure was asked otherwise: one place for all.

The series stops there, or goes on over a link where one wave asked both.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from survey_app.publications.breaks import LINKED_THEN, UNKNOWN
from survey_app.publications.links import NONE
from survey_app.reading.break_reasons import item_stopped, stopped, stopped_now
from survey_app.reading.names import inside, own, row_name, sentence_name
from survey_app.reading.taken_back import Stop, back_now, detours_of, of_item, taken_back
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import decimal, listed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from survey_app.publications.shelf import Cell
    from survey_app.reading.published import Published
    from survey_app.reading.rows import Measure
    from survey_app.reading.taken_back import Detour
    from survey_app.reading.waves import Wave

_BROKEN: Final = N_("Spørsmålene ble endret %(in)s. Tallene før og etter kan ikke sammenlignes.")
_NAMED: Final = N_(
    "%(index)s: Spørsmålene ble endret %(in)s. Tallene før og etter kan ikke sammenlignes."
)

_UNKNOWN: Final = N_(
    "%(index)s: Vi vet ikke om spørsmålene var de samme før %(wave)s. Tallene før og etter kan "
    "ikke sammenlignes."
)
_UNKNOWN_HERE: Final = N_(
    "Vi vet ikke om spørsmålene var de samme før %(wave)s. Tallene før og etter kan ikke "
    "sammenlignes."
)
_TOO_FEW: Final = N_(
    "Målingen stilte spørsmålene på både den gamle og den nye måten, men for få svarte til at vi "
    "vet hvor mye endringen betyr for tallet."
)
_TOO_UNLIKE: Final = N_(
    "Målingen stilte spørsmålene på både den gamle og den nye måten, men svarene ligger for ulikt "
    "spredt til at tallene kan knyttes sammen."
)
_REASONS: Final = {"error": _TOO_FEW, "spread": _TOO_UNLIKE}
_LOWER: Final = N_(
    "Ordlyden eller svarvalgene ble endret %(in)s. Da fikk en tilfeldig halvdel det "
    "gamle og resten det nye. Med det nye ble svarene %(delta)s poeng lavere (%(reach)s). Det er "
    "regnet inn, så tallene før og etter kan sammenlignes."
)
_HIGHER: Final = N_(
    "Ordlyden eller svarvalgene ble endret %(in)s. Da fikk en tilfeldig halvdel det "
    "gamle og resten det nye. Med det nye ble svarene %(delta)s poeng høyere (%(reach)s). Det er "
    "regnet inn, så tallene før og etter kan sammenlignes."
)
_ITEMS_LOWER: Final = N_(
    "Spørsmålene ble endret %(in)s. Da svarte alle på både de gamle og de nye. Med de nye er "
    "tallet %(delta)s poeng lavere (%(reach)s). Det er regnet inn, så tallene før og etter kan "
    "sammenlignes."
)
_ITEMS_HIGHER: Final = N_(
    "Spørsmålene ble endret %(in)s. Da svarte alle på både de gamle og de nye. Med de nye er "
    "tallet %(delta)s poeng høyere (%(reach)s). Det er regnet inn, så tallene før og etter kan "
    "sammenlignes."
)
_PATTERNS: Final = {"A": (_LOWER, _HIGHER), "B": (_ITEMS_LOWER, _ITEMS_HIGHER)}
_NORMAL: Final = 1.959963984540054
_NAMES: Final = 4  # in one sentence


def breaks_of(series: Sequence[tuple[Wave, Cell]]) -> tuple[tuple[Wave, Wave], ...]:
    """Find the waves on either side of each place where a series stops: nothing leads across."""
    return tuple(
        (before, wave)
        for (before, then), (wave, cell) in pairwise(in_words_of_now(series))
        if then.wording != cell.wording
    )


def in_words_of_now(series: Sequence[tuple[Wave, Cell]]) -> list[tuple[Wave, Cell]]:
    """Bring the figures that links lead over to the words of the last wave, for one line.

    Intervals are widened by the error of the link, which these figures have in common. What no
    link leads to the last words stays as it is, with a ``wording`` of its own.
    """
    if not any(cell.delta is not None for _, cell in series):
        return list(series)
    last = series[-1][1]
    return [(wave, _lifted(cell, last)) for wave, cell in series]


def link_sentences(
    series: Sequence[tuple[Wave, Cell]], lang: Language, *, name: str = ""
) -> dict[str, str]:
    """Say of each wave that asked both wordings what was done about it, by the wave's key.

    Nothing is said of one from which a later link led back to what was asked before it: it need not
    have asked both, and what words did is told where the link is.
    """
    stops = {wave.key for _, wave in breaks_of(series)}
    return {
        wave.key: _link_sentence(wave, then, cell, lang, name)
        for (_, then), (wave, cell) in pairwise(series)
        if then.wording != cell.wording
        and wave.key not in stops
        and len(then.over) > len(cell.over)
    }


def _link_sentence(wave: Wave, then: Cell, cell: Cell, lang: Language, name: str) -> str:
    case = then.over.removesuffix(cell.over)[-1:]
    said = _over(wave.label("in", lang), *_between(then, cell), lang, case)
    return f"{name}: {said}" if name else said


def _over(when: str, delta: float, se: float, lang: Language, case: str) -> str:
    told = {
        "in": when,
        "delta": decimal(abs(delta), lang),
        "reach": f"±\xa0{decimal(_NORMAL * se, lang)}",
    }
    lower, higher = _PATTERNS.get(case, _PATTERNS["A"])
    return translator(lang).gettext(lower if delta < 0 else higher) % told


def _between(then: Cell, now: Cell) -> tuple[float, float]:
    """Give what links between two waves of a series lay on the earlier, with its error."""
    delta = (then.delta or 0.0) - (now.delta or 0.0)
    variance = (then.delta_se or 0.0) ** 2 - (now.delta_se or 0.0) ** 2
    return delta, math.sqrt(max(variance, 0.0))


def _lifted(cell: Cell, last: Cell) -> Cell:
    if cell.wording == last.wording or cell.delta is None:
        return cell
    delta, se = _between(cell, last)
    alike = replace(cell, wording=last.wording)
    if cell.mean is None or cell.low is None or cell.high is None:
        return alike
    # as files tell the error: what is reckoned from them is the same interval
    mean, low, high = carried_over((cell.mean, cell.low, cell.high), delta, round(se, 2))
    return replace(alike, mean=mean, low=low, high=high)


def carried_over(
    figure: tuple[float, float, float], delta: float, se: float
) -> tuple[float, float, float]:
    """Lead a mean with its limits over a link: moved by `delta`, with its error in the interval."""
    then, low, high = figure
    mean, reach = then + delta, _NORMAL * se
    return (
        round(mean, 1),
        round(mean - math.hypot(then - low, reach), 1),
        round(mean + math.hypot(high - then, reach), 1),
    )


def alike_to(series: Sequence[tuple[Wave, Cell]], at: int = -1) -> list[tuple[Wave, Cell]]:
    """Keep the waves of a series that asked as one of them did, by default the last."""
    return [pair for pair in series if pair[1].wording == series[at][1].wording]


def break_sentences(
    series: Sequence[tuple[Wave, Cell]], lang: Language, *, name: str = ""
) -> dict[str, str]:
    """Say of each wave from which on a measure is another that it is, and why, by the wave's key.

    Parameters
    ----------
    series : sequence of (Wave, Cell)
        Oldest first.
    lang : str
    name : str, optional
        What the page calls the measure, where it stands beside others.
    """
    cells = {wave.key: cell for wave, cell in series}
    names = {wave.key: inside(wave.label("name", lang)) for wave, _ in series}
    when = {wave.key: wave.label("in", lang) for wave, _ in series}
    detours = _detours_of(in_words_of_now(series))
    return {
        key: _unknown(name, names[key], lang)
        if cells[key].why == UNKNOWN and key not in detours
        else _sentence(cells[key].why, detours.get(key), name, when, key, lang)
        for key in (wave.key for _, wave in breaks_of(series))
    }


def _unknown(name: str, wave: str, lang: Language) -> str:
    return translator(lang).gettext(_UNKNOWN if name else _UNKNOWN_HERE) % {
        "index": name,
        "wave": wave,
    }


def _detours_of(series: Sequence[tuple[Wave, Cell]]) -> dict[str, Detour]:
    """Find what was changed and taken back in a series whose links have been laid."""
    return detours_of(
        Stop(wave.key, then.wording == series[-1][1].wording, cell.wording == series[-1][1].wording)
        for (_, then), (wave, cell) in pairwise(series)
        if then.wording != cell.wording
    )


def _detours_in(shown: Published, measure: str) -> dict[str, Detour]:
    """Find the same among the breaks that a publication tells of a measure."""
    rows = [row for row in shown.content.get("breaks", ()) if row["measure"] == measure]
    unlike = {wave for row in rows for wave in row["waves"]}
    return detours_of(
        Stop(row["since"], row["before"] not in unlike, row["since"] not in unlike) for row in rows
    )


def _sentence(
    why: str, detour: Detour | None, name: str, when: Mapping[str, str], wave: str, lang: Language
) -> str:
    say = translator(lang).gettext
    if detour:
        said = taken_back(detour, why, when=when[wave], away=when[detour.away], lang=lang)
    elif pattern := stopped(why):
        said = say(pattern) % {"in": when[wave]}
    else:
        return say(_NAMED if name else _BROKEN) % {"index": name, "in": when[wave]}
    return f"{name}: {said}" if name else said


def broken_notes(shown: Published, codes: Sequence[str], lang: Language) -> Iterator[str]:
    """Say of each measure of a publication where its series is broken."""
    for row in shown.content.get("breaks", ()):
        if row["measure"] in codes and row["measure"] in shown.measures:
            yield _broken_note(shown, row, lang)


def broken_note(shown: Published, measure: str, wave: str, lang: Language) -> str:
    """Say where a series first stopped after a wave that it is not compared with, else nothing."""
    rows = (row for row in shown.content.get("breaks", ()) if row["measure"] == measure)
    found = next((row for row in rows if wave in row["waves"]), None)
    return _broken_note(shown, found, lang) if found and measure in shown.measures else ""


def _broken_note(shown: Published, row: Mapping[str, Any], lang: Language) -> str:
    measure = shown.measures[row["measure"]]
    name = _listed_name(measure, lang)
    detour = _detours_in(shown, measure.code).get(row["since"])
    why = LINKED_THEN if not detour and _linked_then(shown, row) else row["why"]
    if measure.kind == "item" and why != LINKED_THEN:
        return f"{name}: {_item_note(shown, row, lang)}"
    if why == UNKNOWN and not detour:
        return _unknown(name, inside(own(_words(shown, row["since"])["name"], lang)), lang)
    when = _when(shown, row["since"], detour, lang)
    return _sentence(why, detour, name, when, row["since"], lang)


def _when(shown: Published, wave: str, detour: Detour | None, lang: Language) -> dict[str, str]:
    """Say when a series stops, and when it left what it has come back to."""
    waves = (wave, detour.away) if detour else (wave,)
    return {key: own(_words(shown, key)["in"], lang) for key in waves}


def _linked_then(shown: Published, row: Mapping[str, Any]) -> bool:
    """Tell whether a link led into the earlier wave at which a series now is broken."""
    return row["since"] != shown.content["wave"]["key"] and any(
        (one["measure"], one["wave"]) == (row["measure"], row["since"]) and one["method"] != NONE
        for one in shown.content.get("links", ())
    )


def item_notes(shown: Published, item: str, lang: Language) -> Iterator[str]:
    """Say of one item of a publication since when it has the words that it was asked in."""
    for row in shown.content.get("breaks", ()):
        if row["measure"] == item and _words(shown, row["since"]):
            yield _item_note(shown, row, lang)
    yield from _linked(shown, item, lang)


def _item_note(shown: Published, row: Mapping[str, Any], lang: Language) -> str:
    detour = _detours_in(shown, row["measure"]).get(row["since"])
    when = _when(shown, row["since"], detour, lang)
    if detour:
        away, why = when[detour.away], of_item(row["why"])
        return taken_back(detour, why, when=when[row["since"]], away=away, lang=lang)
    return translator(lang).gettext(item_stopped(row["why"])) % {"in": when[row["since"]]}


def _listed_name(measure: Measure, lang: Language) -> str:
    """Give what a measure is called before a colon: an item quoted, without its full stop."""
    if measure.kind == "item":
        return sentence_name(measure.code, measure.kind, measure.title, lang)
    return row_name(measure.code, measure.title, lang)


def linked_notes(shown: Published, codes: Sequence[str], lang: Language) -> Iterator[str]:
    """Say of each measure of a publication over which words its figures of before are led."""
    for code in codes:
        if (measure := shown.measure(code)) is not None:
            name = _listed_name(measure, lang)
            yield from (f"{name}: {said}" for said in _linked(shown, code, lang))


def _linked(shown: Published, measure: str, lang: Language) -> Iterator[str]:
    # a link into words that a later break ended leads no figure to those of now
    ended = {row["since"] for row in shown.content.get("breaks", ()) if row["measure"] == measure}
    for row in shown.content.get("links", ()):
        linked = row["measure"] == measure and row["method"] != NONE and row["wave"] not in ended
        if linked and (words := _words(shown, row["wave"])):
            yield _over(own(words["in"], lang), row["delta"], row["se"], lang, row.get("case", "A"))


def broken_now(shown: Published, codes: Sequence[str], lang: Language) -> str:
    """Say which measures this very wave asked otherwise than before; empty where it did not."""
    key = shown.content["wave"]["key"]
    since = {
        row["measure"]: row["why"]
        for row in shown.content.get("breaks", ())
        if row["since"] == key and row["measure"] in shown.measures
    }
    broken = [code for code in codes if code in since]
    if not broken:
        return ""
    say = translator(lang).gettext
    found: dict[tuple[str, Detour | None], list[str]] = {}
    for code in broken:
        detour = _detours_in(shown, code).get(key)
        pattern = back_now(since[code]) if detour else stopped_now(since[code])
        found.setdefault((pattern, detour), []).append(code)
    sentences = []
    for (pattern, detour), alike in found.items():
        when = _when(shown, key, detour, lang)
        told = {"in": when[key], "away": when[detour.away] if detour else ""}
        sentences.append(say(pattern) % (told | {"measures": _named(shown, alike, lang)}))
    why = _why_not_linked(shown, set(broken))
    return " ".join([*sentences, say(why)] if why else sentences)


def _named(shown: Published, codes: Sequence[str], lang: Language) -> str:
    measures = [shown.measures[code] for code in codes[:_NAMES]]
    names = [sentence_name(one.code, one.kind, one.title, lang) for one in measures]
    return listed([inside(name) for name in names], lang)


def _why_not_linked(shown: Published, measures: Collection[str]) -> str:
    """Say why a wave that asked both versions links nothing; empty where it asked one."""
    key = shown.content["wave"]["key"]
    unlinked = [
        row
        for row in shown.content.get("links", ())
        if row["wave"] == key and row["method"] == NONE
    ]
    why = {row["why"] for row in unlinked if row["measure"] in measures}
    if "parts" in why:
        # an index has the reason of its scales
        scales = {part for code in measures for part in shown.measures[code].parts}
        why |= {row["why"] for row in unlinked if row["measure"] in scales}
    return next((said for code, said in _REASONS.items() if code in why), "")


def _words(shown: Published, wave: str) -> Mapping[str, Any]:
    own_wave = shown.content["wave"]
    found: Mapping[str, Any] = (
        own_wave["labels"] if wave == own_wave["key"] else shown.words_for(wave)
    )
    return found
