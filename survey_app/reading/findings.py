"""Which findings a page tells first: chosen by one rule, whatever they are printed as."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from markupsafe import Markup, escape

from survey_app.publications.breaks import WAS_COMPARED
from survey_app.reading.broken import broken_now
from survey_app.reading.names import place_name, sentence_name
from survey_app.reading.path import path_finding
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Change, Domain
from survey_app.reading.sentences import (
    Finding,
    change_finding,
    first_finding,
    hidden_finding,
    steady_finding,
    taken_back_finding,
)
from survey_app.reading.verdicts import SMALL, STEADY, is_clear, verdict_of
from survey_app.shared.i18n import N_, Language, translator

MOST: Final = 4
_FEW: Final = (N_("Det bygger på %(n)s svar."), N_("Det bygger på %(n)s svar."))
_NAMED: Final = 4  # measures that one sentence may name
_NAMED_SMALL: Final = 2  # measures of which each is told to have changed a little


def findings(
    published: Published,
    measures: Sequence[str],
    lang: Language,
    *,
    places: Callable[[Domain], bool] = lambda domain: domain.level == AGENCY,
    here: str = "",
    most: int = MOST,
    changes: Iterable[Change] | None = None,
    since: str = "",
    path: bool = True,
) -> list[Finding]:
    """Choose what a reader should know first.

    Parameters
    ----------
    published : Published
        The publication that the page shows.
    measures : sequence of str
        Codes, the most important first.
    lang : str
        Language of the sentences.
    places : callable, optional
        Which domains may be spoken of; an agency page never names a unit.
    here : str, optional
        Code of the place that the page is about, which need not be named.
    most : int, optional
        How many findings at most.
    changes : iterable of Change, optional
        Which changes are spoken of; without it all that the publication has.
    since : str, optional
        Key of an earlier wave that the reader chose: only changes of the whole since that one.
    path : bool, optional
        Whether the path of the first measure is told, where it is the whole that is spoken of.

    Returns
    -------
    list of Finding
        Which measures were asked otherwise this time; what the first measure did on its path
        (`survey_app.reading.path`); falls and rises that are
        clear (`survey_app.reading.verdicts.is_clear`), what is steady, falls and rises that may be
        small or rest on few answers, then what is below the threshold and last what is uncertain;
        the agency before a region before a unit; the latest change before the longest. What the
        path has told is not told again.
        Of a part of the agency, beside the agency, only what has changed since the previous wave.
    """
    codes = {domain.code for domain in published.domains if places(domain)}
    spoken = _spoken(published, measures, codes, changes, since)
    ordered = _ordered(published, spoken, measures, places)
    broken = [
        Finding("uncertain", escape(text), judged=False)
        for text in [broken_now(published, measures, lang)]
        if text
    ]
    if not ordered:
        return broken or [_nothing_to_compare(published, measures, places, lang)]
    tops = {(d.level, d.code) for _, d in ordered if d.level == ordered[0][1].level}
    story = _path(published, measures[0], places, lang) if path else []
    told = {one.pair for one in story}
    ordered = [pair for pair in ordered if _names(pair[0]) not in told]
    chosen = broken + [one for one in story if one.clear]
    chosen += _called(published, ordered, here, lang, clear=True)
    latest = ordered if since else _latest(ordered)
    # What has not changed, and what is uncertain, is told of one whole and never of its parts.
    latest = [(c, d) for c, d in latest if {(d.level, d.code)} == tops]
    chosen += _steady(published, latest, lang)
    chosen += [one for one in story if not one.clear]
    chosen += _called(published, ordered, here, lang, clear=False)
    for under in (True, False):
        for change, domain in latest:
            if change.verdict == "uncertain" and change.under_limit is under:
                chosen += _sentence(published, change, domain, here, lang)
    return chosen[:most]


def _nothing_to_compare(
    published: Published,
    measures: Sequence[str],
    places: Callable[[Domain], bool],
    lang: Language,
) -> Finding:
    """Say that it is the first survey of its kind, or that what came before does not show."""
    if published.content.get(WAS_COMPARED):
        return taken_back_finding(lang)
    here = {(domain.level, domain.code) for domain in published.domains if places(domain)}
    there = published.changes(measures, {code for _, code in here})
    hidden = any((one.level, one.domain) in here for one in there)
    return hidden_finding(lang) if hidden else first_finding(lang)


def _latest(ordered: Sequence[_Pair]) -> list[_Pair]:
    """Keep the change since the previous wave, and where that does not show, since the first."""
    told = {_measured(change) for change, _ in ordered if change.role == "previous"}
    return [
        (change, domain)
        for change, domain in ordered
        if change.role == "previous" or _measured(change) not in told
    ]


def _measured(change: Change) -> tuple[str, ...]:
    return change.measure, change.level, change.domain


def _spoken(
    published: Published,
    measures: Sequence[str],
    codes: Collection[str],
    changes: Iterable[Change] | None,
    since: str,
) -> Iterable[Change]:
    if since:
        found = (published.since(code, since) for code in measures)
        return [change for change in found if change is not None]
    return published.changes(measures, codes) if changes is None else changes


def _names(change: Change) -> tuple[str, ...]:
    return change.measure, change.domain, change.since


def _called(
    published: Published, ordered: Sequence[_Pair], here: str, lang: Language, *, clear: bool
) -> list[Finding]:
    """Tell of falls and then of rises, two of each: those that are clear, or those that are not."""
    found = []
    for verdict in ("down", "up"):
        pairs = _once([pair for pair in ordered if pair[0].verdict == verdict])[:2]
        for change, domain in pairs:
            few = _few(published, change)
            if (is_clear(change) and few is None) is clear:
                made = _sentence(published, change, domain, here, lang)
                found += [_with_few(one, few, lang) for one in made] if few else made
    return found


def _few(published: Published, change: Change) -> int | None:
    """Return how many answered, where they are too few to lead; ``None`` of more, and untold."""
    cell = published.estimate(change.measure, change.level, change.domain)
    few = int(published.content["limits"].get("staff_distribution", 0))
    return cell.n if cell and cell.n is not None and cell.n < few else None


def _with_few(finding: Finding, answers: int, lang: Language) -> Finding:
    told = translator(lang).ngettext(_FEW[0], _FEW[1], answers) % {"n": answers}
    return replace(finding, text=finding.text + Markup(" ") + told, clear=False)


def _path(
    published: Published, measure: str, places: Callable[[Domain], bool], lang: Language
) -> list[Finding]:
    told = path_finding(published, measure, lang) if places(published.whole) else None
    return [told] if told else []


type _Pair = tuple[Change, Domain]


def _ordered(
    published: Published,
    changes: Iterable[Change],
    measures: Sequence[str],
    places: Callable[[Domain], bool],
) -> list[_Pair]:
    domains = {(d.level, d.code): d for d in published.domains if places(d)}
    pairs = [
        (change, domains[change.level, change.domain])
        for change in changes
        if change.shown and (change.level, change.domain) in domains
    ]
    levels = {AGENCY: 0, "region": 1, "unit": 2}
    top = min((levels.get(change.level, 3) for change, _ in pairs), default=0)
    pairs = [
        pair for pair in pairs if pair[0].role == "previous" or levels.get(pair[0].level, 3) == top
    ]
    return sorted(
        pairs,
        key=lambda pair: (
            levels.get(pair[0].level, 3),
            pair[0].role != "previous",
            measures.index(pair[0].measure),
            -abs(pair[0].difference or 0.0),
        ),
    )


def _once(pairs: Sequence[_Pair]) -> list[_Pair]:
    """Keep the first change of each measure: the agency's speaks for its regions."""
    seen: dict[str, _Pair] = {}
    for change, domain in pairs:
        seen.setdefault(change.measure, (change, domain))
    return list(seen.values())


def _sentence(
    published: Published, change: Change, domain: Domain, here: str, lang: Language
) -> list[Finding]:
    measure = published.measure(change.measure)
    if measure is None:
        return []
    name = sentence_name(measure.code, measure.kind, measure.title, lang)
    unnamed = domain.level == AGENCY or domain.code == here
    place = "" if unnamed else place_name(domain, lang)
    made = change_finding(change, name, lang, place)
    return [made] if made else []


def _steady(published: Published, latest: Sequence[_Pair], lang: Language) -> list[Finding]:
    """Say in one sentence what is unchanged, and then of each what is measurable but small."""
    small = [pair for pair in latest if verdict_of(pair[0]) == SMALL][:_NAMED_SMALL]
    told = [one for pair in small for one in _sentence(published, *pair, pair[1].code, lang)]
    steady = [change for change, _ in latest if verdict_of(change) == STEADY]
    if not steady:
        return told
    same = [change for change in steady if change.since == steady[0].since][:_NAMED]
    names = []
    for change in same:
        measure = published.measure(change.measure)
        if measure is not None:
            names.append(sentence_name(measure.code, measure.kind, measure.title, lang))
    return [steady_finding(same, names, lang), *told] if names else told
