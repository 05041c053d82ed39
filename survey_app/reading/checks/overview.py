"""A publication's own checks as a page tells them; nothing here is reckoned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from survey_app.reading.checks.silent import Silent, silent_of
from survey_app.reading.course import jump_sentence
from survey_app.reading.names import own, row_name
from survey_app.reading.scope import shifts_told
from survey_app.reading.shifts import shift_sentence
from survey_app.reading.since_open import told_since_open
from survey_app.reading.waves import published
from survey_app.shared.i18n import N_, Language, quoted, translator
from survey_app.shared.numbers import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from survey_app.accounts.sessions import SignedIn
    from survey_app.reading.published import Published
    from survey_app.reading.waves import Wave

WAVES: Final = 6  # columns of a table that still fits
LEAST_OMEGA: Final = -1.0  # a lower bound below this says no more than that it is not known
_SAME: Final = {
    True: N_("Virker likt"),
    False: N_("Ikke sammenlignbart"),
    None: N_("Ikke undersøkt"),
}
_WHY: Final = {
    "too_few": N_("For få svar å gå ut fra."),
    "not_fitted": N_("Svarene bærer ingen slik modell."),
    "no_groups": N_("Undersøkes i hovedmålinger, der mange nok svarer i hver gruppe."),
    "nothing_shown": N_("Ingen skala vises i denne målingen."),
    "first": N_("Det finnes ingen tidligere måling å sammenligne med."),
    "no_register": N_("Svarene er vektet etter hele befolkningen, så den er den samme hver gang."),
    "hidden": N_("Noen steder er skjult i en av målingene, og da kan det ikke regnes ut."),
}
_PARTLY: Final = N_("Unntatt %(items)s.")


@dataclass(frozen=True, slots=True)
class ScaleReliability:
    """A scale: alpha and omega now with their intervals, and alpha in earlier waves."""

    name: str
    alpha: float | None
    alpha_range: tuple[float | None, float | None]
    omega: float | None
    omega_range: tuple[float | None, float | None]
    before: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Tested:
    """Whether a measure is the same in all groups, or waves, and how well the model fits."""

    name: str
    word: str
    note: str
    cfi: float | None
    rmsea: float | None


_SHOWN: Final = 0.05  # points: less is written 0.0


@dataclass(frozen=True, slots=True)
class Moved:
    """How many points something moves a figure by, with the interval."""

    name: str
    since: str
    points: float
    low: float
    high: float

    @property
    def nothing(self) -> bool:
        """Whether all of it is 0 in the digits shown: then words stand in the place of zeros."""
        return max(abs(self.points), abs(self.low), abs(self.high)) < _SHOWN


@dataclass(frozen=True, slots=True)
class CheckSection[Row]:
    """One check: its rows, or why it has none."""

    rows: tuple[Row, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Checks:
    """The page. ``made`` is False for publications of before, that looked into less."""

    made: bool
    earlier: tuple[str, ...]
    reliability: tuple[ScaleReliability, ...]
    over: str
    groups: CheckSection[Tested]
    shifts: tuple[str, ...]
    waves: CheckSection[Tested]
    dont_know: CheckSection[Moved]
    composition: CheckSection[Moved]
    jump: str
    silent: Silent | None
    two_answers: Mapping[str, Any] | None
    """How much a person's two answers go together, of staff asked more than once."""


async def put_checks_together(
    series: Sequence[Wave], wave: Wave, lang: Language, at: datetime, reader: SignedIn | None
) -> Checks:
    """Put the page together.

    Parameters
    ----------
    series : sequence of Wave
        What the reader may open, oldest first.
    wave : Wave
    reader : SignedIn or None
        None: everybody.
    """
    shown = await published(wave, at)
    if reader is None:
        shown = told_since_open(shown, {one.key for one in series})
    before = [one for one in series if (one.closed_on, one.sequence) < _place(wave)][-WAVES + 1 :]
    earlier = [await published(one, at) for one in before]
    found: Mapping[str, Any] = shown.content["checks"] or {}
    since = {one.key: one.label("since", lang) for one in series}
    return Checks(
        made=bool(found),
        earlier=tuple(one.label("short", lang) for one in before),
        reliability=_reliability(shown, earlier, lang),
        over=found.get("groups", {}).get("over") or "",
        groups=_tested(found.get("groups"), shown, lang),
        shifts=tuple(shift_sentence(shown, one, lang) for one in shifts_told(reader, shown)),
        waves=_tested(found.get("waves"), shown, lang),
        dont_know=_moved(found.get("dont_know"), shown, since, lang),
        composition=_moved(found.get("composition"), shown, since, lang),
        jump=_jump(shown, series, lang),
        silent=silent_of(shown, lang),
        two_answers=shown.content["findings"]["two_answers"],
    )


def _place(wave: Wave) -> tuple[str, int]:
    return wave.closed_on, wave.sequence


def _reliability(
    shown: Published, earlier: Sequence[Published], lang: Language
) -> tuple[ScaleReliability, ...]:
    then = [{row["scale"]: row["alpha"] for row in one.content["reliability"]} for one in earlier]
    return tuple(
        ScaleReliability(
            _name(shown, row["scale"], lang),
            row["alpha"],
            (row["alpha_low"], row["alpha_high"]),
            row["omega"],
            _omega_range(row.get("omega_low"), row.get("omega_high")),
            tuple(one.get(row["scale"]) for one in then),
        )
        for row in shown.content["reliability"]
    )


def _omega_range(low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """Leave out an interval that tells nothing: its lower end may have thirty digits."""
    return (None, None) if low is not None and low < LEAST_OMEGA else (low, high)


def _name(shown: Published, code: str, lang: Language) -> str:
    measure = shown.measure(code)
    return row_name(code, measure.title, lang) if measure else code


def _tested(
    check: Mapping[str, Any] | None, shown: Published, lang: Language
) -> CheckSection[Tested]:
    rows = tuple(_row(row, shown, lang) for row in (check or {}).get("rows", ()))
    return CheckSection(rows, _why(check, lang))


def _row(row: Mapping[str, Any], shown: Published, lang: Language) -> Tested:
    gettext = translator(lang).gettext
    # the last model that holds; where none does, the one that says so
    held = [one for one in row["steps"] if one["accepted"]] or row["steps"]
    last: Mapping[str, Any] = held[-1] if held else {"cfi": None, "rmsea": None}
    freed = {item for one in row["steps"] if one["accepted"] for item in one["freed"]}
    note = _why(row, lang)
    if row["comparable"] and freed:
        names = [quoted(_title(shown, item, lang), lang) for item in sorted(freed)]
        note = gettext(_PARTLY) % {"items": listed(names, lang)}
    word = _SAME[row["comparable"]]
    return Tested(
        _name(shown, row["measure"], lang), gettext(word), note, last["cfi"], last["rmsea"]
    )


def _title(shown: Published, item: str, lang: Language) -> str:
    measure = shown.measure(item)
    return own(measure.title, lang).rstrip(".") if measure else item


def _moved(
    check: Mapping[str, Any] | None, shown: Published, since: Mapping[str, str], lang: Language
) -> CheckSection[Moved]:
    rows = (
        Moved(
            _name(shown, row["measure"], lang),
            since.get(row.get("since", ""), ""),
            row["points"],
            row["low"],
            row["high"],
        )
        for row in (check or {}).get("rows", ())
    )
    # the previous wave of a measure may be its first: then it is told once
    return CheckSection(tuple(dict.fromkeys(rows)), _why(check, lang))


def _jump(shown: Published, series: Sequence[Wave], lang: Language) -> str:
    whole = shown.whole
    codes = [row["measure"] for row in shown.content["trends"] if row["level"] == whole.level]
    found = [jump_sentence(shown, code, whole, series, lang) for code in codes]
    return " ".join(one for one in found if one)


def _why(check: Mapping[str, Any] | None, lang: Language) -> str:
    why = (check or {}).get("why")
    return translator(lang).gettext(_WHY[why]) if why else ""
