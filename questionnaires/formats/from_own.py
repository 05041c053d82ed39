"""Read a questionnaire from its own file (`to_toml`), as one that was made elsewhere.

It comes from another installation or an earlier day: its words, answers and conditions come along.
Statements, scales and indices are those of the agency that asked, and a person adds their own.
"""

from collections.abc import Iterator

from questionnaires.canonical import UnreadableError
from questionnaires.formats.conditions import Compared, Expression, Joined, both, negated
from questionnaires.formats.foreign import Ends, Foreign, ForeignItem, ForeignOption, Reading
from questionnaires.formats.halves import newest_words
from questionnaires.formats.left_out import LeftOut
from questionnaires.formats.outline import languages_of
from questionnaires.formats.sentences import ForeignFileError, Refused, What, Why
from questionnaires.formats.to_toml import WasChangedError, from_toml
from questionnaires.model import Condition, Item, Questionnaire, ResponseOptions, Text

NAME = "Verdibarometer"


def read_own(content: bytes) -> Foreign:
    """Read what `to_toml` wrote.

    Parameters
    ----------
    content : bytes

    Raises
    ------
    ForeignFileError
        If it is no such file; one sentence says why.
    """
    try:
        asked = from_toml(content)
    except WasChangedError:
        raise ForeignFileError(Refused.CHANGED()) from None
    except UnreadableError:
        raise ForeignFileError(Refused.NOT_THIS(format=NAME)) from None
    if not _fits_together(asked):
        raise ForeignFileError(Refused.NOT_THIS(format=NAME))
    asked, halves = newest_words(asked)
    reading = Reading(NAME)
    _lose_parts(halves, reading)
    _lose_meaning(asked, reading)
    unless_ended: Expression | None = None
    ends = asked.form.screen_out
    for block in asked.form.blocks:
        items = []
        for name in block.items:
            items.append(_item(asked, asked.item(name), unless_ended, block.stem or {}, reading))
            if ends and name == ends.item:
                unless_ended = negated(_expression(ends))
        reading.block(reading.text(block.intro or {}, asked.form.id), items)
    return reading.done(reading.text(asked.form.title, asked.form.id), list(languages_of(asked)))


def _fits_together(asked: Questionnaire) -> bool:
    """Tell whether everything that is named is there."""
    known = {item.id: item for item in asked.items}
    conditions = [one for item in asked.items for one in item.filter]
    if asked.form.screen_out:
        conditions.append(asked.form.screen_out)
    return (
        all(item.options in asked.options for item in asked.items)
        and all(one.item in known and one.codes for one in conditions)
        and sorted(asked.form.items) == sorted(item.id for item in asked.items)
    )


def _lose_parts(lost: tuple[LeftOut, ...], reading: Reading) -> None:
    for one in lost:
        if one.what == "module":
            reading.lose(one.place, What.NAMED(name=one.detail), Why.MODULES())
        else:
            reading.lose(one.place, What.NAMED(name="@1"), Why.HALVES())


def _lose_meaning(asked: Questionnaire, reading: Reading) -> None:
    for item in asked.items:
        if item.statements:
            reading.lose(item.id, What.NAMED(name=", ".join(item.statements)), Why.OWN())
        for name in ("core", "reversed", "sensitivity"):
            if getattr(item, name):
                reading.lose(item.id, What.NAMED(name=name), Why.OWN())
        if item.purpose != "measure":
            reading.lose(item.id, What.NAMED(name=f'purpose = "{item.purpose}"'), Why.OWN())
    for code in (*(one.code for one in asked.scales), *(one.code for one in asked.indices)):
        reading.lose("…", What.NAMED(name=code), Why.OWN())
    if asked.form.help:
        reading.lose(asked.form.id, What.NAMED(name="help"), Why.MESSAGES())


def _item(
    asked: Questionnaire,
    item: Item,
    unless_ended: Expression | None,
    stem: Text,
    reading: Reading,
) -> ForeignItem:
    reading.question(item.presentation)
    options = asked.option_set(item)
    condition = unless_ended
    for one in item.filter:
        condition = both(condition, _expression(one))
    reading.conditions += condition is not None
    return ForeignItem(
        code=item.id,
        place=item.id,
        text=reading.text(item.text, item.id),
        help=reading.text(item.help or {}, item.id),
        options=tuple(
            ForeignOption(
                one.code,
                reading.text(one.label, item.id),
                "" if one.value is None else str(one.value),
                one.missing,
            )
            for one in options.options
        ),
        ends=_ends(options, item.id, reading),
        several=item.presentation == "checkbox",
        graded=options.kind == "scale",
        dropdown=item.presentation == "select",
        condition=condition,
        above=reading.text(stem, item.id),
        note=reading.text(item.note or {}, item.id),
    )


def _ends(options: ResponseOptions, place: str, reading: Reading) -> Ends | None:
    """Take a row of numbers that has words at its ends alone."""
    if not (options.low_label or options.high_label):
        return None
    low, high = (reading.text(one or {}, place) for one in (options.low_label, options.high_label))
    return Ends(options.values[0], options.values[-1], low, high)


def _expression(condition: Condition) -> Expression:
    parts = tuple(_compared(condition))
    return Joined(condition.negate, parts) if len(parts) > 1 else parts[0]


def _compared(condition: Condition) -> Iterator[Compared]:
    for code in condition.codes:
        yield Compared(condition.item, "!=" if condition.negate else "=", code)
