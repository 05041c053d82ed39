"""Names of items and codes of options as formats allow them: changed only where they must be."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from questionnaires.formats.left_out import LeftOut

# what XML 1.0 has no way to write
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class NameRule:
    """What a name may be made of: signs that go, what stands before a wrong beginning, length."""

    unwanted: re.Pattern[str]
    beginning: re.Pattern[str]
    before: str
    longest: int = 255


def allowed_names(
    names: Iterable[str], rule: NameRule, taken: Iterable[str] = ()
) -> Mapping[str, str]:
    """Give every name as the rule allows it, no two alike (letters' case does not part them).

    Parameters
    ----------
    names : iterable of str
    rule : NameRule
    taken : iterable of str
        Names that something else in the file has.

    Returns
    -------
    mapping of str to str
        In the order given. A name that is allowed already stays, whatever stands before it.
    """
    asked = list(dict.fromkeys(names))
    plain = {name: _plain(name, rule) for name in asked}
    used = {name.lower() for name in taken}
    found: dict[str, str] = {}
    for name in sorted(asked, key=lambda one: plain[one] != one):
        found[name] = next(one for one in _numbered(plain[name], rule) if one.lower() not in used)
        used.add(found[name].lower())
    return {name: found[name] for name in asked}


def _plain(name: str, rule: NameRule) -> str:
    kept = rule.unwanted.sub("", name)
    if not rule.beginning.match(kept):
        kept = rule.before + kept
    return kept[: rule.longest]


def _numbered(name: str, rule: NameRule) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield name[: rule.longest - len(str(number))] + str(number)
        number += 1


def renamed(names: Mapping[str, str]) -> Iterator[LeftOut]:
    """Name those that are called otherwise in the file."""
    for name, there in names.items():
        if name != there:
            yield LeftOut(name, "renamed", there)


def recoded(place: str, codes: Mapping[str, str]) -> Iterator[LeftOut]:
    """Name in one line the codes of a set of options that are written otherwise."""
    if differ := [f"{code} = {there}" for code, there in codes.items() if code != there]:
        yield LeftOut(place, "recoded", ", ".join(differ))


def for_xml(text: str) -> str:
    """Return a text without the signs that no XML file can hold."""
    return _NO_XML.sub("", text)
