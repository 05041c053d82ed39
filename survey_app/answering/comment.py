"""The one field for words, last in the form, in waves that say why they ask."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from questionnaires.errors import AnswerError
from survey_app.answering.fields import Fields, single
from survey_app.answering.surveys import Survey, in_language
from survey_app.counting.urn.ballot import COMMENT_LENGTH
from survey_app.shared.i18n import Language

FIELD = "comment"
# marks of ours, and what no keyboard types
_UNWANTED = re.compile(r"[⟦⟧\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u200b-\u200f\u2028-\u202e\ufeff]")
# three bytes of UTF-8, each three characters in a form (%E2); in JSON it is six at most (\u001f)
_LONGEST_UNIT = 9


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
        reason=in_language(dict(survey.comment), language),
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
    lines = single(fields, FIELD).replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", _UNWANTED.sub("", lines)).strip()
    if len(text.encode("utf-16-le")) // 2 > COMMENT_LENGTH:
        raise AnswerError(FIELD, "the comment is longer than the field")
    return text


def longest_comment(survey: Survey) -> int:
    """Return the characters that the longest comment adds to what is sent; 0 without the field."""
    return len(f'&{FIELD}="":[],') + _LONGEST_UNIT * COMMENT_LENGTH if survey.comment else 0
