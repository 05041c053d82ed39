"""What stood behind each measure of a wave, whether its publication says so or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from questionnaires.canonical import UnreadableError
from questionnaires.halves import asked_now
from questionnaires.model import Questionnaire
from survey_app.publications.breaks import says_what_was_asked
from survey_app.publications.read_rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survey_app.publications.breaks import Asked

_known: dict[str, Asked] = {}


async def asked_by(heads: Sequence[Mapping[str, Any]]) -> list[Asked]:
    """Return what each publication's wave asked.

    Parameters
    ----------
    heads : sequence of mapping
        Publications' heads, in the present format.

    Returns
    -------
    list of Asked
        By code of a measure; of one that is not known the identity is empty. Until format 5 the
        wave's questionnaire, which was laid beside its publication, tells.
    """
    silent = {head["questionnaire"] for head in heads if not says_what_was_asked(head["measures"])}
    await _read(silent - _known.keys())
    return [_asked(head) for head in heads]


def _asked(head: Mapping[str, Any]) -> Asked:
    if says_what_was_asked(head["measures"]):
        return {row["code"]: row["identity"] for row in head["measures"]}
    known = _known.get(head["questionnaire"], {})
    return {row["code"]: known.get(row["code"], {}) for row in head["measures"]}


async def _read(names: set[str]) -> None:
    if not names:
        return
    rows = await read_rows(
        "SELECT questionnaire, content FROM publications.asked WHERE questionnaire = ANY({})",
        sorted(names),
    )
    for row in rows:
        try:
            _known[row["questionnaire"]] = asked_now(Questionnaire.from_json(bytes(row["content"])))
        except UnreadableError:
            # what cannot be read is not known, and compared with nothing
            _known[row["questionnaire"]] = {}
