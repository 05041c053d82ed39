"""Signs that look like others, or like nothing, in texts that people read.

Two texts that look alike are not one for what names a measure (docs/adr/0088): its series would
break where nobody can see why. Nor are they one for a search or for who reads them aloud.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final
from unicodedata import bidirectional, category, name, normalize

LONGEST_WORD: Final = 40  # characters of a word that is told

# scripts that have letters in one shape; what others mix, as Japanese does, belongs together
_ALIKE: Final = frozenset({"LATIN", "CYRILLIC", "GREEK"})
# those that are read as Latin ones (UTS 39, confusables, of letters that keyboards have)
_CYRILLIC: Final = (
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408"
    "\u0405\u050c\u051a\u051c"
)
_GREEK: Final = (
    "\u03bf\u03b1\u03bd\u03c5\u03b9\u03ba\u03c1\u03c7\u0391\u0392\u0395\u0396\u0397\u0399"
    "\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
)
_OF_OTHERS: Final = _CYRILLIC + _GREEK
_AS_LATIN: Final = "aeopcyxijshdqwABEKMHOPCTYXIJSGQWoavuikpxABEZHIKMNOPTYX"
_READ_AS: Final = str.maketrans(_OF_OTHERS + "\u00b5", _AS_LATIN + "\u03bc")
# Greek letters that science writes alone, although they are read as Latin ones where they are not
_SIGNS: Final = frozenset("\u03b1\u03ba\u03c1\u03c7")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
# what is measured, of Greek and Latin letters: a millionth of a unit, ohms, differences and circles
_MEASURED: Final = re.compile(
    "\u03bc(?:[gmslLAVWFHMNTJC]|mol|Sv|Gy|Pa|Bq|Hz|bar)|[mkMGT\u00b5\u03bc]\u03a9"
    "|[\u0394\u03b4\u03c0][A-Za-z]"
)
# letters and marks with nothing to see in them, beside those of the category Cf
_BLANK: Final = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0]")


def odd_sign(text: str) -> tuple[str, str]:
    r"""Return the first word with a sign that looks like another, or like nothing, and that sign.

    Examples
    --------
    >>> [odd_sign(one)[1] for one in ("Min leder", "Min l\u0435der", "Pa\u030a jobb")]
    ['', 'U+0435', 'U+030A']
    """
    if text.isascii():
        return "", ""
    latin = any(_script(sign) == "LATIN" for sign in text)
    turned = any(bidirectional(sign) in {"R", "AL"} for sign in text)
    for word in text.split():
        sign = _alone(word) or _of_another_script(word, latin=latin)
        if not sign and not turned:
            sign = _unseen(word)
        if sign:
            return shortened(word), f"U+{ord(sign):04X}"
    return "", ""


def as_read(text: str) -> str:
    r"""Return a text so that what looks like it is the same: letters of one script, none unseen.

    Examples
    --------
    >>> as_read("L\u0435der\u200b") == as_read("Leder")
    True
    """
    if text.isascii():
        return text
    seen = "".join(one for one in _BLANK.sub("", text) if category(one) != "Cf")
    return normalize("NFC", seen).translate(_READ_AS)


def shortened(word: str) -> str:
    """Cut a word that would fill a page."""
    return word if len(word) <= LONGEST_WORD else f"{word[:LONGEST_WORD]}…"


def _alone(word: str) -> str:
    """Return a mark that stands beside its letter where one sign is both."""
    whole = normalize("NFC", word)
    if whole == word:
        return ""
    return next(
        (
            one
            for one in word
            if normalize("NFC", one) != one or (category(one) == "Mn" and one not in whole)
        ),
        word[0],
    )


def _of_another_script(word: str, *, latin: bool) -> str:
    """Return a letter that is read as a Latin one: beside Latin ones, or in a piece of such."""
    pieces = _LETTERS.findall(word)
    return next(filter(None, (_odd_letter(piece, latin=latin) for piece in pieces)), "")


def _odd_letter(piece: str, *, latin: bool) -> str:
    """Return the odd letter of a piece of a word: letters with nothing but letters between."""
    others = [sign for sign in piece if _script(sign) in _ALIKE - {"LATIN"}]
    if any(_script(sign) == "LATIN" for sign in piece):
        measured = _MEASURED.fullmatch(piece) or _is_seen(piece, others)
        return others[0] if others and not measured else ""
    alike = latin and piece not in _SIGNS and all(sign in _OF_OTHERS for sign in piece)
    return piece[0] if alike else ""


def _is_seen(piece: str, others: list[str]) -> bool:
    """Tell whether the other letters are small Greek ones among capitals, as in names of genes."""
    greek = all(sign.islower() and _script(sign) == "GREEK" for sign in others)
    return greek and all(sign.isupper() for sign in piece if sign not in others)


def _unseen(word: str) -> str:
    """Return a sign with nothing to see in it; scripts that join letters, and emoji, need some."""
    joined = any(category(one) == "So" or (one.isalpha() and not _script(one)) for one in word)
    unseen = (one for one in word if category(one) == "Cf" or _BLANK.match(one))
    return "" if joined else next(unseen, "")


@cache
def _script(sign: str) -> str:
    """Return the script of a letter, as its name begins; empty where it is none of `_ALIKE`."""
    script = name(sign, "").partition(" ")[0] if sign.isalpha() else ""
    return script if script in _ALIKE else ""
