"""Why a comparison is not one: sentences about items that a group reads otherwise than the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from survey_app.reading.names import own
from survey_app.shared.i18n import N_, Language, quoted, translator
from survey_app.shared.numbers import decimal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from survey_app.reading.published import Published
    from survey_app.reading.rows import Domain, ShiftRow

_HIGHER: Final = N_(
    "Spørsmålet %(item)s kan bety noe annet i gruppen %(group)s enn ellers: Tallet er "
    "%(points)s poeng høyere enn hos andre som ellers svarer likt."
)
_LOWER: Final = N_(
    "Spørsmålet %(item)s kan bety noe annet i gruppen %(group)s enn ellers: Tallet er "
    "%(points)s poeng lavere enn hos andre som ellers svarer likt."
)
_UNLIKE_TYPES: Final = N_(
    "Spørsmålene bak %(measure)s virker ikke likt i alle typer enheter. Derfor kan enhetene ikke "
    "sammenlignes på dette målet."
)
_UNLIKE_AGES: Final = N_(
    "Spørsmålene bak %(measure)s virker ikke likt i alle aldersgrupper. Derfor kan aldersgruppene "
    "ikke sammenlignes på dette målet."
)


def shift_sentence(published: Published, shift: ShiftRow, lang: Language) -> str:
    """Say which question a group may read otherwise, and by how much."""
    place = next(
        (d for d in published.domains if (d.level, d.code) == (shift.level, shift.group)), None
    )
    measure = published.measure(shift.item)
    values = {
        "item": quoted(own(measure.title, lang).rstrip(".") if measure else shift.item, lang),
        "group": quoted(own(place.name, lang) if place else shift.group, lang),
        "points": decimal(abs(shift.points), lang, 0),
    }
    return translator(lang).gettext(_HIGHER if shift.points > 0 else _LOWER) % values


def sentences_of(
    published: Published, codes: Sequence[str], places: Sequence[Domain], lang: Language
) -> tuple[str, ...]:
    """Give the reasons why some of these places cannot be compared on some of these measures."""
    found = [
        shift for code in codes for place in places for shift in published.shifted(code, place)
    ]
    return (
        *(shift_sentence(published, shift, lang) for shift in dict.fromkeys(found)),
        *unlike_sentences(published, codes, places, lang),
    )


def unlike_sentences(
    published: Published, codes: Iterable[str], places: Sequence[Domain], lang: Language
) -> Iterator[str]:
    """Say on which of these measures groups cannot be held beside one another at all."""
    for code in codes:
        measure = published.measure(code)
        unlike = [place for place in places if published.comparability.unlike_groups(code, place)]
        if measure and unlike:
            yield _unlike_sentence(measure.title, unlike[0], lang)


def _unlike_sentence(title: Mapping[str, str], place: Domain, lang: Language) -> str:
    pattern = _UNLIKE_AGES if place.level == "group" else _UNLIKE_TYPES
    return translator(lang).gettext(pattern) % {"measure": quoted(own(title, lang), lang)}
