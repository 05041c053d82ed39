"""Sets of response options for what a file offers: those that the agency has, else new ones."""

import re
from collections.abc import Collection, Iterable, Mapping

from questionnaires.formats.carried import CarriedOptions
from questionnaires.formats.foreign import Ends, ForeignItem, ForeignOption
from questionnaires.model import (
    AGREE_CODE,
    DISAGREE_CODE,
    NOT_APPLICABLE_CODE,
    PREFER_NOT_CODE,
    Option,
    ResponseOptions,
    Text,
)
from questionnaires.parsing.options import WIDEST_RANGE

_CODE = re.compile(r"[A-Za-z0-9_-]{1,30}")
_WHOLE = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"[A-Za-z]{0,3}0*(\d{1,4})")
# what figures call answers that are missing, and the two sides of a scale
_TAKEN = frozenset({NOT_APPLICABLE_CODE, PREFER_NOT_CODE, AGREE_CODE, DISAGREE_CODE})
_PARTS = re.compile(r"\s*/\s*|\s*,\s+eller\s+")

type Missing = Mapping[str, str]


class OptionSets:
    """Gives each item a set, the same to items that offer the same."""

    def __init__(self, prefix: str, known: Mapping[str, ResponseOptions]) -> None:
        self._prefix = prefix
        self._known = known
        self._missing = _words_for_missing(known.values())
        self._new: dict[object, CarriedOptions] = {}
        self._codes: dict[object, tuple[str, Mapping[str, str]]] = {}
        self.reused: dict[str, None] = {}

    @property
    def new(self) -> tuple[CarriedOptions, ...]:
        """The sets that the agency does not have."""
        return tuple(self._new.values())

    def of(
        self, item: ForeignItem, labels: Mapping[str, Text], ends: tuple[Text, ...]
    ) -> tuple[str, Mapping[str, str]]:
        """Return the set of an item and our code for each code of the file.

        Parameters
        ----------
        item : ForeignItem
        labels : mapping of str to Text
            The words of each option in our languages, by the file's code.
        ends : tuple of Text
            Those at the low and the high end of a row of numbers; empty where it is none.
        """
        words = tuple((code, tuple(sorted(text.items()))) for code, text in labels.items())
        at_ends = tuple(tuple(sorted(text.items())) for text in ends)
        row = item.ends and (item.ends.low, item.ends.high)
        key = (item.several, item.graded, row, at_ends, words)
        if key not in self._codes:
            self._codes[key] = (
                self._row(key, item.ends, ends, self._apart(item, labels))
                if item.ends
                else self._made(key, item, labels)
            )
        return self._codes[key]

    def counted(self, item: ForeignItem, labels: Mapping[str, Text]) -> tuple[str, ...]:
        """Give the file's codes of answers that stand for none, and count as one in a new set.

        A set has one answer of each kind of missing; what stands beside it in the same sense does
        not get lost, and has a value.
        """
        if item.several or item.ends or self._same(item, labels):
            return ()
        made = _options(item, labels, self._missing)
        return tuple(
            one.code
            for one in item.options
            if made[one.code].missing is None and _kind(one, labels[one.code], self._missing)
        )

    def stem(self, names: Collection[str]) -> Text:
        """Return what stands over questions with the one set of the agency's that they all have."""
        known = [self._known[one].stem for one in names if one in self._known]
        return (known[0] or {}) if len(names) == len(known) == 1 else {}

    def _apart(self, item: ForeignItem, labels: Mapping[str, Text]) -> Mapping[str, Option]:
        found = _options(item, labels, self._missing)
        return {code: option for code, option in found.items() if option.missing}

    def _row(
        self, key: object, row: Ends, ends: tuple[Text, ...], apart: Mapping[str, Option]
    ) -> tuple[str, Mapping[str, str]]:
        """Give a row of numbers with words at its ends, and what is offered apart from it."""
        numbers = [str(number) for number in range(row.low, row.high + 1)]
        words = [one.label for one in apart.values()]
        for known in self._known.values():
            rest = [one.label for one in known.options if one.value is None]
            if (
                [one.code for one in known.options if one.value is not None] == numbers
                and all(map(_alike, ends, (known.low_label or {}, known.high_label or {})))
                and len(rest) == len(words)
                and all(map(_alike, words, rest))
            ):
                self.reused[known.id] = None
                theirs = (*numbers, *apart)
                return known.id, dict(zip(theirs, (one.code for one in known.options), strict=True))
        name = f"{self._prefix}.{len(self._new) + 1}"
        low, high = (one or None for one in ends)
        options = tuple(apart.values())
        self._new[key] = CarriedOptions(name, True, options, (row.low, row.high), low, high)
        ours = {code: option.code for code, option in apart.items()}
        return name, {**{one: one for one in numbers}, **ours}

    def _made(
        self, key: object, item: ForeignItem, labels: Mapping[str, Text]
    ) -> tuple[str, Mapping[str, str]]:
        name = f"{self._prefix}.{len(self._new) + 1}"
        if known := self._same(item, labels):
            self.reused[known.id] = None
            pairs = zip(item.options, known.options, strict=True)
            return known.id, {theirs.code: ours.code for theirs, ours in pairs}
        options = _options(item, labels, self._missing)
        if not item.several and (row := _row(options.values())):
            return name, self._numbers(key, name, row, options)
        self._new[key] = CarriedOptions(name, item.graded, tuple(options.values()))
        return name, {code: option.code for code, option in options.items()}

    def _numbers(
        self, key: object, name: str, row: tuple[int, int], options: Mapping[str, Option]
    ) -> Mapping[str, str]:
        missing = tuple(option for option in options.values() if option.missing)
        self._new[key] = CarriedOptions(name, True, missing, row)
        return {
            code: option.code if option.missing else next(iter(option.label.values()))
            for code, option in options.items()
        }

    def _same(self, item: ForeignItem, labels: Mapping[str, Text]) -> ResponseOptions | None:
        """Find a set whose words are the same, in the same order, in every language of both."""
        for known in self._known.values():
            if len(known.options) != len(item.options) or known.low_label or known.high_label:
                continue
            if item.several and known.kind == "scale":
                continue
            pairs = zip(item.options, known.options, strict=True)
            if all(_alike(labels[theirs.code], ours.label) for theirs, ours in pairs):
                return known
        return None


def _row(options: Iterable[Option]) -> tuple[int, int] | None:
    """Return the ends of a row of whole numbers, where the words of the answers are just that."""
    words = [set(option.label.values()) for option in options if not option.missing]
    numbers = [word for one in words for word in one if _WHOLE.fullmatch(word)]
    if len(numbers) != len(words) or any(len(one) != 1 for one in words):
        return None
    row = [int(number) for number in numbers]
    low = row[0]
    plain = [str(number) for number in range(low, low + len(row))]
    return (low, row[-1]) if numbers == plain and 1 < len(row) <= WIDEST_RANGE else None


def _alike(one: Text, other: Text) -> bool:
    shared = one.keys() & other.keys()
    return bool(shared) and all(_plain(one[name]) == _plain(other[name]) for name in shared)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split()).strip(" .")


def _words_for_missing(sets: Iterable[ResponseOptions]) -> Missing:
    """Gather what the agency itself writes for «do not know» and «would rather not answer»."""
    found: dict[str, str] = {}
    for options in sets:
        for option in (one for one in options.options if one.missing):
            for label in option.label.values():
                for part in (label, *_PARTS.split(label)):
                    found[_plain(part)] = str(option.missing)
    return found


def _options(item: ForeignItem, labels: Mapping[str, Text], words: Missing) -> dict[str, Option]:
    """Give codes and values; what stands for a missing answer comes last, as everywhere."""
    missing: dict[str, str] = {}
    options = item.options
    for option in () if item.several else options:
        kind = _kind(option, labels[option.code], words)
        if kind and kind not in missing.values():
            missing[option.code] = kind
    real = [one.code for one in options if one.code not in missing]
    if not real:
        real, missing = [one.code for one in options], {}
    values = _values({one.code: one.number or one.code for one in options if one.code in real})
    codes = _codes(real, values)
    found = {code: Option(codes[code], values[code], None, labels[code]) for code in real}
    for code, kind in missing.items():
        ours = "vi" if kind == "not_applicable" else "vs"
        kept = "not_applicable" if kind == "not_applicable" else "prefer_not"
        found[code] = Option(ours, None, kept, labels[code])  # type: ignore[arg-type] # two words
    return found


def _kind(option: ForeignOption, label: Text, words: Missing) -> str | None:
    """Tell for which kind of missing an answer stands, by the file or by its words."""
    kinds = {words.get(_plain(text)) for text in label.values()}
    return option.missing or (kinds.pop() if len(kinds) == 1 else None)


def _values(stored: Mapping[str, str]) -> dict[str, int]:
    """Take the number in what is stored (1, A2, x03) where all have their own, else count."""
    matches = [_NUMBER.fullmatch(one) for one in stored.values()]
    numbers = [int(one[1]) for one in matches if one]
    letters = {one.rstrip("0123456789") for one in stored.values()}
    if len(set(numbers)) == len(stored) and len(letters) == 1:
        return dict(zip(stored, numbers, strict=True))
    return {code: number for number, code in enumerate(stored, 1)}


def _codes(codes: list[str], values: Mapping[str, int]) -> dict[str, str]:
    if all(_CODE.fullmatch(code) for code in codes) and not _TAKEN & set(codes):
        return {code: code for code in codes}
    return {code: str(values[code]) for code in codes}
