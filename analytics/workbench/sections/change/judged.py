"""Changes of a file, judged by what all its waves, places and measures tell together.

The figures that the result shows are all that goes in: those of a protected file that are hidden
tell nothing of any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from analytics.courses.findings import WHOLE, judge_by_series
from analytics.digits import number_to_digits
from analytics.estimation.intervals import t_quantile
from analytics.workbench.file.wave_order import order_told
from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.sections.change.places import code_of, divisions, heard, places
from analytics.workbench.specification.change import COURSES, DIFFERENCES, EVERYBODY, INDEPENDENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.courses.alike import Alike
    from analytics.workbench.file.answered_items import AnsweredItems
    from analytics.workbench.file.waves import Wave
    from analytics.workbench.sections.change.places import Divisions
    from analytics.workbench.specification.model import Specification

type Rows = list[dict[str, object]]

_MEAN: Final = "mean"
_KEY: Final = ["measure", "level", "domain", "since"]
_ROLE: Final = "previous"
_SHOWN: Final = ("wave", "measure", "level", "domain", "mean", "low", "high", "n", "population")
_NUMBERS: Final = _SHOWN[4:]
_MODEL: Final = {"model_difference": "difference", "model_low": "low", "model_high": "high"}
_TOLD: Final = (*_MODEL.values(), "chance", "apart", "verdict")
_ALIKE: Final = ("estimate", "low", "high")
_POINTS: Final = 100.0
_USUAL: Final = 0.95
_MANY: Final = 1e9  # degrees of freedom that are infinite are written as null
BY_DIFFERENCES: Final = '[change] rule = "differences" decided the verdicts, since {why}'
SOME_BY_DIFFERENCES: Final = (
    '[change] rule = "differences" decided the verdicts of {what}: "courses" is for means in '
    "points of 0-100, that is scales, indices, and columns whose ends stand in [variables] ranges"
)
LINKED: Final = "linked persons ([domains] person) tell the error of each change by themselves"
NO_ORDER: Final = "the names of the waves do not tell their order in time"
NO_MEANS: Final = (
    "none is of a mean in points of 0-100, that is of a scale, an index, or a column whose ends "
    "stand in [variables] ranges"
)
NO_PLACES: Final = (
    '[domains] by divides the file into no places, from which "courses" learns what changes are '
    "like"
)


@dataclass(frozen=True, slots=True)
class _Scale:
    """What a mean of 0 points is in its own unit, and what one point is."""

    zero: float
    point: float


@dataclass(frozen=True, slots=True)
class _File:
    """What the changes of a file are read with."""

    waves: Sequence[Wave]
    spec: Specification
    scales: Mapping[str, _Scale]
    found: Divisions
    items: AnsweredItems

    def place(self, domain: Mapping[str, str]) -> tuple[str, str]:
        """Name a domain as `judge_by_series` does: its level and its code."""
        return self.found.names[tuple(domain)], code_of(tuple(domain.values()))

    def key(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """Name a change; the wave that it leads to follows the one it comes from."""
        return (row["index"], *self.place(row["domain"]), row["from"])


def judged_rows(
    changes: Rows,
    estimates: Rows,
    waves: Sequence[Wave],
    spec: Specification,
    items: AnsweredItems,
) -> tuple[Rows, dict[str, object]]:
    """Give changes the verdicts of the rule that the specification asks for.

    Parameters
    ----------
    changes, estimates : list of dict
        Rows of the result, protected where the file is; the changes with the verdicts of
        `analytics.workbench.sections.change.wave_changes`.
    waves : sequence of Wave
        In the order of time.
    spec : Specification
    items : AnsweredItems
        Between waves that answered other items of a scale no verdict is given.

    Returns
    -------
    rows : list of dict
        The same changes with ``verdict_rule``. Where it is "courses", ``model_difference`` with
        ``model_low`` and ``model_high`` is what is known of the change after all waves up to the
        later of the two, ``chance`` that it is at least half the margin in its direction, and
        ``apart`` whether the place moved otherwise than what holds it; ``verdict`` is about these.
        They are null, and the verdict uncertain, where too little is shown to judge a change by.
    told : dict
        Beside the changes: ``change_rule``, a sentence where another rule than the one asked for
        decided; ``two_answers``, how much a person's two answers go together by all waves
        (`analytics.courses.alike`), where units were asked in full more than once.

    Notes
    -----
    `analytics.courses.findings.judge_by_series`, wave by wave, as publications are judged.
    """
    plain: Rows = [
        row | _unless_same(row, items) | {"verdict_rule": DIFFERENCES} for row in changes
    ]
    if spec.change.rule == DIFFERENCES or not changes:
        return plain, {}
    scales = _scales(spec)
    fit = [row["statistic"] == _MEAN and row["index"] in scales for row in changes]
    ours = [row for row, by in zip(changes, fit, strict=True) if by]
    why = _why_not(ours, waves, spec)
    if why is not None:
        return plain, _entries(BY_DIFFERENCES.format(why=why), None)
    file = _File(waves, spec, scales, divisions(waves, spec), items)
    told, alike = _judged(ours, _shown(estimates, file), file)
    rows = [
        row | _told(told.get(file.key(row)), file, row) if by else row
        for row, by in zip(plain, fit, strict=True)
    ]
    others = sorted({_named(row) for row, by in zip(changes, fit, strict=True) if not by})
    sentence = SOME_BY_DIFFERENCES.format(what=", ".join(others)) if others else None
    return rows, _entries(sentence, alike)


def _unless_same(row: Mapping[str, Any], items: AnsweredItems) -> dict[str, object]:
    same = items.same(row["index"], row["from"], row["to"])
    return {} if same else {"verdict": "uncertain"}


def _entries(sentence: str | None, alike: Alike | None) -> dict[str, object]:
    """Say beside the changes how they were judged."""
    told: dict[str, object] = {} if sentence is None else {"change_rule": sentence}
    if alike is None:
        return told
    # the last digits depend on the order of rows
    figures = {name: number_to_digits(getattr(alike, name), 2) for name in _ALIKE}
    return told | {"two_answers": figures | {"known": alike.known}}


def _scales(spec: Specification) -> dict[str, _Scale]:
    """List the means that are in points of 0-100, or can be brought there."""
    points = dict.fromkeys((*spec.indices, *spec.scales), _Scale(0.0, 1.0))
    own = {
        name: _Scale(low, (high - low) / _POINTS)
        for name, (low, high) in spec.variables.ranges.items()
    }
    # Protected figures have one decimal: of a short scale that is more than `judge_by_series`
    # reckons with.
    fine = spec.disclosure is None
    return points | {name: one for name, one in own.items() if fine or one.point >= 1}


def _why_not(ours: Rows, waves: Sequence[Wave], spec: Specification) -> str | None:
    if spec.person is not None:
        return LINKED
    if order_told(spec.wave, [wave.name for wave in waves if wave.name is not None]):
        return NO_ORDER
    if not ours:
        return NO_MEANS
    return None if any(row["domain"] for row in ours) else NO_PLACES


def _named(row: Mapping[str, object]) -> str:
    return f"{row['index']}" + ("" if row["statistic"] == _MEAN else f" ({row['statistic']})")


def _shown(estimates: Rows, file: _File) -> pd.DataFrame:
    """Lay out the means that are shown as `judge_by_series` reads them.

    ``population`` is how many people the finite population correction of an error is about.
    """
    part = _heard(file)
    rows = []
    for row in estimates:
        ours: Mapping[str, Any] = row
        if (
            (ours["statistic"], ours["status"]) != (_MEAN, PUBLISHED)
            or ours["index"] not in file.scales
            or None in (ours["low"], ours["high"])
        ):
            continue
        place = file.place(ours["domain"])
        share = part.get((ours["wave"], *place), 0.0)
        people = ours["n"] / share if share > 0 else np.nan
        figures = _in_points(ours, file.scales[ours["index"]], file.spec.design.confidence)
        rows.append((ours["wave"], ours["index"], *place, *figures, ours["n"], people))
    types = dict.fromkeys(_SHOWN[:4], "category") | dict.fromkeys(_NUMBERS, "float64")
    return pd.DataFrame(rows, columns=list(_SHOWN)).astype(types)


def _heard(file: _File) -> dict[tuple[str | None, str, str], float]:
    if file.spec.change.invited == INDEPENDENT:
        return {}
    names = file.found.names
    return {
        (wave.name, names[level.by], code_of(domain)): share
        for wave in file.waves
        for level in wave.levels
        if level.by in names
        for domain, share in zip(level.domains, heard(wave, level).tolist(), strict=True)
    }


def _in_points(row: Mapping[str, Any], scale: _Scale, confidence: float) -> tuple[float, ...]:
    """Give the mean and the ends of its 95 % interval."""
    mean, low, high = ((row[name] - scale.zero) / scale.point for name in ("mean", "low", "high"))
    if confidence == _USUAL:
        return mean, low, high
    df = np.array([_MANY if row["df"] is None else row["df"]], dtype=np.float64)
    longer = float((t_quantile(df, _USUAL) / t_quantile(df, confidence))[0])
    return mean, mean - (mean - low) * longer, mean + (high - mean) * longer


def _judged(
    ours: Rows, shown: pd.DataFrame, file: _File
) -> tuple[dict[tuple[str, ...], Mapping[Any, Any]], Alike | None]:
    """Judge the changes to each wave by the waves up to it; how alike answers are, by all."""
    waves, spec = file.waves, file.spec
    keys = [str(wave.name) for wave in waves]
    leading: dict[object, Rows] = {}
    for row in ours:
        if not _unless_same(row, file.items):
            leading.setdefault(row["to"], []).append(row)
    # there are many figures, of few measures and waves
    figure, figures = pd.factorize(pd.MultiIndex.from_frame(shown[["measure", "wave"]]))
    told: dict[tuple[str, ...], Mapping[Any, Any]] = {}
    alike: Alike | None = None
    for until in range(1, len(waves)):
        here: Any = waves[until].name
        if here not in leading:
            continue
        wanted = _wanted(leading[here], file)
        like = [file.items.same(measure, wave, here) for measure, wave in figures]
        margin = [spec.margin_of(name) / file.scales[name].point for name in wanted["measure"]]
        found = judge_by_series(
            shown[np.array(like, dtype=bool)[figure]],
            keys[: until + 1],
            wanted,
            places(waves[until], file.found),
            linked=np.full((until + 1, until + 1), float(spec.change.invited in {None, EVERYBODY})),
            margins=np.array(margin, dtype=np.float64),
        )
        alike = found.alike
        columns = (found.rows[name].to_numpy(dtype=object) for name in (*_KEY, *_TOLD))
        for one in zip(*columns, strict=True):
            told[one[: len(_KEY)]] = dict(zip(_TOLD, one[len(_KEY) :], strict=True))
    return told, alike


def _wanted(ours: Rows, file: _File) -> pd.DataFrame:
    """List changes as `judge_by_series` does, and those of the whole, which others are read by."""
    keys = dict.fromkeys(file.key(row) for row in ours)
    keys |= dict.fromkeys((key[0], WHOLE, "", key[3]) for key in list(keys))
    return pd.DataFrame(list(keys), columns=_KEY).assign(role=_ROLE)


def _told(one: Mapping[Any, Any] | None, file: _File, row: Mapping[str, Any]) -> dict[str, object]:
    if one is None:
        return dict.fromkeys((*_MODEL, "chance")) | {
            "apart": False, "verdict": "uncertain", "verdict_rule": COURSES
        }  # fmt: skip
    point = file.scales[row["index"]].point
    figures = {name: float(one[own]) * point + 0.0 for name, own in _MODEL.items()}
    chance = float(one["chance"])
    if file.spec.disclosure is not None:
        figures = {name: number_to_digits(value, 1) + 0.0 for name, value in figures.items()}
        # All its digits would try weights of places, the hidden ones too.
        chance = number_to_digits(chance, 2)
    return figures | {
        "chance": chance, "apart": bool(one["apart"]),
        "verdict": str(one["verdict"]), "verdict_rule": COURSES,
    }  # fmt: skip
