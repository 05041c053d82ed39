"""Filters of ours for the conditions of a file, and the answer that ends the form, if one does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from questionnaires.formats.conditions import Chosen, filters
from questionnaires.formats.foreign import ForeignItem, LeftBehind
from questionnaires.formats.plain_text import short
from questionnaires.formats.sentences import NotSaidError, Said, What, Why
from questionnaires.model import Condition

# fewer questions after one may each depend on it without the form ending there
LEAST_AFTER_THE_END = 3


@dataclass(frozen=True, slots=True)
class NamesInFile:
    """What the items of a file are called: by our id, by our code of each of its answers."""

    ours: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]
    aliases: Mapping[str, tuple[str, str | None]]

    def find(self, name: str, _: str) -> tuple[str, tuple[str, ...], str | None]:
        """Find what a condition calls by a name; see `conditions.filters`."""
        code, option = self.aliases.get(name, (name, None))
        if code not in self.ours:
            raise NotSaidError(Why.NOT_CARRIED(name=short(name)))
        return code, tuple(self.codes[code]), option

    def condition(self, one: Chosen, *, negate: bool) -> Condition:
        """Say a condition by our names."""
        ours = self.codes[one.item]
        codes = tuple(ours[code] for code in ours if code in one.codes)
        return Condition(self.ours[one.item], codes, negate)


@dataclass(frozen=True, slots=True)
class Filters:
    """The filter of each item by its code in the file, what ends the form, and what is lost."""

    of: Mapping[str, tuple[Condition, ...]]
    screen_out: Condition | None
    losses: tuple[LeftBehind, ...]


def filters_of(items: Sequence[ForeignItem], named: NamesInFile) -> Filters:
    """Turn conditions into filters, where filters say exactly the same.

    Where everything after a question is asked only of those who did not choose some answer of it,
    that answer ends the form. What is left looks at no question that has a filter itself.
    """
    said: dict[str, tuple[Chosen, ...]] = {}
    lost: dict[str, Said] = {}
    for item in items:
        try:
            found = filters(item.condition, named.find) if item.condition is not None else ()
            said[item.code] = tuple(dict.fromkeys(found))
        except NotSaidError as error:
            said[item.code], lost[item.code] = (), error.said
    end = _end(items, said)
    if end is not None:
        said = {code: tuple(one for one in every if one != end) for code, every in said.items()}
    for code, every in list(said.items()):
        if chained := next((one for one in every if said[one.item]), None):
            said[code] = ()
            lost[code] = Why.CHAIN(name=short(chained.item))
    return Filters(
        {
            code: tuple(named.condition(one, negate=one.negate) for one in every)
            for code, every in said.items()
        },
        named.condition(end, negate=False) if end is not None else None,
        tuple(
            LeftBehind(item.place, What.CONDITION(text=item.code), lost[item.code])
            for item in items
            if item.code in lost
        ),
    )


def _end(items: Sequence[ForeignItem], said: Mapping[str, tuple[Chosen, ...]]) -> Chosen | None:
    codes = [item.code for item in items]
    last = said[codes[-1]] if codes else ()
    for one in (one for one in last if one.negate):
        after = codes[codes.index(one.item) + 1 :]
        if len(after) >= LEAST_AFTER_THE_END and all(one in said[code] for code in after):
            return one
    return None
