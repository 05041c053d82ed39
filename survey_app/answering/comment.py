"""The one field for words, last in the form, in waves that say why they ask."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from questionnaires.errors import AnswerError
from survey_app.answering.fields import Fields, single
from survey_app.answering.surveys import Survey
from survey_app.counting.urn.ballot import COMMENT_LENGTH
from survey_app.shared.agency import in_language
from survey_app.shared.form_text import clean
from survey_app.shared.i18n import Language
from survey_app.shared.unseen import without_unseen

FIELD = "comment"
# marks of ours, and the other letters that show nothing: fillers, joiners, variation selectors
_UNWANTED = re.compile(
    r"[⟦⟧\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    r"\U000e0100-\U000e01ef]"
)
# three bytes of UTF-8, each three characters in a form (%E2); in JSON it is six at most (\u001f)
LONGEST_UNIT = 9


@dataclass(frozen=True, slots=True)
class CommentField:
    """The field, and what its texts say: why, how long, and from how many comments are kept."""

    name: str
    reason: str
    written: str
    longest: int
    at_least: int


def comment_field(survey: Survey, language: Language, fields: Fields) -> CommentField | None:
    """Return the field with what was written in it; None where the wave gives no reason to ask."""
    if not survey.comment:
        return None
    return CommentField(
        name=FIELD,
        reason=in_language(survey.comment, language),
        written=single(fields, FIELD),
        longest=COMMENT_LENGTH,
        at_least=survey.comments_from,
    )


def comment_in(survey: Survey, fields: Fields) -> str:
    """Return the comment, tidied; empty where none was written or none is asked for.

    Raises
    ------
    AnswerError
        If it is longer than the field lets anybody write.
    """
    if not survey.comment:
        return ""
    text = tidied(single(fields, FIELD))
    if len(text.encode("utf-16-le")) // 2 > COMMENT_LENGTH:
        raise AnswerError(FIELD, "the comment is longer than the field")
    return text


def tidied(written: str) -> str:
    """Leave what can be seen, with ordinary spaces: how somebody sets text points at them too."""
    # a name with a sign in it that nobody sees is no name to a rule
    return clean(unicodedata.normalize("NFC", _UNWANTED.sub("", without_unseen(written))))


def longest_comment(survey: Survey) -> int:
    """Return the characters that the longest comment adds to what is sent; 0 without the field."""
    return len(f'&{FIELD}="":[],') + LONGEST_UNIT * COMMENT_LENGTH if survey.comment else 0
