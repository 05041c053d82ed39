"""The fields for a remark on each question, in pilots alone."""

from __future__ import annotations

from collections.abc import Mapping

from questionnaires.errors import AnswerError
from questionnaires.model import Questionnaire
from survey_app.answering.comment import LONGEST_UNIT, tidied
from survey_app.answering.fields import Fields, single
from survey_app.counting.urn.remarks import LONGEST, LONGEST_IN_ALL, length_of, packed_remarks

FIELD = "remark."


def remarks_in(questionnaire: Questionnaire, fields: Fields) -> dict[str, str]:
    """Return what was written about questions, tidied, by item; what is empty is left out.

    Raises
    ------
    AnswerError
        If one is longer than its field lets anybody write.
    """
    found = {}
    for item in questionnaire.items:
        text = " ".join(tidied(single(fields, FIELD + item.id)).split())
        if length_of(text) > LONGEST:
            raise AnswerError(item.id, "the remark is longer than the field")
        if text:
            found[item.id] = text
    return found


def remarks_too_long(remarks: Mapping[str, str]) -> bool:
    """Tell whether remarks are longer in all than a ballot has room for."""
    return sum(map(length_of, remarks.values())) > LONGEST_IN_ALL


def words_of_remarks(questionnaire: Questionnaire, fields: Fields) -> str:
    """Return all remarks as the words of a ballot.

    Raises
    ------
    AnswerError
        If they do not fit.
    """
    remarks = remarks_in(questionnaire, fields)
    if remarks_too_long(remarks):
        raise AnswerError(FIELD, "the remarks are longer than a ballot")
    return packed_remarks(remarks, [item.id for item in questionnaire.items])


def longest_remarks(questionnaire: Questionnaire) -> int:
    """Return the characters that the longest remarks add to what is sent."""
    names = sum(len(f"&{FIELD}{item.id}=") for item in questionnaire.items)
    return names + LONGEST_UNIT * LONGEST_IN_ALL
