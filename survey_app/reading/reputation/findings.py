"""What the reputation page tells first, and reports, slides and letters with it."""

from __future__ import annotations

from typing import Final

from survey_app.reading import kinds
from survey_app.reading.findings import findings
from survey_app.reading.published import Published
from survey_app.reading.reputation.groups import group_finding
from survey_app.reading.rows import AGENCY
from survey_app.reading.sentences import LEVEL, Finding, filled
from survey_app.shared.i18n import N_, Language
from survey_app.shared.numbers import percent, percent_interval

MOST: Final = 3  # of changes; groups and views come after them
_NO_VIEW: Final = N_(
    "<b>%(share)s har ikke en mening om alle sider ved tilliten</b> (usikkerhet %(interval)s): De "
    "svarte «vet ikke» for ofte. Vi regner ikke ut om andelen har endret seg."
)


def reputation_findings(shown: Published, since: str, lang: Language) -> list[Finding]:
    """Tell trust's story first, then what has changed of it and the goals, groups, and no views.

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
    last = (group_finding(shown, public.trust, lang), view_finding(shown, lang))
    return [*found, *(one for one in last if one)]


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
