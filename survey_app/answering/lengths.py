"""How long a form is on its way, so that no length tells what was answered.

Whoever watches the network between a browser and us sees how many bytes go each way.
"""

from __future__ import annotations

from collections.abc import Iterable

from questionnaires.model import Questionnaire
from survey_app.answering.reply import Page

_MARKED = 16  # bytes of `checked` or `selected`, and the space beside it
_WRONG = 1024  # bytes of what stands at a question whose answers exclude each other, in HTML
_SAID = 4096  # bytes of why a form comes back


def request_size(questionnaire: Questionnaire, groups: Iterable[str] = ()) -> int:
    """Return the bytes of the longest answers anybody can send, as a form or as a ballot.

    The script pads all to it: whoever sees encrypted traffic on the way must not tell from its
    length how much was answered, nor in which of the key ``groups``.
    """
    form, ballot = len("lang=nb&pad="), len("{}") + max(map(len, groups), default=0)
    for item in questionnaire.items:
        codes = [option.code for option in questionnaire.option_set(item).options]
        several = item.presentation == "checkbox"
        chosen = codes if several else [max(codes, key=len)]
        length = sum(map(len, chosen))
        form += (len(item.id) + len("&=")) * len(chosen) + length
        ballot += len(item.id) + len('"":[],') + len('"",') * len(chosen) + length
    return max(form, ballot)


def in_one_length(html: str, blank: Page, questionnaire: Questionnaire, words: int) -> Page:
    """Return a form that comes back filled in, as long as any of its kind.

    It goes as it is: how far a page can be compressed depends on which answers are marked in it.

    Parameters
    ----------
    html : str
    blank : Page
        The form before anything is filled in.
    questionnaire : Questionnaire
    words : int
        Bytes of the longest words that may be written in it.
    """
    marks = sum(
        _MARKED * len(questionnaire.option_set(item).options)
        + (_WRONG if item.presentation == "checkbox" else 0)
        for item in questionnaire.items
    )
    filled = html.encode()
    return Page(filled.ljust(len(blank.plain) + _SAID + marks + words), None)
