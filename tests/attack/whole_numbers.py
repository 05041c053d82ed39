"""How closely whole numbers bound hidden means, where a linear programme leaves them room.

Answers are whole persons, so the mean, n and shares of every published parent together may leave
few solutions. The reader is granted the number of respondents and the weight of every unit, who of
them left which item blank, and how figures are rounded (docs/adr/0011, docs/methods.md). A hidden
mean is found where all whole numbers that fit lie within 20 points, and a linear programme over the
same figures leaves more.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from analytics.weighting.poststratify import unit_weights
from questionnaires.model import NOT_ASKED
from tests.attack.shelf import SHOWN, Content, Row, Tree
from tests.attack.whole_programme import DUST, FREE, Programme

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.attack.waves import Released

LEVELS = ("unit", "region", "unit_type")
FEW = 100
SHARES = (0.01, 0.02, 0.05, 0.1, 0.2)
MEANS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
MOVES, ANSWERS = 4, 5  # what a step spans; twice the answers to one option


@dataclass(slots=True)
class Outcome:
    """How many hidden means were judged how, and those that were not free."""

    looked: Counter[str] = field(default_factory=Counter)
    near: list[tuple[object, ...]] = field(default_factory=list)
    left: int = 0


def mean_step(grade: float, n: int) -> float:
    """Give the step of a mean that counts in hidden units; an answer's grade is so many points."""
    return _first(MEANS, MOVES * grade / n)


def _share_step(row: Row, answers: int) -> float:
    option = row["category"] not in {"agree", "disagree", ""}
    return _first(SHARES, (ANSWERS + option * ANSWERS) / answers)


def _first(steps: Sequence[float], least: float) -> float:
    return next((one for one in steps if one >= least - 1e-9), steps[-1])


class Reader:
    """One publication as its reader has it, with all that is granted beside it."""

    def __init__(self, one: Released, content: Content, *, blurred: bool = True) -> None:
        data = one.inputs.data
        assert data.domains is not None
        self.content, self.blurred, self.answers = content, blurred, data.answers
        self.questionnaire = data.questionnaire
        self.codes = sorted(set(data.domains))
        self.home = data.domains.map({code: at for at, code in enumerate(self.codes)}).to_numpy()
        weight = unit_weights(data.domains, data.frame).weight.groupby(data.domains).first()
        self.weight = weight[self.codes].to_numpy()
        self.cells = dict(Tree.read(content, self.codes).inside)
        own = {row["code"] for row in content["domains"] if row["level"] == "region"}
        self._alone = [code for code in self.codes if code in own]
        self._shown = {
            (row["measure"], row["statistic"], row["category"], row["level"], row["domain"])
            for row in content["estimates"]
            if row["status"] == SHOWN
        }
        self.k = content["limits"]["minimum_group"]
        self._uncounted = {
            (row["level"], row["code"]): row["invited"]
            for row in content["domains"]
            if row["level"] != "agency" and (row["answered"] is None or row["bound"])
        }
        self._unit = {}
        for row in content["domains"]:
            if row["level"] == "unit":
                self._unit |= dict.fromkeys({row["code"], *row["members"]}, row["code"])

    def rows(self, measure: str) -> Iterator[Row]:
        """List the shown figures of a measure."""
        for row in self.content["estimates"]:
            if row["measure"] == measure and row["status"] == SHOWN and row["mean"] is not None:
                yield row

    def hidden(self, measure: str, n: np.ndarray) -> Iterator[tuple[tuple[str, ...], np.ndarray]]:
        """List the hidden means in which somebody answered, with the codes inside."""
        for (level, code), inside in self.cells.items():
            if (measure, "mean", "", level, code) in self._shown or level not in LEVELS:
                continue
            if inside @ n > 0:
                yield (measure, level, code), inside
        for code in self._alone:
            alone = np.array([float(one == code) for one in self.codes])
            if alone @ n > 0:
                yield (measure, "own code", code), alone

    def half(self, row: Row, n: np.ndarray, grade: float) -> float:
        """Say how far an exact figure may be from what is shown.

        Where the number of answers is not told, it is granted.
        """
        answers = row.get("n") or round(float(self.cells[row["level"], row["domain"]] @ n))
        if self.blurred and self.uncounted(row):
            # as if k had been silent, and a mean on whole points at least (docs/adr/0036)
            invited = self._uncounted[row["level"], row["domain"]]
            fewer = max(min(answers, invited - self.k), 1)
            least = mean_step(grade, fewer) if grade else 0.0
            step = max(least, 1.0) if row["statistic"] == "mean" else _share_step(row, fewer)
        elif self.blurred and self._counts_hidden(row, n):
            of_mean = row["statistic"] == "mean"
            step = mean_step(grade, answers) if of_mean else _share_step(row, answers)
        elif row["statistic"] != "mean":
            step = 0.01 if answers < FEW else 0.001
        else:
            step = 0.1
        return step / 2 + DUST

    def moved(self, row: Row, items: Sequence[str]) -> float:
        """Grant how far a scale's mean is from that of its people's scores (docs/adr/0156).

        Where few answered it in part it follows from its items, and no reader knows how far.
        """
        scores = np.column_stack([self._points(item) for item in items])
        given, asked = np.isfinite(scores), self.answers[list(items)].to_numpy() != NOT_ASKED
        n = given.sum(axis=1)
        few = np.zeros(len(self.codes), dtype=bool)
        for number in range(int(np.ceil(0.6 * len(items) - 1e-9)), len(items) + 1):
            part = np.bincount(self.home, (n > 0) & (n != number), minlength=len(self.codes))
            few |= (part > 0) & (part < self.k)
        inside = self.cells[row["level"], row["domain"]]
        if not (few * inside).any():
            return 0.0
        scored = (n >= np.ceil(0.6 * asked.sum(axis=1) - 1e-9)) & (n > 0)
        own = np.where(given, scores, 0.0).sum(axis=1) / n.clip(1)
        weight = (inside * self.weight)[self.home] * scored
        return abs(float(weight @ own / weight.sum()) - float(row["mean"]))

    def _points(self, item: str) -> np.ndarray:
        codes, points = scores_of(self, item)
        place = dict(zip(codes.tolist(), points.tolist(), strict=True))
        return np.array([place.get(str(one), np.nan) for one in self.answers[item]])

    def uncounted(self, row: Row) -> bool:
        """Say whether the publication keeps to itself how many of the place answered."""
        return self._uncounted.get((row["level"], row["domain"])) is not None

    def _counts_hidden(self, row: Row, n: np.ndarray) -> bool:
        key = (row["measure"], row["statistic"], row["category"])
        for code in np.flatnonzero(self.cells[row["level"], row["domain"]] * n):
            unit = self._unit.get(self.codes[code])
            if unit is None or (*key, "unit", unit) not in self._shown:
                return True
        return False


def of_items(reader: Reader, items: Sequence[str], scale: str = "") -> Programme:
    """Take the answers to each option of some items as unknown, of each unit and pattern of blanks.

    Parameters
    ----------
    reader : Reader
    items : sequence of str
        Items on as many grades, one or two.
    scale : str
        The scale of these items, if that is to be known too.
    """
    given = reader.answers[list(items)].to_numpy() >= 0
    groups, n = np.unique(np.column_stack([reader.home, given]), axis=0, return_counts=True)
    home, given = groups[:, 0], groups[:, 1:].astype(bool)
    scores = {item: scores_of(reader, item) for item in items}
    grades = len(scores[items[0]][0])
    shape = (len(items), len(n), grades)
    programme = Programme(np.broadcast_to((n * given.T)[:, :, None], shape).ravel().astype(float))
    for at, group in np.argwhere(given.T):
        row = np.zeros(shape)
        row[at, group] = 1.0
        programme.know(row.ravel(), n[group], n[group])

    def add(measure: str, factors: np.ndarray, keep: np.ndarray, grade: float) -> None:
        """Read a measure; its answers are counted in ``factors`` of the groups that ``keep``s."""
        counted = np.bincount(home, n * keep, minlength=len(reader.codes))
        for row in reader.rows(measure):
            hit = factors if row["statistic"] == "mean" else answers_hit(row, scores[items[0]])
            if hit is not None:
                size = (reader.cells[row["level"], row["domain"]] * reader.weight)[home] * keep
                total, half = size @ n, reader.half(row, counted, grade)
                half += reader.moved(row, items) * (measure == scale)
                told, spread = row["mean"] * total, half * total
                laid = _lay(hit, size, items.index(measure) if measure in scores else None, shape)
                programme.know(laid, told - spread, told + spread)
        for name, inside in reader.hidden(measure, counted):
            size = (inside * reader.weight)[home] * keep
            at = items.index(measure) if measure in scores else None
            programme.aims.append((name, _lay(factors, size / (size @ n), at, shape)))

    for at, item in enumerate(items):
        add(item, scores[item][1], given[:, at], 100 / (grades - 1))
    if scale:
        both = np.array([scores[item][1] / len(items) for item in items])
        add(scale, both, given.all(axis=1), 100 / (grades - 1) / len(items))
    return programme


def _lay(
    factors: np.ndarray, size: np.ndarray, at: int | None, shape: tuple[int, ...]
) -> np.ndarray:
    row = np.zeros(shape)
    if at is None:
        row[:] = np.atleast_2d(factors)[:, None, :] * size[None, :, None]
    else:
        row[at] = factors[None, :] * size[:, None]
    return row.ravel()


def scores_of(reader: Reader, item: str) -> tuple[np.ndarray, np.ndarray]:
    """Return codes and points of an item's grades."""
    found = next(one for one in reader.questionnaire.items if one.id == item)
    options = [one for one in reader.questionnaire.option_set(found).options if not one.missing]
    value = np.array([one.value for one in options], dtype=float)
    points = 100 * (value - value.min()) / (value.max() - value.min())
    codes = np.array([str(one.code) for one in options])
    return codes, 100 - points if found.reversed else points


def answers_hit(row: Row, scores: tuple[np.ndarray, np.ndarray]) -> np.ndarray | None:
    codes, points = scores
    if row["statistic"] == "balance":
        return (points >= 90).astype(float) - (points <= 60)
    if row["category"] == "agree":
        return (points >= 75).astype(float)
    if row["category"] == "disagree":
        return (points <= 25).astype(float)
    return (codes == row["category"]).astype(float) if row["category"] in codes else None


def of_scale(reader: Reader, scale: str, items: Sequence[str]) -> Programme:
    """Take the sum of each unit's grades as unknown, of those who answered as many items."""
    codes = reader.answers[list(items)].to_numpy()
    given, asked = (codes >= 0).sum(axis=1), (codes != NOT_ASKED).sum(axis=1)
    enough = (given >= np.ceil(0.6 * asked - 1e-9)) & (given > 0)
    groups, n = np.unique(np.column_stack([reader.home, given])[enough], axis=0, return_counts=True)
    home, answered = groups.T
    grades = len(scores_of(reader, items[0])[0]) - 1
    points = 100 / grades / answered
    programme = Programme((n * answered * grades).astype(float))
    counted = np.bincount(home, n, minlength=len(reader.codes))
    for row in reader.rows(scale):
        if row["statistic"] != "mean":
            continue
        size = (reader.cells[row["level"], row["domain"]] * reader.weight)[home]
        total, half = size @ n, reader.half(row, counted, 100 / grades / len(items))
        half += reader.moved(row, items)
        told = row["mean"] * total
        programme.know(size * points, told - half * total, told + half * total)
    for name, inside in reader.hidden(scale, counted):
        size = (inside * reader.weight)[home]
        programme.aims.append((name, size * points / (size @ n)))
    return programme


def programmes(reader: Reader) -> Iterator[Programme]:
    """Attack each item, each scale, and each scale of two items together with them."""
    with_mean = {
        row["measure"] for row in reader.content["estimates"] if row["statistic"] == "mean"
    }
    graded = {item.id for item in reader.questionnaire.items if item.id in with_mean}
    for item in sorted(graded, key=lambda one: (len(scores_of(reader, one)[0]), one)):
        yield of_items(reader, [item])
    for scale in reader.questionnaire.scales:
        grades = {len(scores_of(reader, item)[0]) for item in set(scale.items) & graded}
        if set(scale.items) <= graded and scale.code in with_mean and len(grades) == 1:
            if len(scale.items) > 1:
                yield of_scale(reader, scale.code, scale.items)
            if len(scale.items) <= 2:  # with more, no solver sees the end of it
                yield of_items(reader, scale.items, scale.code)


def attack(
    reader: Reader, *, measures: int = 1000, seconds: float = np.inf, patience: float = 3.0
) -> Outcome:
    """Try the whole numbers of every measure, until the time is up.

    Parameters
    ----------
    reader : Reader
    measures : int
        How many to attack.
    seconds : float
        After which no other measure is begun.
    patience : float
        Seconds for one programme; one that needs more is unsure.
    """
    outcome, start = Outcome(), time.perf_counter()
    for number, programme in enumerate(programmes(reader)):
        if number >= measures or time.perf_counter() - start > seconds:
            outcome.left += 1
            continue
        for name, judgement, width in programme.judge(patience):
            outcome.looked[judgement] += 1
            if judgement != FREE:
                outcome.near.append((judgement, width, *name))
    return outcome
