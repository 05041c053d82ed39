"""A name for the exact answers of a wave that says nothing of their order."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from survey_app.counting.responses.rows import written_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from survey_app.counting.responses.rows import AnswerRows, Answers

SALT_BYTES: Final = 32


def response_set_hash(rows: AnswerRows | Iterable[Answers], *, salt: bytes) -> str:
    """Hash domain and answers of all responses, in the order of their content.

    Parameters
    ----------
    rows : iterable of (domain, answers)
        As stored.
    salt : bytes
        Random, kept with the responses and deleted with them. The hash is published: without a
        salt, those who know all answers of a small wave but one could try out that one.

    Returns
    -------
    str
        ``sha256:`` and 64 hexadecimal digits; the same for the same answers in any order.
    """
    digest = hashlib.sha256(salt)
    for line in written_lines(rows):
        digest.update(line.encode())
    return f"sha256:{digest.hexdigest()}"
