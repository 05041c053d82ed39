"""Why figures were corrected or taken back: in the words of whoever did it, whatever is read.

They are told in one sentence, which is written in the first language of the agency: readers of
another are told so, and programs that read pages aloud where it begins and ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Self

from markupsafe import Markup, escape

from survey_app.shared.i18n import N_, Language, first_language, text_direction, translator
from survey_app.shared.numbers import language_name

_WRITTEN: Final = N_("(Begrunnelsen er skrevet på %(language)s.)")


class ToldWhy(str):
    """A sentence with a reason in it; on a page the reason is marked with its language."""

    __slots__ = ("_marked",)
    _marked: Markup

    def __new__(cls, text: str, marked: Markup | None = None) -> Self:
        """Make it of what files and mails say, and of what pages do."""
        made = super().__new__(cls, text)
        made._marked = escape(text) if marked is None else marked
        return made

    def __html__(self) -> str:
        """Return it for a page."""
        return str(self._marked)

    def followed_by(self, text: str) -> ToldWhy:
        """Return it with another sentence behind."""
        return ToldWhy(f"{self} {text}", self._marked + " " + text)


def tell_why(sentence: str, values: Mapping[str, str], reason: str, lang: Language) -> ToldWhy:
    """Fill a sentence with ``%(reason)s`` and other values.

    Examples
    --------
    >>> tell_why("Taken back: %(reason)s", {}, "Vektene var feil.", first_language())
    'Taken back: Vektene var feil.'
    """
    own = first_language()
    if lang == own:
        return ToldWhy(sentence % {**values, "reason": reason})
    note = translator(lang).gettext(_WRITTEN) % {"language": language_name(own, lang)}
    way = Markup("")
    if text_direction(own) != text_direction(lang):
        way = Markup(' dir="{}"').format(text_direction(own))
    marked = Markup('<span lang="{}"{}>{}</span> {}').format(own, way, reason, note)
    return ToldWhy(
        sentence % {**values, "reason": f"{reason} {note}"},
        escape(sentence) % {**values, "reason": marked},
    )
