"""What the reputation page tells first, and reports, slides and letters with it."""

from __future__ import annotations

from typing import Final

from survey_app.reading import kinds
from survey_app.reading.findings import findings
from survey_app.reading.names import inside, sentence_name
from survey_app.reading.published import Published
from survey_app.reading.reputation.groups import group_finding
from survey_app.reading.reputation.questions import sides_of_trust
from survey_app.reading.rows import AGENCY
from survey_app.reading.sentences import LEVEL, Finding, filled
from survey_app.reading.sentences import since as since_of
from survey_app.shared.i18n import N_, Language
from survey_app.shared.numbers import listed, percent, percent_interval

_CONTRARY: Final = {"up": "down", "down": "up"}
MOST: Final = 3  # of changes; groups and views come after them
# Of what trust is measured by. Which of it has moved is no cause, and is not told as one.
_ALL_FELL: Final = N_(
    "<b>Alle sidene ved tilliten har gått ned</b> %(since)s: %(names)s. Tallene sier ikke hvorfor."
)
_ALL_ROSE: Final = N_(
    "<b>Alle sidene ved tilliten har økt</b> %(since)s: %(names)s. Tallene sier ikke hvorfor."
)
_SOME_FELL: Final = N_(
    "<b>Av sidene ved tilliten har %(names)s gått ned</b> %(since)s. Om resten kan vi ikke si det, "
    "og tallene sier ikke hvorfor."
)
_SOME_ROSE: Final = N_(
    "<b>Av sidene ved tilliten har %(names)s økt</b> %(since)s. Om resten kan vi ikke si det, og "
    "tallene sier ikke hvorfor."
)
_NONE_FELL: Final = N_(
    "<b>Ingen av sidene ved tilliten har gått ned så sikkert at vi kan si det om den alene</b> "
    "%(since)s: %(names)s."
)
_NONE_ROSE: Final = N_(
    "<b>Ingen av sidene ved tilliten har økt så sikkert at vi kan si det om den alene</b> "
    "%(since)s: %(names)s."
)
# By what trust has done, and how many of its sides have done the same.
_SIDES: Final = {
    ("down", "all"): _ALL_FELL,
    ("down", "some"): _SOME_FELL,
    ("down", "none"): _NONE_FELL,
    ("up", "all"): _ALL_ROSE,
    ("up", "some"): _SOME_ROSE,
    ("up", "none"): _NONE_ROSE,
}
_NO_VIEW: Final = N_(
    "<b>%(share)s har ikke en mening om alle sider ved tilliten</b> (usikkerhet %(interval)s): De "
    "svarte «vet ikke» for ofte. Vi regner ikke ut om andelen har endret seg."
)


def reputation_findings(shown: Published, since: str, lang: Language) -> list[Finding]:
    """Tell trust's story first, with which of its sides moved, then the goals, groups, no views.

    The goal that is nearly trust itself is left to its tile: it would tell trust's story twice.

    Parameters
    ----------
    shown : Published
    since : str
        Key of the earlier wave that the reader chose; empty for the previous one.
    lang : str
    """
    public = kinds.public()
    goals = [code for code in public.goals if code != public.trust_goal]
    found = findings(shown, (public.trust, *goals), lang, since=since, most=MOST)
    moved = next((at for at, one in enumerate(found) if one.pair[:1] == (public.trust,)), None)
    if moved is not None and (told := sides_finding(shown, found[moved].pair[-1], lang)):
        found.insert(moved + 1, told)
    last = (group_finding(shown, public.trust, lang), view_finding(shown, lang))
    return [*found, *(one for one in last if one)]


def sides_finding(shown: Published, wave: str, lang: Language) -> Finding | None:
    """Say which sides of trust have done what trust did since an earlier wave.

    None where trust is not called, where a side is not told since the same wave, and where one went
    the other way: which weighs more, no verdict says.
    """
    whole = shown.since(kinds.public().trust, wave)
    sides = {code: shown.since(code, wave) for code in sides_of_trust(shown)}
    verdicts = {code: one.verdict for code, one in sides.items() if one and one.shown}
    if whole is None or whole.verdict not in _CONTRARY or len(verdicts) < max(len(sides), 2):
        return None
    if _CONTRARY[whole.verdict] in verdicts.values():
        return None
    same = [code for code, verdict in verdicts.items() if verdict == whole.verdict]
    many = "all" if len(same) == len(sides) else "some" if same else "none"
    names = [
        inside(sentence_name(code, found.kind, found.title, lang))
        for code in same or sides
        if (found := shown.measure(code))
    ]
    values = {"names": listed(names, lang), "since": since_of(whole, lang)}
    return Finding(LEVEL, filled(_SIDES[whole.verdict, many], lang, values))


def view_finding(shown: Published, lang: Language) -> Finding | None:
    """Say how many know too little to have a view of everything; ``None`` where it is not shown.

    The share is of those who lack a score on at least one part of trust: their answers about the
    other parts count, so that more answers stand beside the index than have a view of it all.
    Publications judge no change of a share, so none is told.
    """
    view = shown.estimate(kinds.public().trust, AGENCY, "", "share", "view")
    if view is None or view.mean is None or view.low is None or view.high is None:
        return None
    values = {
        "share": percent(1 - view.mean, lang),
        "interval": percent_interval(1 - view.high, 1 - view.low, lang),
    }
    return Finding(LEVEL, filled(_NO_VIEW, lang, values))
