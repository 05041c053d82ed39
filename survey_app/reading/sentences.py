"""Findings as sentences: patterns filled from published figures, never free text.

One finding is at most two sentences, its verb carries the verdict, and the change is followed by
its interval. Falls are stated as positive amounts. No pattern names a cause.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from survey_app.reading.names import inside, own
from survey_app.reading.rows import Change, Estimate
from survey_app.reading.turning import leans_on_the_silent, turn_of
from survey_app.reading.verdicts import (
    DOWN,
    SMALL,
    STEADY,
    UNCERTAIN,
    UP,
    is_clear,
    verdict_of,
)
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import (
    HARD_SPACE,
    count,
    decimal,
    limit,
    listed,
    signed,
    whole_interval,
)

if TYPE_CHECKING:
    from survey_app.reading.event_axis import AxisEvent

_ENDS: Final = re.compile(r"(%\(\w*low\)s) (\w+) (%\(\w*high\)s)")
LEVEL: Final = "level"  # the sign of a finding that tells no change by its figure
SIGNS: Final = ("down", "up", "steady", "uncertain")  # the order on a page

_UP: Final = N_(
    "<b>%(index)s har økt</b> med anslagsvis %(points)s poeng %(since)s (usikkerhet %(low)s til "
    "%(high)s blant dem som svarte)."
)
_UP_IN: Final = N_(
    "<b>%(index)s har økt i %(place)s</b> med anslagsvis %(points)s poeng %(since)s (usikkerhet "
    "%(low)s til %(high)s blant dem som svarte)."
)
_DOWN: Final = N_(
    "<b>%(index)s har gått ned</b> med anslagsvis %(points)s poeng %(since)s (usikkerhet %(low)s "
    "til %(high)s blant dem som svarte)."
)
_DOWN_IN: Final = N_(
    "<b>%(index)s har gått ned i %(place)s</b> med anslagsvis %(points)s poeng %(since)s "
    "(usikkerhet %(low)s til %(high)s blant dem som svarte)."
)
_UP_SLIGHTLY: Final = N_(
    "<b>%(index)s har økt, men kanskje bare litt:</b> anslagsvis %(points)s poeng %(since)s "
    "(usikkerhet %(low)s til %(high)s blant dem som svarte)."
)
_UP_SLIGHTLY_IN: Final = N_(
    "<b>%(index)s har økt i %(place)s, men kanskje bare litt:</b> anslagsvis %(points)s poeng "
    "%(since)s (usikkerhet %(low)s til %(high)s blant dem som svarte)."
)
_DOWN_SLIGHTLY: Final = N_(
    "<b>%(index)s har gått ned, men kanskje bare litt:</b> anslagsvis %(points)s poeng %(since)s "
    "(usikkerhet %(low)s til %(high)s blant dem som svarte)."
)
_DOWN_SLIGHTLY_IN: Final = N_(
    "<b>%(index)s har gått ned i %(place)s, men kanskje bare litt:</b> anslagsvis %(points)s poeng "
    "%(since)s (usikkerhet %(low)s til %(high)s blant dem som svarte)."
)
_TAKEN: Final = N_("Vi går da ut fra at de som ikke svarte, har endret seg omtrent like mye.")
_SINCE_FIRST: Final = N_("%(since)s, da vi målte dette for første gang")
_STEADY: Final = N_(
    "<b>%(index)s er uendret</b> %(since)s. Forskjellen er mindre enn %(margin)s poeng blant dem "
    "som svarte."
)
_STEADY_MANY: Final = N_(
    "<b>%(index)s er uendret</b> %(since)s. Forskjellene er mindre enn %(margin)s poeng blant dem "
    "som svarte."
)
# Neither unchanged nor a change of the size that counts: the words are those of its sign.
_SMALL: Final = N_(
    "<b>Endringen i %(inside)s er målbar, men liten:</b> %(signed)s poeng %(since)s (usikkerhet "
    "%(signed_low)s til %(signed_high)s blant dem som svarte)."
)
_UNCERTAIN: Final = N_(
    "<b>Vi vet ikke om %(inside)s har endret seg</b> %(since)s. Endringen er anslått til "
    "%(signed)s poeng, men kan ligge mellom %(signed_low)s og %(signed_high)s."
)
_UNLIKE: Final = N_(
    "<b>Vi kan ikke si om %(inside)s har endret seg</b> %(since)s. Spørsmålene henger ikke sammen "
    "på samme måte i de to målingene, så tallene kan ikke sammenlignes."
)
_PROBABLY_UP: Final = N_(
    "<b>%(index)s har trolig økt</b> %(since)s, men vi vet ikke om det er nok til å bety noe. "
    "Anslaget er %(points)s poeng (usikkerhet %(low)s til %(high)s)."
)
_PROBABLY_DOWN: Final = N_(
    "<b>%(index)s har trolig gått ned</b> %(since)s, men vi vet ikke om det er nok til å bety noe. "
    "Anslaget er %(points)s poeng (usikkerhet %(low)s til %(high)s)."
)
_HIGHER_UNDER: Final = N_(
    "<b>%(index)s er anslått %(points)s poeng høyere enn %(in)s</b> (usikkerhet %(low)s til "
    "%(high)s). Det er under grensen på %(margin)s poeng, så vi kaller det ikke en endring."
)
_LOWER_UNDER: Final = N_(
    "<b>%(index)s er anslått %(points)s poeng lavere enn %(in)s</b> (usikkerhet %(low)s til "
    "%(high)s). Det er under grensen på %(margin)s poeng, så vi kaller det ikke en endring."
)
# By whether it rose (else fell), is clear, and is of a part of the whole.
_CALLED: Final = {
    (True, True, False): _UP,
    (True, True, True): _UP_IN,
    (True, False, False): _UP_SLIGHTLY,
    (True, False, True): _UP_SLIGHTLY_IN,
    (False, True, False): _DOWN,
    (False, True, True): _DOWN_IN,
    (False, False, False): _DOWN_SLIGHTLY,
    (False, False, True): _DOWN_SLIGHTLY_IN,
}
_GROUP_HIGHER: Final = N_(
    "<b>%(group)s har høyere %(inside)s enn %(rest)s:</b> %(level)s mot %(other)s blant dem som "
    "svarte. Vi kan ikke si hvorfor."
)
_GROUP_LOWER: Final = N_(
    "<b>%(group)s har lavere %(inside)s enn %(rest)s:</b> %(level)s mot %(other)s blant dem som "
    "svarte. Vi kan ikke si hvorfor."
)
_FIRST: Final = N_(
    "<b>Dette er den første målingen av sitt slag.</b> Endringer kan vises fra den neste."
)
_HIDDEN: Final = N_(
    "<b>Ingen endring kan vises.</b> Tallene mangler i denne målingen, eller i alle dem vi kunne "
    "ha sammenlignet med."
)

_COMPARED_TAKEN_BACK: Final = N_(
    "<b>Ingen endring kan vises.</b> Tallene det ble sammenlignet med, er trukket tilbake."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence with the sign that stands before it, and what it would take for it to turn.

    ``headline`` is the same in a few words, for a picture; empty where there is none. ``pair`` is
    the measure, the code of the place and the earlier wave since which the sentence tells a change
    by its figure; empty where it tells none, or that of several measures at once. What is not
    ``clear`` may be a small change, and does not lead. What is not ``judged`` says that no change
    can be told. ``span`` are the two waves between which the
    sentence tells of a fall or a rise that is over, and ``meanwhile`` what happened there
    (`survey_app.reading.meanwhile`).
    """

    sign: str
    text: Markup
    turn: str = ""
    headline: str = ""
    pair: tuple[str, ...] = ()
    clear: bool = True
    judged: bool = True
    span: tuple[str, ...] = ()
    meanwhile: tuple[AxisEvent, ...] = ()


def filled(pattern: str, lang: Language, values: dict[str, str]) -> Markup:
    """Put values into a pattern in a language; every value is escaped."""
    # The two ends of an interval stay on one line, as `interval` keeps them.
    told = _ENDS.sub(rf"\1{HARD_SPACE}\2{HARD_SPACE}\3", translator(lang).gettext(pattern))
    # The patterns are ours and hold only <b>; Markup escapes every value that is put in.
    return Markup(told) % values  # noqa: S704


def change_finding(change: Change, name: str, lang: Language, place: str = "") -> Finding | None:
    """Say what a change is; ``None`` where it is not shown.

    Parameters
    ----------
    change : Change
        A published change.
    name : str
        What changed, as it stands at the beginning of a sentence.
    lang : str
        Language of the sentence.
    place : str, optional
        The region or unit, where it is not the whole agency.
    """
    if change.difference is None or change.low is None or change.high is None:
        return None
    fall = change.difference < 0
    low, high = sorted((abs(change.low), abs(change.high)))
    verdict = verdict_of(change)
    if verdict in {UP, DOWN}:
        pattern = _CALLED[verdict == UP, is_clear(change), bool(place)]
    elif not change.comparable:
        pattern = _UNLIKE
    elif verdict == UNCERTAIN:
        pattern = _unsure(change)
    elif verdict == SMALL:
        pattern = _SMALL
    else:
        pattern = _STEADY if verdict == STEADY else _under(fall=fall)
    taken = verdict in {UP, DOWN} and leans_on_the_silent(change)
    return Finding(
        verdict.sign,
        filled(
            pattern,
            lang,
            {
                "index": name,
                "inside": inside(name),
                "place": place,
                "points": decimal(abs(change.difference), lang),
                "since": _whole_since(change, lang),
                "in": since(change, lang, "in"),
                "margin": limit(change.margin, lang),
                "low": decimal(low, lang),
                "high": decimal(high, lang),
                "signed": signed(change.difference, lang),
                "signed_low": signed(change.low, lang).lstrip("+"),
                "signed_high": signed(change.high, lang).lstrip("+"),
            },
        )
        + (Markup(" ") + translator(lang).gettext(_TAKEN) if taken else Markup("")),
        turn_of(change, lang),
        pair=(change.measure, change.domain, change.since),
        clear=verdict not in {UP, DOWN} or is_clear(change),
    )


def _unsure(change: Change) -> str:
    """Choose the words; a direction that is known is told also where the size is not."""
    if change.low is not None and change.low > 0:
        return _PROBABLY_UP
    if change.high is not None and change.high < 0:
        return _PROBABLY_DOWN
    return _UNCERTAIN


def _under(*, fall: bool) -> str:
    return _LOWER_UNDER if fall else _HIGHER_UNDER


def since(change: Change, lang: Language, form: str = "since") -> str:
    """Return the wave that a change is measured from, as a whole phrase (``siden februar``)."""
    labels = change.since_labels
    phrase = labels.get(form)
    return own(phrase if isinstance(phrase, dict) else labels, lang)


def _whole_since(change: Change, lang: Language) -> str:
    """Say which wave it is where it is not the previous one: findings stand side by side."""
    phrase = since(change, lang)
    if change.role != "first":
        return phrase
    return translator(lang).gettext(_SINCE_FIRST) % {"since": phrase}


def steady_finding(changes: Sequence[Change], names: Sequence[str], lang: Language) -> Finding:
    """Say of several measures at once that they are unchanged since the same wave."""
    text = listed([names[0], *(inside(name) for name in names[1:])], lang)
    return Finding(
        STEADY.sign,
        filled(
            _STEADY if len(names) == 1 else _STEADY_MANY,
            lang,
            {
                "index": text,
                "since": since(changes[0], lang),
                "margin": limit(max(change.margin for change in changes), lang),
            },
        ),
        _first_to_turn(changes, lang),
    )


def _first_to_turn(changes: Sequence[Change], lang: Language) -> str:
    """Say of several what it takes for the first of them to turn; empty where one tells nothing."""
    ways = [
        [way for way in (one.tipping_lower, one.tipping_higher) if way is not None]
        for one in changes
    ]
    if not all(ways):
        return ""
    first, _ = min(zip(changes, ways, strict=True), key=lambda pair: min(pair[1]))
    return turn_of(first, lang)


def difference_finding(
    group: str, index: str, rest: str, level: Estimate, other: Estimate, lang: Language
) -> Finding | None:
    """Say that a group's level is higher or lower than another's; never why."""
    if level.mean is None or other.mean is None:
        return None
    pattern = _GROUP_HIGHER if level.mean > other.mean else _GROUP_LOWER
    values = {
        "group": group,
        "inside": inside(index),
        "rest": rest,
        "level": level_told(level, lang),
        "other": level_told(other, lang),
    }
    return Finding("differs", filled(pattern, lang, values))


def level_told(level: Estimate, lang: Language) -> str:
    """Write a shown level with its interval and the number of answers: ``65 (62–68, 216 svar)``."""
    told = whole_interval(level.low or 0.0, level.high or 0.0, lang)
    if level.n is not None:
        answers = translator(lang).ngettext("%(n)s svar", "%(n)s svar", level.n)
        told += f", {answers % {'n': count(level.n, lang)}}"
    return f"{decimal(level.mean or 0.0, lang, 0)} ({told})"


def first_finding(lang: Language) -> Finding:
    """Say that there is nothing to compare with yet."""
    return Finding("uncertain", filled(_FIRST, lang, {}), judged=False)


def hidden_finding(lang: Language) -> Finding:
    """Say that what there is to compare with, or this wave, does not show."""
    return Finding("uncertain", filled(_HIDDEN, lang, {}), judged=False)


def taken_back_finding(lang: Language) -> Finding:
    """Say that what there was to compare with was taken back."""
    return Finding("uncertain", filled(_COMPARED_TAKEN_BACK, lang, {}), judged=False)
