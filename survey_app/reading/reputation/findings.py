"""What the reputation page tells first, and reports, slides and letters with it."""

from __future__ import annotations

from typing import Final

from survey_app.reading import kinds
from survey_app.reading.findings import findings
from survey_app.reading.published import AGENCY, Change, Published
from survey_app.reading.reputation.groups import group_finding
from survey_app.reading.sentences import LEVEL, Finding, all_steady_finding, filled
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import percent, percent_interval

MOST: Final = 5
_NO_VIEW: Final = N_(
    "<b>%(share)s har ingen mening</b> (usikkerhet %(interval)s). De svarte «vet ikke» på så mange "
    "av spørsmålene om tillit at de ikke får et tall. Vi regner ikke ut om andelen har endret seg."
)


def reputation_findings(shown: Published, since: str, lang: Language) -> list[Finding]:
    """Tell trust's story first, then what has changed of the goals, groups, and who has no view.

    Parameters
    ----------
    shown : Published
    since : str
        Key of the earlier wave that the reader chose; empty for the previous one.
    lang : str
    """
    public = kinds.public()
    found = findings(shown, (public.trust,), lang, most=2, since=since)
    found += _of_goals(shown, since, lang)
    found.sort(key=lambda one: not one.clear)
    last = [
        one for one in (group_finding(shown, public.trust, lang), view_finding(shown, lang)) if one
    ]
    return [*found[: MOST - len(last)], *last]


def view_finding(shown: Published, lang: Language) -> Finding | None:
    """Say how many know too little to have a view; ``None`` where it is not shown.

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


def _of_goals(shown: Published, since: str, lang: Language) -> list[Finding]:
    """Tell what has changed of the goals, and of all at once where none has.

    The goal that is nearly trust itself is told of with all others only: it would tell trust's
    story twice.
    """
    public = kinds.public()
    goals = public.goals
    latest = [change for code in goals if (change := _change(shown, code, since)) and change.shown]
    if not latest:
        return []
    steady = all_steady_finding(translator(lang).gettext("Omdømmemålene"), latest, lang)
    others = [code for code in goals if code != public.trust_goal and _change(shown, code, since)]
    found = findings(shown, others, lang, since=since, path=False) if others else []
    if steady is None:
        return found
    return [*(one for one in found if one.sign in {"up", "down"}), steady]


def _change(shown: Published, code: str, since: str) -> Change | None:
    return shown.since(code, since) if since else shown.change(code, AGENCY, "", "previous")
