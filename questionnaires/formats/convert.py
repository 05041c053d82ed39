"""Make somebody else's questionnaire an instrument of ours, and say what does not come along."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from questionnaires.formats.carried import CarriedBlock, CarriedInstrument, CarriedQuestion
from questionnaires.formats.filters_of import NamesInFile, filters_of
from questionnaires.formats.foreign import (
    UNNAMED,
    Foreign,
    ForeignItem,
    LeftBehind,
    after,
)
from questionnaires.formats.options_of import OptionSets
from questionnaires.formats.our_languages import our_languages
from questionnaires.formats.plain_text import short
from questionnaires.formats.sentences import (
    ForeignFileError,
    Refused,
    Said,
    What,
    Why,
)
from questionnaires.library import Library
from questionnaires.model import Condition, Population, Text
from questionnaires.parsing.options import WIDEST_RANGE

_KEY = re.compile(r"[a-z][a-z0-9]{1,29}")
_NAMED = 8  # in one sentence


def convert(
    foreign: Foreign,
    library: Library,
    *,
    key: str,
    source: str,
    population: Population = "staff",
    unnamed: str | None = None,
) -> CarriedInstrument:
    """Turn what a file holds into an instrument with one form.

    Parameters
    ----------
    foreign : Foreign
    library : Library
        The agency's content: its languages, and the sets of options that it has already.
    key : str
        What the instrument is called; see `instrument_key`.
    source : str
        The file's name, for the notes beside the instrument.
    population : {"staff", "public", "candidates", "stakeholders"}
    unnamed : str, optional
        The language of texts for which the file names none.

    Raises
    ------
    ForeignFileError
        If nothing of it can be carried over, or the key is taken.
    """
    _check_key(key, library)
    languages = our_languages(foreign, library.agency.styles, unnamed)
    return _Conversion(foreign, library, languages, key).carried(source, population)


def instrument_key(text: str) -> str:
    """Make a key of a title or a file's name: small letters and digits."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ø", "o").replace("æ", "ae"))
    found = re.sub(r"[^a-z0-9]", "", plain).lstrip("0123456789")[:20]
    return found if _KEY.fullmatch(found) else "importert"


def _check_key(key: str, library: Library) -> None:
    if not _KEY.fullmatch(key):
        raise ForeignFileError(Refused.KEY(key=short(key)))
    taken = {form.instrument for form in library.forms.values()} | set(library.forms)
    taken |= {name.split(".")[0] for name in (*library.items, *library.options)}
    taken |= {name.split(".")[0] for name in library.messages.keys}
    if key in taken | {"import"}:  # /questionnaires/import is a page
        raise ForeignFileError(Refused.TAKEN(key=key))


class _Conversion:
    def __init__(
        self, foreign: Foreign, library: Library, languages: Mapping[str, str], key: str
    ) -> None:
        self._foreign, self._key = foreign, key
        self._languages = languages
        self._sets = OptionSets(key, library.options)
        self._losses = list(foreign.losses)
        self._ours: dict[str, str] = {}
        self._codes: dict[str, Mapping[str, str]] = {}
        self._limit = [one.code for one in library.agency.styles]

    def carried(self, source: str, population: Population) -> CarriedInstrument:
        self._lost_languages()
        kept = [item for item in self._foreign.items if self._can_be(item)]
        if not kept:
            raise ForeignFileError(self._why_nothing())
        ids = _ids(self._key, [item.code for item in kept])
        items = []
        for item in kept:
            ends = item.ends and tuple(
                self._text(one) for one in (item.ends.low_label, item.ends.high_label)
            )
            labels = self._labels(item)
            options, codes = self._sets.of(item, labels, ends or ())
            # beside a row one answer of each kind of missing has a place
            for code in (one for one in labels if one not in codes):
                words = short(next(iter(labels[code].values()), code))
                self._lose(item, What.TEXT(text=words), Why.WIDTH(most=WIDEST_RANGE))
            for code in self._sets.counted(item, labels):
                words = short(next(iter(labels[code].values()), code))
                self._lose(item, What.NONE(text=words), Why.ONE_NONE())
            self._codes[item.code] = codes
            self._ours[item.code] = ids[item.code]
            items.append(self._item(item, options))
        named = NamesInFile(self._ours, self._codes, self._foreign.aliases)
        filtered = filters_of(kept, named)
        self._losses += filtered.losses
        items = [_asked_of(one, filtered.of[one.code]) for one in items]
        # a title in no language that is named stands in the first
        plain = self._foreign.title.get(UNNAMED, source)
        title = self._text(self._foreign.title) or {self._first: plain}
        return CarriedInstrument(
            self._key, source, population, title,
            tuple(code for code in self._limit if code in self._languages.values()),
            tuple(items), self._sets.new, tuple(self._sets.reused), self._blocks(items),
            filtered.screen_out, tuple(self._losses), self._languages,
        )  # fmt: skip

    @property
    def _first(self) -> str:
        return next(code for code in self._limit if code in self._languages.values())

    def _lost_languages(self) -> None:
        theirs = [name for name in self._foreign.languages if name not in self._languages]
        if theirs and not any(one in self._languages for one in self._foreign.languages):
            names = ", ".join(f"«{short(one)}»" for one in theirs if one != UNNAMED)
            raise ForeignFileError(Refused.LANGUAGES(names=names, ours=", ".join(self._limit)))
        for name in theirs:
            why = Why.LANGUAGES(languages=", ".join(self._limit))
            self._losses.append(LeftBehind("…", What.LANGUAGE(name=short(name)), why))

    def _can_be(self, item: ForeignItem) -> bool:
        ends = item.ends
        if ends is not None and not 0 <= ends.low < ends.high < ends.low + WIDEST_RANGE:
            what = What.NUMBERS(low=ends.low, high=ends.high)
            self._lose(item, what, Why.WIDTH(most=WIDEST_RANGE))
            return False
        if ends is None and len(item.options) < (1 if item.several else 2):
            self._lose(item, What.CHOICE(), Why.NOTHING())
            return False
        if not self._text(item.text):
            self._lose(item, What.WORDS(), Why.NO_WORDS())
            return False
        return True

    def _why_nothing(self) -> Said:
        wordless = [loss.place for loss in self._losses if loss.what == What.WORDS()]
        if wordless:
            return Refused.WORDLESS(codes=_some(wordless))
        kinds = [f"{short(kind)}: {count}" for kind, count in self._foreign.types.items()]
        return Refused.NOTHING(kinds=_some(kinds), most=WIDEST_RANGE)

    def _lose(self, item: ForeignItem, what: Said, why: Said) -> None:
        self._losses.append(LeftBehind(item.place, what, why))

    def _text(self, text: Text) -> Text:
        found = {
            self._languages[name]: one for name, one in text.items() if name in self._languages
        }
        return {code: found[code] for code in self._limit if code in found}

    def _labels(self, item: ForeignItem) -> Mapping[str, Text]:
        found = {}
        for option in item.options:
            label = self._text(option.label)
            if not label:
                self._lose(item, What.ANSWER(code=short(option.code)), Why.NO_WORDS())
            found[option.code] = label
        return found

    def _item(self, item: ForeignItem, options: str) -> CarriedQuestion:
        presentation = "checkbox" if item.several else "select" if item.dropdown else "radio"
        sets = {one.id: one for one in self._sets.new}
        if options in sets and sets[options].scale:
            presentation = "radio"
        return CarriedQuestion(
            self._ours[item.code], options, presentation, (), self._text(item.text),
            self._text(item.help), item.code, self._text(item.note),
        )  # fmt: skip

    def _blocks(self, carried: list[CarriedQuestion]) -> tuple[CarriedBlock, ...]:
        sets = {one.id: one.options for one in carried}
        found = []
        for block in self._foreign.blocks:
            items = [self._ours[item.code] for item in block.items if item.code in self._ours]
            if items:
                stem = self._sets.stem({sets[one] for one in items})
                intro = _without(self._text(block.intro), stem)
                found.append(CarriedBlock(intro, tuple(items)))
            elif block.intro:
                words = short(next(iter(block.intro.values())))
                self._losses.append(LeftBehind("…", What.TEXT(text=words), Why.NO_QUESTION()))
        return tuple(found)


def _asked_of(item: CarriedQuestion, conditions: tuple[Condition, ...]) -> CarriedQuestion:
    """Give a question its filter; who is to answer is said beside it where there is none."""
    if conditions:
        return replace(item, filter=conditions)
    return replace(item, help=after(item.note, item.help), note={})


def _without(intro: Text, stem: Text) -> Text:
    """Take out of the text before questions what stands over them with the agency's own answers."""
    if not stem or not all(
        one in stem and (text.startswith(stem[one]) or text.endswith(stem[one]))
        for one, text in intro.items()
    ):
        return intro
    rest = {
        one: text.removeprefix(stem[one]).removesuffix(stem[one]).strip()
        for one, text in intro.items()
    }
    return {one: text for one, text in rest.items() if text}


def _some(names: list[str]) -> str:
    """List the first of some names."""
    return ", ".join(names[:_NAMED] + ["…"] * (len(names) > _NAMED))


def _ids(key: str, codes: list[str]) -> dict[str, str]:
    """Name items by the codes of the file, in small letters; numbered where two would be alike."""
    found: dict[str, str] = {}
    for code in codes:
        plain = unicodedata.normalize("NFKD", code.casefold())
        name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40] or "q"
        number, free = 1, f"{key}.{name}"
        while free in found.values():
            number += 1
            free = f"{key}.{name}_{number}"
        found[code] = free
    return found
