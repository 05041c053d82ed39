"""Of whom a question was asked, where not of everybody: in the words of its form.

A question with a condition is answered by some of those who got the form. Its figure is theirs, and
nobody can read it rightly who is not told so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from survey_app.reading.names import own
from survey_app.reading.strategy_text import library
from survey_app.shared.i18n import N_, Language, quoted, translator

if TYPE_CHECKING:
    from questionnaires.model import Item
    from survey_app.reading.published import Published

_TOLD: Final = N_("Ikke alle skulle svare. I skjemaet sto det: %(note)s")


def whom_it_was_for(shown: Published, code: str, lang: Language) -> str:
    """Say that a question was for some alone, as its form told them; empty where it was for all.

    Parameters
    ----------
    shown : Published
    code : str
        Of a measure; of a scale or index, nothing is said.
    lang : Language
    """
    measure = shown.measures.get(code)
    if measure is None or measure.kind != "item":
        return ""
    if code in library().unfiltered.get(shown.content.get("form", ""), ()):
        return ""
    item = _as_asked(code, measure.version)
    if item is None or not item.filter or not item.note:
        return ""
    return translator(lang).gettext(_TOLD) % {"note": quoted(own(item.note, lang), lang)}


def _as_asked(code: str, number: int) -> Item | None:
    """Find an item in the wording that has this number; publications of before name none."""
    known = library()
    if not number:
        return known.items.get(code)
    versions = (one for numbered in known.versions.values() for one in numbered.values())
    held = (one.items[code] for one in versions if code in one.items)
    return next((item for item in held if item.version == number), None)
