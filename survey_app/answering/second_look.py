"""What a form is asked about before it is taken; it comes back as it was filled in.

An open survey takes neither an empty form nor one that another site had a browser send. A personal
link takes an empty one, which is somebody's right, but asks first: it opens no form afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request

from questionnaires.errors import AnswerError
from survey_app.answering.comment import FIELD
from survey_app.answering.fields import Fields, single
from survey_app.answering.remarks import remarks_in, remarks_too_long
from survey_app.answering.surveys import Survey
from survey_app.shared.hosts import host_in
from survey_app.shared.i18n import N_

BLANK = "blank"  # pressed by whoever means to send nothing but that
FOREIGN = N_(
    "Skjemaet ble sendt fra en annen side enn denne, så ingenting er sendt inn. Se over svarene og"
    " send inn herfra."
)
EMPTY = N_("Du har ikke svart på noe ennå, så ingenting er sendt inn.")
TRAPPED = N_(
    "Et felt som skal stå tomt, var fylt ut, så ingenting er sendt inn. Nå er det tømt. Se over"
    " svarene og send inn igjen."
)
STALE = N_(
    "Skjemaet har stått åpent lenge, eller det kom fra et annet sted enn denne siden, så ingenting"
    " er sendt inn. Se over svarene og send inn igjen."
)
HASTY = N_(
    "Skjemaet kom tilbake raskere enn noen rekker å lese det, så ingenting er sendt inn ennå. Se"
    " over svarene og send inn igjen."
)
CROWDED = N_(
    "Det kommer uvanlig mange svar fra nettet du bruker, så ingenting er sendt inn ennå. Svarene"
    " står her fortsatt. Vent et minutt og send inn igjen."
)
RUSHED = N_(
    "Det kommer uvanlig mange svar akkurat nå, så ingenting er sendt inn ennå. Svarene står her"
    " fortsatt. Vent et minutt og send inn igjen."
)
MEANT = N_("Du har ikke svart på noe. Vil du sende inn likevel? Da kan du ikke svare en gang til.")
CONTRADICTED = N_("Noen av svarene passer ikke sammen, så ingenting er sendt inn ennå. Se over:")

WORDY = N_(
    "Du har skrevet mer i merknadene enn vi har plass til, så ingenting er sendt inn ennå. Kort dem"
    " ned til 2000 tegn i alt og send inn igjen."
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a form comes back: a sentence, the items it is about, and the status of the reply."""

    sentence: str
    items: tuple[str, ...] = ()
    status: int = 422


def doubt_about(survey: Survey, fields: Fields) -> Doubt | None:
    """Return what to ask about a form that was sent; ``None`` where there is nothing."""
    wrong = survey.library().contradicted(survey.questionnaire, fields)
    if wrong:
        return Doubt(CONTRADICTED, wrong)
    if survey.pilot and _is_wordy(survey, fields):
        return Doubt(WORDY)
    if _says_something(survey, fields) or (survey.invited and single(fields, BLANK)):
        return None
    return Doubt(MEANT if survey.invited else EMPTY)


def is_foreign(request: Request[Any, Any, Any]) -> bool:
    """Tell whether another site had the browser send this form.

    Browsers of today say so over https themselves. The others name the site; of a page that tells
    nobody where it was, such as ours, they say ``null``, which proves nothing.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("origin", "null")
    here = request.headers.get("host", "").lower()
    return origin != "null" and host_in(origin).lower() != here


def _says_something(survey: Survey, fields: Fields) -> bool:
    asked = [item.id for item in survey.questionnaire.items]
    chosen = any(code for item in asked for code in fields.get(item, ()))
    if survey.pilot:
        return chosen or bool(remarks_in(survey.questionnaire, fields))
    return chosen or bool(survey.comment and single(fields, FIELD).strip())


def _is_wordy(survey: Survey, fields: Fields) -> bool:
    try:
        return remarks_too_long(remarks_in(survey.questionnaire, fields))
    except AnswerError:  # more than the field takes: no browser sent it
        return True
