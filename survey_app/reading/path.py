"""The path of the whole: what its level did before the last wave, chosen by one rule.

"Unchanged since March" is true of a trust that fell a year ago and came back, and half the story.
Told is the largest fall or rise between two earlier waves that is sure (the later where both are,
but the earlier where the later only began to make it good), and what happened since: whether it was
made good, and whether the level of before is reached. Where there is none, the largest sure change
since an earlier wave is told, that of the same season last year first. What is sure is decided in
the publication (`analytics.courses.path`), where each change that is picked by looking must be
surer than one that was named beforehand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from survey_app.reading.names import own, sentence_name
from survey_app.reading.rows import AGENCY
from survey_app.reading.sentences import Finding, change_finding, filled
from survey_app.reading.turning import turn_of
from survey_app.shared.i18n import N_, Language
from survey_app.shared.numbers import decimal, limit

if TYPE_CHECKING:
    from survey_app.reading.published import Published
    from survey_app.reading.rows import Change, Text

_FALL: Final = "fall"
_CALLED: Final = ("up", "down")

# What happened, and how large it was; `%(back)s` where it was made good. What was not is told of
# now beside then, since in between the level may have gone up and down.
_FELL: Final = N_("%(index)s falt, og er ikke sikkert høyere nå enn da")
_ROSE: Final = N_("%(index)s økte, og er ikke sikkert lavere nå enn da")
_FELL_AND_ROSE: Final = N_("%(index)s falt, og har økt igjen")
_ROSE_AND_FELL: Final = N_("%(index)s økte, og har gått ned igjen")
_LOWER: Final = N_(
    "anslagsvis %(points)s poeng lavere %(until)s enn %(since)s (usikkerhet %(low)s til %(high)s "
    "blant dem som svarte)."
)
_HIGHER: Final = N_(
    "anslagsvis %(points)s poeng høyere %(until)s enn %(since)s (usikkerhet %(low)s til %(high)s "
    "blant dem som svarte)."
)
_LOWER_THEN_HIGHER: Final = N_(
    "anslagsvis %(points)s poeng lavere %(until)s enn %(since)s (usikkerhet %(low)s til %(high)s), "
    "og %(back)s poeng høyere nå enn %(until)s (%(back_low)s til %(back_high)s) blant dem som "
    "svarte."
)
_HIGHER_THEN_LOWER: Final = N_(
    "anslagsvis %(points)s poeng høyere %(until)s enn %(since)s (usikkerhet %(low)s til %(high)s), "
    "og %(back)s poeng lavere nå enn %(until)s (%(back_low)s til %(back_high)s) blant dem som "
    "svarte."
)
_PROBABLY_LOWER: Final = N_("Nivået er trolig litt lavere enn %(since)s.")
_PROBABLY_HIGHER: Final = N_("Nivået er trolig litt høyere enn %(since)s.")
_NOW_HIGHER: Final = N_("Nivået er nå høyere enn %(since)s.")
_NOW_LOWER: Final = N_("Nivået er nå lavere enn %(since)s.")
_BACK: Final = N_("Nivået er nå mindre enn %(margin)s poeng fra det vi målte %(since)s.")
_UNKNOWN: Final = N_("Vi vet ikke om nivået er det samme som %(since)s.")

# By whether it fell (else rose), and whether that was made good.
_WORDS: Final = {
    (True, True): (_FELL_AND_ROSE, _LOWER_THEN_HIGHER),
    (True, False): (_FELL, _LOWER),
    (False, True): (_ROSE_AND_FELL, _HIGHER_THEN_LOWER),
    (False, False): (_ROSE, _HIGHER),
}


def path_finding(published: Published, code: str, lang: Language) -> Finding | None:
    """Say what a measure of the whole did on the way to this wave.

    Parameters
    ----------
    published : Published
    code : str
        Of the measure.
    lang : str

    Returns
    -------
    Finding or None
        None where the path tells nothing that the changes since the previous and the first wave do
        not: no sure fall or rise between earlier waves, and no sure change since another one.
    """
    measure = published.measure(code)
    if measure is None:
        return None
    name = sentence_name(measure.code, measure.kind, measure.title, lang)
    if leg := _leg(published, code):
        return _there_and_back(published, leg, name, lang)
    told = {
        change.since
        for role in ("previous", "first")
        if (change := published.change(code, AGENCY, "", role)) and change.verdict in _CALLED
    }
    since = largest_since(published, code)
    return change_finding(since, name, lang) if since and not told else None


def largest_since(published: Published, code: str) -> Change | None:
    """Find the largest change since an earlier wave that is called; last year's season first."""
    steps = [step for step in published.path(code) if not step.leg and step.verdict in _CALLED]
    return max(steps, key=lambda one: (one.role == "year", abs(one.difference or 0)), default=None)


def _leg(published: Published, code: str) -> Change | None:
    """Find the sure fall or rise that ended last, or the one before that it made good.

    A level that fell, rose since and is still above where it fell to has one story, that begins
    with the fall: of the rise alone, nobody would know that it was a recovery.
    """
    steps = published.path(code)
    now = (step.since for step in steps if not step.leg)
    order = {since: at for at, since in enumerate(now)}
    legs = [one for one in steps if one.leg and one.verdict in _CALLED]
    last = max(legs, key=lambda one: order.get(one.until, -1), default=None)
    turned = (one for one in legs if last and one.until == last.since)
    return next((one for one in turned if _made_good(published, one)), last)


def _made_good(published: Published, leg: Change) -> bool:
    """Tell whether the level surely went back since the end of a fall or rise."""
    back = published.since(leg.measure, leg.until)
    return back is not None and back.verdict == ("up" if leg.role == _FALL else "down")


def _there_and_back(published: Published, leg: Change, name: str, lang: Language) -> Finding:
    back, before = (published.since(leg.measure, wave) for wave in (leg.until, leg.since))
    fell, made_good = leg.role == _FALL, _made_good(published, leg)
    values = {
        "index": name,
        "since": _in(published, leg.since, lang),
        "until": _in(published, leg.until, lang),
        **_size(leg, "", lang),
        **(_size(back, "back", lang) if back else {}),
    }
    lead, size = _WORDS[fell, made_good]
    headline = filled(lead, lang, values)
    text = Markup("<b>{}:</b> {}").format(headline, filled(size, lang, values))
    if before:
        text += Markup(" ") + _beside_before(before, values["since"], lang)
    return Finding(
        back.verdict if made_good and back else leg.verdict,
        text,
        turn_of(back, lang) if made_good and back else "",
        str(headline),
        pair=(leg.measure, leg.domain, leg.until) if made_good else (),
        span=(leg.since, leg.until),
    )


def _beside_before(before: Change, since: str, lang: Language) -> Markup:
    """Say where the level now lies beside the one from which it fell or rose."""
    falls = (before.difference or 0.0) < 0
    if before.verdict in _CALLED:
        pattern = _NOW_LOWER if falls else _NOW_HIGHER
    elif before.verdict == "steady":
        pattern = _BACK
    elif before.under_limit:
        pattern = _PROBABLY_LOWER if falls else _PROBABLY_HIGHER
    else:
        pattern = _UNKNOWN
    values = {"since": since, "margin": limit(before.margin, lang)}
    return filled(pattern, lang, values)


def _size(change: Change, prefix: str, lang: Language) -> dict[str, str]:
    low, high = sorted((abs(change.low or 0.0), abs(change.high or 0.0)))
    mark = f"{prefix}_" if prefix else ""
    points = prefix or "points"
    return {
        points: decimal(abs(change.difference or 0.0), lang),
        f"{mark}low": decimal(low, lang),
        f"{mark}high": decimal(high, lang),
    }


def _in(published: Published, wave: str, lang: Language) -> str:
    words: Text = published.words_for(wave).get("in", {})
    return own(words, lang)
