"""Which of the agency's languages a file means by the names that it gives to languages."""

import re
from collections.abc import Sequence

from babel.core import get_global

from questionnaires.formats.foreign import UNNAMED, Foreign
from questionnaires.languages import LanguageStyle

_IN_BRACKETS = re.compile(r"\(([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)\)\s*$")
_CODE = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{1,8})*", re.IGNORECASE)


def our_languages(
    foreign: Foreign, styles: Sequence[LanguageStyle], unnamed: str | None
) -> dict[str, str]:
    """Match names of languages with the agency's.

    Parameters
    ----------
    foreign : Foreign
    styles : sequence of LanguageStyle
    unnamed : str, optional
        The agency's code of the language of texts for which the file names none; when not given,
        the agency's first that the file does not name.

    Returns
    -------
    dict of str to str
        The agency's code by the file's name; a language that the agency has not is left out.
    """
    found: dict[str, str] = {}
    for name in foreign.languages:
        code = _code(name, styles) if name != UNNAMED else None
        if code is not None and code not in found.values():
            found[name] = code
    if UNNAMED in foreign.languages:
        free = [one.code for one in styles if one.code not in found.values()]
        plain = unnamed or next(iter(free), None)
        if plain in free:
            found[UNNAMED] = plain
    return found


def _code(name: str, styles: Sequence[LanguageStyle]) -> str | None:
    bracketed = _IN_BRACKETS.search(name)
    tag = (bracketed[1] if bracketed else name).strip()
    if _CODE.fullmatch(tag):
        primary = re.split("[-_]", tag.casefold())[0]
        short = get_global("language_aliases").get(primary, primary)  # three letters for two
        for one in styles:
            if one.code in {primary, short}:
                return one.code
        # a name for all of a country's ways of writing means the one that comes first here
        country = f"_{short.upper()}"
        return next((one.code for one in styles if one.locale.endswith(country)), None)
    plain = name.strip().casefold()
    return next((one.code for one in styles if one.name.casefold() == plain), None)
