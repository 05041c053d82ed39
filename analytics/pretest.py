"""What a pilot tells about its questions, and about nobody who answered them.

No figure here is of what people answered: shares of those who left something out, did not know or
gave one answer to a whole block, and how well the items of a scale agree. How many were asked an
item with a filter is how many gave an answer: it stays open there, too, whether they were fewer
than k, or all but fewer than k.

Source: instruments.md 4.2; docs/methods.md, "Pretest"; docs/adr/0140.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from analytics.frames import check_answers
from analytics.scale_quality.reliability import judge_scale
from analytics.scoring import is_scored, item_scores
from questionnaires.model import NOT_ANSWERED, NOT_APPLICABLE, NOT_ASKED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from analytics.arrays import Booleans
    from questionnaires.model import Block, Item, Questionnaire

STEPS: Final = 20  # shares are told on as many; on half as many of `WIDE` times k or fewer
WIDE: Final = 4
# Groups are of 10, 20, 50 or 100 people: what begins one above says of none that all answered.
BANDS: Final = (2, 4, 10, 20)  # times k: the most answers that each band but the last is told of
GRID: Final = 3  # fewest questions of a block in which one answer to all says anything
SCALE_ANSWERS: Final = 2  # times k: behind a reliability there are more
REACHED: Final = (0.0, 0.5, 0.7, 0.8)  # a reliability is told as the last of these below it

type Told = Literal["share", "few", "most", "minority", "majority", "hidden"]


@dataclass(frozen=True, slots=True)
class ToldShare:
    """A share as far as it may be told.

    ``share`` has a value of 0-1; ``few`` and ``most`` say that fewer than k did, or did not. Of 2k
    who were asked or fewer it is only said whether they were fewer than half (``minority``) or not
    (``majority``). ``hidden``: fewer than k were asked, or by
    a filter all but fewer than k.
    """

    told: Told
    value: float | None = None


@dataclass(frozen=True, slots=True)
class TriedItem:
    """An item: who was asked and left it out, and who answered "don't know".

    ``dont_know`` is a share of those who answered; None where that was not offered.
    """

    item: str
    left_out: ToldShare
    dont_know: ToldShare | None


@dataclass(frozen=True, slots=True)
class TriedGrid:
    """A block of items with the same answers, and who gave one answer to all of them.

    ``turned``: some of the items are worded the other way, so that such answers contradict
    themselves.
    """

    items: tuple[str, ...]
    same: ToldShare
    turned: bool


@dataclass(frozen=True, slots=True)
class TriedScale:
    """How well the items of a scale agree; None where it cannot be told.

    Each is the highest of `REACHED` that the coefficient reaches. With two decimals, whoever filled
    in all forms but one read most of the last one's answers out of them.
    """

    scale: str
    items: tuple[str, ...]
    alpha: float | None
    omega: float | None


@dataclass(frozen=True, slots=True)
class Pretest:
    """What is told of a pilot; between ``at_least`` and ``below`` people answered.

    ``below`` is None in the highest band. ``margin`` is how far a share of everybody may lie from
    one of the fewest answers in the band, at worst and with 95 % confidence.
    """

    at_least: int
    below: int | None
    margin: float
    items: tuple[TriedItem, ...]
    grids: tuple[TriedGrid, ...]
    scales: tuple[TriedScale, ...]


def pretest(
    answers: pd.DataFrame, questionnaire: Questionnaire, *, minimum_group: int
) -> Pretest | None:
    """Say what a pilot tells about its questions.

    Parameters
    ----------
    answers : DataFrame of int, shape (n_respondents, n_columns)
        Stored codes, in the columns of the questionnaire.
    questionnaire : Questionnaire
    minimum_group : int
        k: no share of fewer, and none that leaves fewer over.

    Returns
    -------
    Pretest or None
        None where fewer than k answered.

    Raises
    ------
    FrameError
        If a column is missing.
    """
    if len(answers) < minimum_group:
        return None
    answers = check_answers(answers, questionnaire.columns)
    at_least, below = band(len(answers), minimum_group)
    return Pretest(
        at_least,
        below,
        round(1.96 * (0.25 / at_least) ** 0.5, 2),
        tuple(_item(one, answers, questionnaire, minimum_group) for one in questionnaire.items),
        tuple(_grids(answers, questionnaire, minimum_group)),
        tuple(_scales(answers, questionnaire, minimum_group)),
    )


def band(n: int, minimum_group: int) -> tuple[int, int | None]:
    """Return the fewest answers that are told of, and the next number that would be told instead.

    Whoever wrote to eight people would know by an exact eight that all of them answered.

    Examples
    --------
    >>> band(12, 5), band(300, 5)
    ((11, 21), (101, None))
    """
    edges = [minimum_group, *(times * minimum_group + 1 for times in BANDS)]
    reached = [edge for edge in edges if n >= edge]
    return reached[-1], (edges[len(reached)] if len(reached) < len(edges) else None)


def told_share(count: int, base: int, minimum_group: int) -> ToldShare:
    """Tell a share where at least k are in it and at least k are not.

    Whatever is told, several counts would be told alike, and of several bases in a band: neither
    nobody nor everybody is named. Of 20, 5 are the only quarter in steps of five points.

    Examples
    --------
    >>> told_share(6, 20, 5), told_share(2, 20, 5).told, told_share(3, 10, 5).told
    (ToldShare(told='share', value=0.3), 'few', 'minority')
    """
    if base < minimum_group:
        return ToldShare("hidden")
    if base <= 2 * minimum_group:
        return ToldShare("minority" if 2 * count < base else "majority")
    if count < minimum_group:
        return ToldShare("few")
    if base - count < minimum_group:
        return ToldShare("most")
    steps = STEPS if base > WIDE * minimum_group else STEPS // 2
    return ToldShare("share", round(_nearest(count, base, steps) / steps, 2))


def _nearest(count: int, base: int, steps: int) -> int:
    """Return the nearest step, of two the one nearer to a half: 5 of 20 is told as 5 of 19 is."""
    ahead = 2 * count * steps
    if 2 * count < base:
        return (ahead + base) // (2 * base)
    return -((base - ahead) // (2 * base))


def _item(
    item: Item, answers: pd.DataFrame, questionnaire: Questionnaire, minimum_group: int
) -> TriedItem:
    codes = answers[list(questionnaire.item_columns(item))].to_numpy()
    asked = (codes != NOT_ASKED).all(axis=1)
    blank = (codes == NOT_ANSWERED).all(axis=1)
    answered = asked & ~blank
    options = questionnaire.option_set(item).options
    offered = any(option.missing == "not_applicable" for option in options)
    if _names_a_filter([item], asked, minimum_group):
        return TriedItem(item.id, ToldShare("hidden"), ToldShare("hidden") if offered else None)
    unknown = answered & (codes == NOT_APPLICABLE).any(axis=1)
    return TriedItem(
        item.id,
        told_share(_count(blank), _count(asked), minimum_group),
        told_share(_count(unknown), _count(answered), minimum_group) if offered else None,
    )


def _names_a_filter(items: Sequence[Item], asked: Booleans, minimum_group: int) -> bool:
    """Tell whether a figure would say that nearly everybody, or nobody, gave a filter's answer."""
    inside = _count(asked)
    outside = len(asked) - inside
    return any(item.filter for item in items) and min(inside, outside) < minimum_group


def _grids(
    answers: pd.DataFrame, questionnaire: Questionnaire, minimum_group: int
) -> Iterator[TriedGrid]:
    for block in questionnaire.form.blocks:
        for items in _alike(block, questionnaire):
            codes = answers[[item.id for item in items]].to_numpy()
            whole = (codes >= 0).all(axis=1)
            same = whole & (codes == codes[:, :1]).all(axis=1)
            yield TriedGrid(
                tuple(item.id for item in items),
                told_share(_count(same), _count(whole), minimum_group),
                len({item.reversed for item in items}) > 1,
            )


def _alike(block: Block, questionnaire: Questionnaire) -> list[list[Item]]:
    """Return the items of a block that all answer on one scale, where they are enough."""
    by_options: dict[str, list[Item]] = {}
    for name in block.items:
        item = questionnaire.item(name)
        if is_scored(questionnaire, item) and not item.filter:
            by_options.setdefault(item.options, []).append(item)
    return [items for items in by_options.values() if len(items) >= GRID]


def _scales(
    answers: pd.DataFrame, questionnaire: Questionnaire, minimum_group: int
) -> Iterator[TriedScale]:
    scores = item_scores(questionnaire, answers)
    for scale in questionnaire.scales:
        items = [name for name in scale.items if name in scores.columns]
        if len(items) < 2 or len(items) < len(scale.items):  # noqa: PLR2004 - one says nothing
            continue
        least = SCALE_ANSWERS * minimum_group + 1
        complete = scores[items].dropna()
        asked = (answers[items].to_numpy() != NOT_ASKED).all(axis=1)
        told_of = [questionnaire.item(name) for name in items]
        if len(complete) < least or _names_a_filter(told_of, asked, minimum_group):
            yield TriedScale(scale.code, tuple(items), None, None)
            continue
        found = judge_scale(complete, least=least)
        yield TriedScale(
            scale.code, tuple(items), _reached(found.alpha), _reached(found.omega_total)
        )


def _reached(number: float) -> float | None:
    if not np.isfinite(number):
        return None
    return max((step for step in REACHED if step <= number), default=REACHED[0])


def _count(chosen: Booleans) -> int:
    return int(chosen.sum())
