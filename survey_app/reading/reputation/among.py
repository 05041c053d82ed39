"""Among whom: every group and county in one table, and what it says in a few sentences.

A group stands apart where that holds although all of the table are compared at once
(`survey_app.reading.sides`); its changes are those that the publication has judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from questionnaires.background import COUNTY
from survey_app.reading.levels import HIDDEN_CHANGE, NOTHING_BEFORE, ChangeCell, change_cell
from survey_app.reading.names import own
from survey_app.reading.published import Published
from survey_app.reading.reputation.groups import TableRow, grouped, groups_of, table_row
from survey_app.reading.reputation.measures import blocks
from survey_app.reading.rows import AGENCY, Domain, Estimate
from survey_app.reading.strategy_text import library
from survey_app.reading.verdicts import HIGHER, LOWER, NOT_COMPARABLE, NOT_SURE, VerdictSign
from survey_app.shared.i18n import N_, Language, quoted, translator
from survey_app.shared.numbers import listed, signed

_SIDES: Final = {"higher": HIGHER, "lower": LOWER}
_HIGHER: Final = N_("Høyere tillit enn befolkningen samlet: %(names)s.")
_LOWER: Final = N_("Lavere tillit enn befolkningen samlet: %(names)s.")
_NONE_APART: Final = N_("Ingen gruppe skiller seg sikkert fra befolkningen samlet.")
_RISEN: Final = N_("Økt %(since)s: %(names)s.")
_FALLEN: Final = N_("Redusert %(since)s: %(names)s.")
_RISEN_IN: Final = (
    N_("Økt %(since)s i alle gruppene."),
    N_("Økt %(since)s i alle gruppene som kan sammenlignes."),
    N_("Økt %(since)s i alle gruppene som kan sammenlignes, unntatt %(names)s."),
)
_FALLEN_IN: Final = (
    N_("Redusert %(since)s i alle gruppene."),
    N_("Redusert %(since)s i alle gruppene som kan sammenlignes."),
    N_("Redusert %(since)s i alle gruppene som kan sammenlignes, unntatt %(names)s."),
)
"""Of all groups, of all whose change is told, and of nearly all of these."""
_NONE_MOVED: Final = N_(
    "I ingen gruppe er endringen %(since)s stor og sikker nok til å kalles økt eller redusert."
)
_MOVED_ALIKE: Final = N_(
    "Endringen %(since)s er anslått omtrent lik i alle gruppene: %(sizes)s poeng."
)
_NONE_MOVED_ALIKE: Final = N_(
    "Endringen %(since)s er anslått omtrent lik i alle gruppene: %(sizes)s poeng. Det er ikke nok "
    "til å kalles økt eller redusert."
)
_SOME_MOVED_ALIKE: Final = N_(
    "Endringen %(since)s er anslått omtrent lik i alle gruppene som kan sammenlignes: %(sizes)s "
    "poeng."
)
_NONE_OF_SOME_MOVED_ALIKE: Final = N_(
    "Endringen %(since)s er anslått omtrent lik i alle gruppene som kan sammenlignes: %(sizes)s "
    "poeng. Det er ikke nok til å kalles økt eller redusert."
)
_SIZES: Final = N_("%(low)s til %(high)s")
_SAME_WAVE: Final = N_("Forrige måling var den første")
_ROLES: Final = ("previous", "first")
_NEARLY: Final = 4  # times as many as the others
_APART: Final = 1.0  # points between estimates of change that are told as about the same


@dataclass(frozen=True, slots=True)
class ComparedGroup:
    """One group: its level and how many answered, its side, and its changes.

    ``without`` says in the place of one why it has none, ``without_first`` of that since the first
    wave.
    """

    row: TableRow
    verdict: VerdictSign | None
    changes: tuple[ChangeCell | None, ...]
    without: str = ""
    without_first: str = ""

    @property
    def estimate(self) -> Estimate | None:
        """Its level, where it is shown."""
        return self.row.estimate


@dataclass(frozen=True, slots=True)
class Among:
    """The table under its headings, the whole first, and its sentences.

    ``compared`` is how many groups are held against the whole at once; ``judged`` the earlier waves
    since which their changes are told.
    """

    whole: ComparedGroup
    blocks: tuple[tuple[str, tuple[ComparedGroup, ...]], ...]
    sentences: tuple[str, ...]
    compared: int
    judged: frozenset[str] = frozenset()

    @property
    def told(self) -> tuple[int, ...]:
        """Which changes any row tells: 0 since the previous wave, 1 since the first."""
        rows = (self.whole, *(one for _, some in self.blocks for one in some))
        return tuple(at for at in range(len(_ROLES)) if any(one.changes[at] for one in rows))

    def judged_since(self, wave: str) -> bool:
        """Tell whether the groups' changes since a wave, by its key, are among those judged."""
        return wave in self.judged


def among(published: Published, code: str, lang: Language) -> Among | None:
    """Lay out the groups of a measure; ``None`` where the publication shows none."""
    whole = published.estimate(code)
    many = len(grouped(published, code))
    found = [
        (title, tuple(_group(published, code, domain, whole, many, lang) for domain in domains))
        for title, domains in _blocks(published, lang)
    ]
    groups = [group for _, some in found for group in some]
    shown = [group for group in groups if group.estimate]
    if not shown or whole is None or not whole.shown:
        return None
    name = translator(lang).gettext("Befolkningen samlet")
    everybody = ComparedGroup(
        TableRow(name, whole, "", "none"),
        None,
        _changes(published, code, published.whole, lang),
        *_without(published, code, published.whole, lang),
    )
    return Among(
        everybody,
        tuple(found),
        tuple(_sentences(groups, everybody, lang)),
        len(shown),
        frozenset(
            change.since
            for role in _ROLES
            if (change := published.change(code, AGENCY, "", role)) is not None
        ),
    )


def _blocks(published: Published, lang: Language) -> Iterator[tuple[str, tuple[Domain, ...]]]:
    county = library().background.variables.get(COUNTY)
    shown = [*blocks(), *([county] if county and county not in blocks() else [])]
    for variable in shown:
        if domains := groups_of(published, variable.name):
            yield own(variable.title, lang), domains


def _group(
    published: Published,
    code: str,
    domain: Domain,
    whole: Estimate | None,
    many: int,
    lang: Language,
) -> ComparedGroup:
    row = table_row(published, code, domain, whole, lang, many)
    verdict = NOT_COMPARABLE if row.note else _SIDES.get(row.side, NOT_SURE)
    return ComparedGroup(
        row,
        verdict,
        _changes(published, code, domain, lang),
        *_without(published, code, domain, lang),
    )


def _without(published: Published, code: str, place: Domain, lang: Language) -> tuple[str, str]:
    """Say for each change why there would be none."""
    found = [published.change(code, place.level, place.code, role) for role in _ROLES]
    previous, first = found
    none = NOTHING_BEFORE if found == [None, None] else HIDDEN_CHANGE
    same = previous is not None and first is not None and previous.since == first.since
    again = _SAME_WAVE if same and previous and previous.shown else none
    say = translator(lang).gettext
    return say(none), say(again)


def _changes(
    published: Published, code: str, place: Domain, lang: Language
) -> tuple[ChangeCell | None, ...]:
    found = (published.change(code, place.level, place.code, role) for role in _ROLES)
    previous, first = (change_cell(change, lang) for change in found)
    same = previous is not None and first is not None and previous.since == first.since
    return (previous, None if same else first)


def _sentences(
    groups: Sequence[ComparedGroup], whole: ComparedGroup, lang: Language
) -> Iterator[str]:
    _ = translator(lang).gettext
    shown = [group for group in groups if group.estimate]
    sides = {side: [one for one in shown if one.row.side == side] for side in _SIDES}
    for side, pattern in (("lower", _LOWER), ("higher", _HIGHER)):
        if sides[side]:
            yield _(pattern) % {"names": _names(sides[side], lang)}
    if not any(sides.values()):
        yield _(_NONE_APART)
    for at, change in enumerate(whole.changes):
        if change is not None:
            yield from _moved(groups, at, change.since, lang)


def _moved(groups: Sequence[ComparedGroup], at: int, since: str, lang: Language) -> Iterator[str]:
    """Name the groups that are called fallen or risen since one wave."""
    known = [(one, cell) for one in groups if one.estimate and (cell := one.changes[at])]
    if not known:
        return
    _ = translator(lang).gettext
    for sign, pattern, (in_all, in_known, in_most) in (
        ("down", _FALLEN, _FALLEN_IN),
        ("up", _RISEN, _RISEN_IN),
    ):
        moved = [one for one, cell in known if cell.sign == sign]
        others = [one for one, cell in known if cell.sign != sign]
        if _NEARLY * max(len(others), 1) < len(moved):  # all their names would be a wall
            whole = in_all if len(known) == len(groups) else in_known
            told = {"since": since, "names": _names(others, lang)}
            yield _(in_most if others else whole) % told
        elif moved:
            yield _(pattern) % {"since": since, "names": _names(moved, lang)}
    none = not any(cell.sign in {"down", "up"} for _one, cell in known)
    if sizes := _alike([cell.difference for _one, cell in known], lang):
        of_all = (_NONE_MOVED_ALIKE, _MOVED_ALIKE)
        of_some = (_NONE_OF_SOME_MOVED_ALIKE, _SOME_MOVED_ALIKE)
        all_known = len(known) == len(groups)
        pattern = (of_all if all_known else of_some)[0 if none else 1]
        yield _(pattern) % {"since": since, "sizes": sizes}
    elif none:
        yield _(_NONE_MOVED) % {"since": since}


def _alike(sizes: Sequence[float], lang: Language) -> str:
    """Write the least and the most, where all groups moved about alike; else nothing."""
    low, high = min(sizes), max(sizes)
    if len(sizes) == 1 or round(high - low, 1) > _APART:
        return ""
    ends = {"low": signed(low, lang), "high": signed(high, lang)}
    return ends["low"] if low == high else translator(lang).gettext(_SIZES) % ends


def _names(groups: Sequence[ComparedGroup], lang: Language) -> str:
    return listed([quoted(one.row.name, lang) for one in groups], lang)
