"""What is said of a statement whose items were changed: where it stops, and where it goes on.

Its change is that of all its items since one wave. Of those that stayed alone it would be another
figure than the level beside it; how far that one moved by the words of the rest, only a wave that
asks both can tell (docs/adr/0088). Where one did, the change leads over it (docs/adr/0091).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.publications.breaks import REDIRECTED, UNKNOWN
from survey_app.publications.links import NONE
from survey_app.reading.names import own
from survey_app.shared.i18n import Language, translator
from survey_app.shared.numbers import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from survey_app.reading.published import Published


def parted_note(
    shown: Published, items: Sequence[str], order: Sequence[str], lang: Language
) -> str:
    """Say since when not all items of a statement are asked as they were in their first wave.

    Parameters
    ----------
    shown : Published
        The publication that tells the statement's level.
    items : sequence of str
        Those that its level is made of.
    order : sequence of str
        Keys of the waves of its series, oldest first.
    lang : str

    Returns
    -------
    str
        A sentence about those that were changed last; empty where every item has one series from
        its first wave on, or it is not known what was asked.
    """
    begun = [(wave, why) for item in items for wave, why in _begins(shown, item) if wave in order]
    if not begun:
        return ""
    latest = max((wave for wave, _ in begun), key=order.index)
    why = [one for wave, one in begun if wave == latest]
    say, one = translator(lang), len(items) == 1
    if set(why) == {REDIRECTED}:
        told = (
            say.gettext(
                "Hvem som får spørsmålet, ble endret %(in)s. Utsagnet kan ikke sammenlignes med "
                "før."
            )
            if one
            else say.gettext(
                "Hvem som får %(n)s av %(of)s spørsmål, ble endret %(in)s. Utsagnet kan ikke "
                "sammenlignes med før."
            )
        )
    elif one:
        told = say.gettext("Spørsmålet ble endret %(in)s. Utsagnet kan ikke sammenlignes med før.")
    else:
        told = say.ngettext(
            "%(n)s av %(of)s spørsmål ble endret %(in)s. Utsagnet kan ikke sammenlignes med før.",
            "%(n)s av %(of)s spørsmål ble endret %(in)s. Utsagnet kan ikke sammenlignes med før.",
            len(why),
        )
    return told % {"in": _when(shown, latest, lang), "n": len(why), "of": len(items)}


def led_note(
    shown: Published, items: Sequence[str], order: Sequence[str], since: str, lang: Language
) -> str:
    """Say over which waves that asked both a statement's change leads.

    Parameters
    ----------
    shown, items, order, lang
        As for `parted_note`.
    since : str
        Key of the wave that the change is told from.

    Returns
    -------
    str
        A sentence; empty where every item was asked then as it is now.
    """
    later = order[order.index(since) + 1 :] if since in order else []
    over = [
        row
        for row in shown.content.get("links", ())
        if row["measure"] in items and row["method"] != NONE and row["wave"] in later
    ]
    if not over:
        return ""
    waves = sorted({row["wave"] for row in over}, key=order.index)
    when = listed([_when(shown, wave, lang) for wave in waves], lang)
    changed = len({row["measure"] for row in over})
    say = translator(lang)
    if len(items) == 1:
        told = say.gettext(
            "Spørsmålet ble endret %(in)s. Det ble stilt på begge måter, og virkningen er regnet "
            "inn."
        )
        return told % {"in": when}
    pattern = say.ngettext(
        "%(n)s av %(of)s spørsmål ble endret %(in)s. Det ble stilt på begge måter, og virkningen "
        "er regnet inn.",
        "%(n)s av %(of)s spørsmål ble endret %(in)s. De ble stilt på begge måter, og virkningen "
        "er regnet inn.",
        changed,
    )
    return pattern % {"n": changed, "of": len(items), "in": when}


def _when(shown: Published, wave: str, lang: Language) -> str:
    here = shown.content["wave"]
    words = here["labels"] if wave == here["key"] else shown.words_for(wave)
    return own(words["in"], lang)


def _begins(shown: Published, item: str) -> Iterator[tuple[str, str]]:
    """Name the wave since which an item can be compared, where that is not its first, and why."""
    rows = [row for row in shown.content.get("breaks", ()) if row["measure"] == item]
    unlike = {wave for row in rows for wave in row["waves"]}
    if not rows or rows[0]["before"] not in unlike or any(row["why"] == UNKNOWN for row in rows):
        return
    yield from [(row["since"], row["why"]) for row in rows if row["since"] not in unlike][:1]
