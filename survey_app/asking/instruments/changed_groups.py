"""What a question in other words does to the groups that its answers make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from questionnaires.loader import load_library
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language, translator

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDED: Final = N_(
    "Svarene deler befolkningen i grupper (%(groups)s). Gruppene før og etter kan ikke "
    "sammenlignes, og kurvene deres brytes."
)


def sentences_of_groups(item: str, lang: Language) -> Iterator[str]:
    """Say of a question that was put otherwise which groups are other people from then on.

    Whom answers are weighted by, a register knows: they are the same (docs/adr/0221).
    """
    for one in load_library().background.variables.values():
        if one.item == item and not one.weighted:
            title = in_language(one.title, lang)
            yield translator(lang).gettext(_ENDED) % {"groups": title[:1].lower() + title[1:]}
