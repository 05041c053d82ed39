"""From what a form holds to a locked ballot: checked, padded, sealed, with nobody's name in it."""

from __future__ import annotations

from questionnaires.answers import encode_answers, screened_out
from questionnaires.errors import AnswerError
from survey_app.answering.comment import comment_in
from survey_app.answering.fields import Fields
from survey_app.answering.remarks import words_of_remarks
from survey_app.answering.surveys import Survey
from survey_app.counting.urn.ballot import COMMENT_BYTES, Ballot
from survey_app.counting.urn.remarks import remarks_room
from survey_app.counting.urn.seal import SealedBallot, seal_ballot


def sealed_ballot(survey: Survey, fields: Fields, domain: str) -> SealedBallot | None:
    """Return the locked ballot; None when a code is none that the form offers whoever sent it.

    Parameters
    ----------
    fields : Fields
        Codes chosen, by item.
    domain : str
        What is stored of the unit; empty for the public.
    """
    questionnaire = survey.frozen
    try:
        answers = encode_answers(questionnaire, fields, arm=survey.arm)
        if survey.pilot:
            comment = words_of_remarks(questionnaire, fields)
        else:
            comment = comment_in(survey, fields)
    except AnswerError:
        return None
    # who is not in the population is counted and leaves no answers, in a row like any other
    if screened_out(questionnaire, fields):
        ballot = Ballot("", (), screened_out=True)
    else:
        ballot = Ballot(domain, answers, comment=comment)
    return seal_ballot(
        ballot,
        wave=survey.id,
        public_key=survey.public_key,
        size=survey.ballot_size,
        cover_key=survey.cover_key,
        room=remarks_room(len(questionnaire.items)) if survey.pilot else COMMENT_BYTES,
    )
