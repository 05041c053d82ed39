"""With which earlier wave a page compares: what may be chosen, and what each choice is called.

Without a choice every measure is compared with the previous wave that asked it. All others are
waves of the path of a measure (`survey_app.reading.published.Published.since`), so that whatever is
chosen, the same pair of waves has one figure and one verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from survey_app.reading.broken import broken_note
from survey_app.reading.names import own
from survey_app.reading.rows import AGENCY
from survey_app.shared.i18n import N_, Language, translator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from survey_app.reading.published import Published
    from survey_app.reading.rows import Change

_PREVIOUS: Final = N_("Forrige måling: %(wave)s")
_YEAR: Final = N_("samme tid i fjor")
_LOWEST: Final = N_("lavest")
_HIGHEST: Final = N_("høyest")
_FIRST: Final = N_("første")
_REFUSED: Final = N_("Endringen siden målingen du valgte, kan ikke vises.")
_ENOUGH: Final = 3  # earlier waves, before one of them is the lowest or the highest


@dataclass(frozen=True, slots=True)
class Comparison:
    """A wave that the page compares with, empty for the previous one, and all that may be chosen.

    ``options`` are pairs of value and text, the previous wave first, then from the newest back.
    ``refused`` says why the wave that the address names is none of them, where its words were
    others. ``told`` is its key where the page compares with it or says why not, else empty: that
    it is not there is said then.
    """

    since: str
    options: tuple[tuple[str, str], ...]
    refused: str = ""
    told: str = ""


def compared_with(
    published: Published, code: str, wanted: str | None, lang: Language
) -> Comparison:
    """Lay out the choice for a page.

    Parameters
    ----------
    published : Published
    code : str
        The measure that the page is about: its path tells which waves there are.
    wanted : str or None
        Key of a wave, from the address; another than the options have is the previous one.
    lang : str
    """
    known = _known(published, code)
    before = published.change(code, AGENCY, "", "previous")
    options = []
    if before is not None and before.shown:
        named = {"wave": _name(published, before, lang)}
        options.append(("", translator(lang).gettext(_PREVIOUS) % named))
    options += [
        (change.since, _told(published, change, known, lang))
        for change in reversed(known)
        if not (before is not None and before.shown and change.since == before.since)
    ]
    if not wanted:
        return Comparison("", tuple(options))
    if wanted in dict(options):
        return Comparison(wanted, tuple(options), told=wanted)
    if before is not None and before.shown and wanted == before.since:
        # chosen beside a later wave: it is the previous one of this
        return Comparison("", tuple(options), told=wanted)
    refused = _refused(published, code, wanted, lang)
    return Comparison("", tuple(options), refused, wanted if refused else "")


def _refused(published: Published, code: str, wanted: str, lang: Language) -> str:
    """Say why nothing is compared with a wave that asked otherwise; empty of any other."""
    note = broken_note(published, code, wanted, lang)
    return f"{translator(lang).gettext(_REFUSED)} {note}" if note else ""


def _known(published: Published, code: str) -> list[Change]:
    """Find the changes to this wave that have a figure, from the earliest wave on."""
    changes = [published.change(code, AGENCY, "", role) for role in ("first", "previous")]
    waves = [
        *(step.since for step in published.path(code) if not step.leg),
        *(change.since for change in changes if change),
    ]
    found = (published.since(code, wave) for wave in dict.fromkeys(waves))
    return [change for change in found if change is not None and change.shown]


def _told(published: Published, change: Change, known: list[Change], lang: Language) -> str:
    roles = [translator(lang).gettext(role) for role in _roles(published, change, known)]
    name = _name(published, change, lang)
    return f"{name} ({', '.join(roles)})" if roles else name


def _roles(published: Published, change: Change, known: list[Change]) -> Iterator[str]:
    """Name what a wave is, by the figures that are shown when it is chosen."""
    season = next((one.since for one in published.path(change.measure) if one.role == "year"), "")
    if change.since == season:
        yield _YEAR
    if len(known) >= _ENOUGH:
        # the larger the rise since a wave, the lower it lay; of two that lay alike it is neither
        rises = [one.difference or 0.0 for one in known]
        rise = change.difference or 0.0
        alone = rises.count(rise) == 1
        if alone and rise == max(rises):
            yield _LOWEST
        if alone and rise == min(rises):
            yield _HIGHEST
    if change.role == "first":
        yield _FIRST


def _name(published: Published, change: Change, lang: Language) -> str:
    words = published.words_for(change.since) or change.since_labels
    named = words.get("name")
    return own(named, lang) if named else change.since
