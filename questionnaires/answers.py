"""From the fields of a form to the stored integers, and back.

No value answered is ever in an error, and nothing here keeps a language, a time or an order.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from questionnaires.errors import AnswerError
from questionnaires.model import (
    NOT_ANSWERED,
    NOT_ASKED,
    Condition,
    Item,
    Questionnaire,
    ResponseOptions,
)
from questionnaires.parts import in_part, part_numbers, part_of_items, part_places, parts_asked

CHOSEN, NOT_CHOSEN = 1, 0  # stored for each option of a checkbox item

type Fields = Mapping[str, Sequence[str]]


def encode_answers(q: Questionnaire, fields: Fields, *, arm: int | None = None) -> tuple[int, ...]:
    """Turn a submitted form into stored integers.

    Parameters
    ----------
    q : Questionnaire
        What was asked.
    fields : mapping of str to sequence of str
        Codes chosen, by item id. An item that is absent, or whose only code is empty, was left
        blank. Other fields of the page are ignored.
    arm : int, optional
        Which half or module was asked, of a questionnaire of which not everybody is asked the same
        (`questionnaires.parts`).

    Returns
    -------
    tuple of int, shape (n_columns,)
        In the order of ``q.columns``. An option with a value stores it; `vi` and `vs` store their
        kind of missing; blank is `NOT_ANSWERED`, excluded by a filter `NOT_ASKED`, whatever was
        filled in. A checkbox item stores 1 or 0 for each option; when nothing is chosen all are
        `NOT_ANSWERED`, and when only `vs` is, the others take its kind of missing. What another
        half or module is asked is `NOT_ASKED`.

    Raises
    ------
    AnswerError
        If a code is unknown, several are given where one can be chosen, something is answered
        that only another half or module is asked, or it is not told which one was asked.

    Notes
    -----
    Filters look at the whole submission, since some look at questions further down. A blank
    question contradicts nothing: ``any_of`` on it excludes (no channel was named), ``none_of`` does
    not (nobody has said to be retired).
    """
    sheet = _sheet_of(q)
    chosen = {one.id: _codes(one, fields) for one in sheet.items}
    if sheet.parts and arm not in sheet.parts:
        raise AnswerError(
            q.form.id, "not everybody is asked the same; it is not told which part this is"
        )
    if sheet.part_of and (foreign := _foreign(sheet, chosen, arm)):
        raise AnswerError(foreign, "only others are asked this")
    own = sheet.own[arm if sheet.parts else None]
    values: list[int] = []
    for one in sheet.items:
        values += _values(one, chosen) if one.id in own else one.not_asked
    return tuple(values)


def decode_answers(q: Questionnaire, values: Sequence[int]) -> dict[str, tuple[str, ...]]:
    """Turn stored integers back into the codes chosen, and make sure that they can be answers.

    Parameters
    ----------
    q : Questionnaire
    values : sequence of int, shape (n_columns,)

    Returns
    -------
    dict of str to tuple of str
        By item id; empty when the item was left blank or not asked.

    Raises
    ------
    AnswerError
        If the values are too few or too many, or are none that `encode_answers` could give.
    """
    if len(values) != len(q.columns):
        raise AnswerError(q.form.id, f"{len(values)} values stand where {len(q.columns)} belong")
    fields = {item.id: _chosen(q, item, part) for item, part in _parts(q, values)}
    places = part_places(q)
    arm = next(iter((*parts_asked(places, values), *places)), None)
    expected = encode_answers(q, fields, arm=arm)
    for (item, part), (_, correct) in zip(_parts(q, values), _parts(q, expected), strict=True):
        if tuple(part) != tuple(correct):
            raise AnswerError(item.id, "the stored value is none that can be answered")
    return fields


def screened_out(q: Questionnaire, fields: Fields) -> bool:
    """Tell whether the answers end the survey: the person is not in the population."""
    return q.form.screen_out is not None and _holds(q.form.screen_out, fields)


def asked(q: Questionnaire, values: Sequence[int]) -> tuple[str, ...]:
    """Name the items that were asked of this person, in order."""
    return tuple(item.id for item, part in _parts(q, values) if part[0] != NOT_ASKED)


def answered_share(q: Questionnaire, values: Sequence[int]) -> float:
    """Give the share of the questions asked that were answered.

    Returns
    -------
    float
        From 0 to 1. "Don't know" and "prefer not to answer" are answers. From 0.8 the response is
        complete, from 0.5 partial (instruments 5.5, after AAPOR's Standard Definitions).
    """
    marks = [part[0] for _, part in _parts(q, values) if part[0] != NOT_ASKED]
    return sum(mark != NOT_ANSWERED for mark in marks) / len(marks) if marks else 0.0


@dataclass(frozen=True, slots=True)
class _Line:
    """What encoding needs to know of an item."""

    id: str
    several: bool
    options: ResponseOptions
    stored: Mapping[str, tuple[int, ...]]
    """What a single choice stores, by code."""
    filter: tuple[Condition, ...]
    not_answered: tuple[int, ...]
    not_asked: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What encoding needs to know of a questionnaire; the same for everybody who answers it."""

    items: tuple[_Line, ...]
    parts: tuple[int, ...]
    part_of: Mapping[str, int]
    own: Mapping[int | None, frozenset[str]]
    """The items that each part is asked; of None what is asked where there are no parts."""


# by identity: a questionnaire is read once and answered by thousands, and its hash is all of it
_sheets: dict[int, tuple[Questionnaire, _Sheet]] = {}
_MOST_SHEETS = 64


def _sheet_of(q: Questionnaire) -> _Sheet:
    kept = _sheets.get(id(q))
    if kept is not None and kept[0] is q:
        return kept[1]
    if len(_sheets) >= _MOST_SHEETS:
        _sheets.clear()
    _, sheet = _sheets[id(q)] = q, _sheet(q)
    return sheet


def _sheet(q: Questionnaire) -> _Sheet:
    parts = part_numbers(q)
    # of a questionnaire without parts, None is asked everything
    own = {number: frozenset(in_part(q, number)) for number in parts or (None,)}
    return _Sheet(tuple(_line(q, item) for item in q.items), parts, part_of_items(q), own)


def _line(q: Questionnaire, item: Item) -> _Line:
    options, width = q.option_set(item), len(q.item_columns(item))
    return _Line(
        item.id,
        item.presentation == "checkbox",
        options,
        {option.code: (option.stored,) for option in options.options},
        item.filter,
        (NOT_ANSWERED,) * width,
        (NOT_ASKED,) * width,
    )


def _foreign(sheet: _Sheet, chosen: Fields, arm: int | None) -> str:
    """Name the first item that was answered and that only others are asked."""
    of = sheet.part_of
    return next((name for name in chosen if chosen[name] and of.get(name, arm) != arm), "")


def _codes(line: _Line, fields: Fields) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(code for code in fields.get(line.id, ()) if code))
    for code in codes:
        if code not in line.stored:
            raise AnswerError(line.id, "the code is not one of those offered")
    if len(codes) > 1 and not line.several:
        raise AnswerError(line.id, "several codes are given where one can be chosen")
    return codes


def _values(line: _Line, chosen: Fields) -> tuple[int, ...]:
    codes = chosen[line.id]
    if line.filter and not all(_holds(condition, chosen) for condition in line.filter):
        return line.not_asked
    if not codes:
        return line.not_answered
    return _marks(line.options, codes) if line.several else line.stored[codes[0]]


def _marks(options: ResponseOptions, codes: Sequence[str]) -> tuple[int, ...]:
    picked = [option for option in options.options if option.code in codes]
    only_missing = all(option.missing is not None for option in picked)
    others = picked[0].stored if only_missing else NOT_CHOSEN
    return tuple(CHOSEN if option in picked else others for option in options.options)


def _holds(condition: Condition, fields: Fields) -> bool:
    chosen = any(code in condition.codes for code in fields.get(condition.item, ()))
    return chosen != condition.negate


def _parts(q: Questionnaire, values: Sequence[int]) -> Iterator[tuple[Item, Sequence[int]]]:
    """Cut the values into those of each item."""
    start = 0
    for item in q.items:
        end = start + len(q.item_columns(item))
        yield item, values[start:end]
        start = end


def _chosen(q: Questionnaire, item: Item, part: Sequence[int]) -> tuple[str, ...]:
    options = q.option_set(item).options
    if item.presentation == "checkbox":
        marked = zip(options, part, strict=True)
        return tuple(option.code for option, mark in marked if mark == CHOSEN)
    return tuple(option.code for option in options if option.stored == part[0])
