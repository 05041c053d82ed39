"""What a file tells of its scales: reliability and items, over all waves.

In a protected file these rest on the waves whose figure of the whole is shown, and have no digits
that give answers away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import pandas as pd

from analytics.digits import number_to_digits
from analytics.disclosure.rules.display_limits import BASE_MOVES
from analytics.rows import row_blocks
from analytics.scale_quality.reliability import judge_scale
from analytics.workbench.file.in_cells import LARGE, ROWS
from analytics.workbench.file.items import Label, item_values
from analytics.workbench.protection.error_rounding import DISTRIBUTION
from analytics.workbench.protection.statuses import PUBLISHED
from analytics.workbench.sections.report import scale_entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.arrays import Floats
    from analytics.scale_quality.reliability import Reliability
    from analytics.workbench.file.waves import Wave
    from analytics.workbench.protection.statuses import Statuses
    from analytics.workbench.specification.model import ScaleSpec, Specification

DIGITS: Final = 2
WHOLE: Final = 2.0**53  # up to here a float holds every whole number
PAIRWISE: Final = (
    "[scales.{name}] too few answered all its items: alpha and items go pair by pair, from {n} "
    "answers or more"
)
PAIRWISE_UNCOUNTED: Final = (
    "[scales.{name}] too few answered all its items: alpha and items go pair by pair"
)
SOME_WAVES: Final = (
    "[scales.{name}] alpha and items are those of the waves that show its mean: {waves}"
)
FEW: Final = (
    "[scales.{name}] has no alpha and no figures of its items: fewer than {least} answered all of "
    "them, or some pair of them"
)
# So many rows let one answer move by as many grades before the mean, to two digits, tells it.
SAFE_ROWS: Final = BASE_MOVES * 10**DIGITS

type Entry = dict[str, object]


@dataclass(frozen=True, slots=True)
class Scales:
    """Scales as the result shows them, how they are judged, and what to say of that."""

    entries: dict[str, Entry]
    judged: dict[str, Reliability]
    warnings: list[str]


def judged_scales(data: pd.DataFrame, spec: Specification) -> Scales:
    """Judge each scale on its complete cases, or pair by pair where there are hardly any.

    Parameters
    ----------
    data : DataFrame
        One row per respondent, all waves.
    spec : Specification

    Returns
    -------
    Scales
        ``entries`` hold items as they stand in the file, ``judged`` has reversed items turned.
    """
    judged = {name: _judged(data, name, scale, spec) for name, scale in spec.scales.items()}
    told = [
        PAIRWISE.format(name=name, n=found.n) for name, found in judged.items() if found.pairwise
    ]
    entries = {name: _entry(found, spec.scales[name]) for name, found in judged.items()}
    return Scales(entries, judged, told)


def protected_scales(
    waves: Sequence[Wave], spec: Specification, hidden: Mapping[str | None, Statuses]
) -> Scales:
    """Judge each scale on the waves that show its mean, and keep what may show.

    Parameters
    ----------
    waves : sequence of Wave
    spec : Specification
    hidden : mapping of wave to statuses
        As `analytics.workbench.protection.statuses.statuses` found them.

    Returns
    -------
    Scales
        ``judged`` holds the scales that have figures; the others are named in the warnings, without
        a number of answers.
    """
    assert spec.disclosure is not None
    minimum = spec.disclosure.minimum
    least = max(minimum, DISTRIBUTION)
    found = Scales({}, {}, [])
    for name, scale in spec.scales.items():
        shown = [wave for wave in waves if _shows(wave, name, hidden[wave.name])]
        data = pd.concat([wave.data for wave in shown]) if shown else waves[0].data[:0]
        own = _judged(data, name, scale, spec, least)
        entry = _entry(own, scale)
        apart = {item.item: len(data) - item.missing - own.n for item in own.items}
        usable = bool(shown) and own.n >= least
        found.entries[name] = _kept(entry, apart, minimum, shown=usable)
        if usable:
            found.judged[name] = own
        if shown and not usable:
            found.warnings.append(FEW.format(name=name, least=least))
        elif usable and len(shown) < len(waves):
            found.warnings.append(
                SOME_WAVES.format(name=name, waves=", ".join(str(wave.name) for wave in shown))
            )
        if usable and own.pairwise:
            found.warnings.append(PAIRWISE_UNCOUNTED.format(name=name))
    return found


def _judged(
    data: pd.DataFrame, name: str, scale: ScaleSpec, spec: Specification, least: int = 2
) -> Reliability:
    values, each = _given_alike(data, name, scale) if len(data) >= LARGE else (None, None)
    if values is None:
        values = item_values(data, name, scale)
    own = pd.DataFrame(values, columns=list(scale.items))
    ends = scale.minimum + scale.maximum
    turned = own.assign(**{item: ends - own[item] for item in scale.reversed})
    return judge_scale(turned, confidence=spec.design.confidence, least=least, each=each)


def _given_alike(
    data: pd.DataFrame, name: str, scale: ScaleSpec
) -> tuple[Floats | None, Floats | None]:
    """Give the different answers to the items of a scale, and how many rows gave each.

    None where answers are no whole numbers, or hardly any two rows gave the same.
    """
    grades = scale.maximum - scale.minimum + 2  # one of them is no answer
    powers = grades ** np.arange(len(scale.items))
    if grades * powers[-1] > WHOLE:
        return None, None
    keys, each = np.zeros(0), np.zeros(0)
    for _, some in row_blocks(data):
        values = item_values(some, name, scale) - scale.minimum + 1.0
        if (values % 1 > 0).any():
            return None, None
        own, times = np.unique(np.nan_to_num(values) @ powers, return_counts=True)
        keys, place = np.unique(np.concatenate([keys, own]), return_inverse=True)
        each = np.bincount(place, np.concatenate([each, times]), len(keys))
        if len(keys) * ROWS > len(data):
            return None, None
    answers = np.floor(keys[:, None] / powers) % grades
    return np.where(answers > 0, answers + scale.minimum - 1.0, np.nan), each


def _entry(found: Reliability, scale: ScaleSpec) -> Entry:
    mean = pd.Series({item.item: item.mean for item in found.items})
    # as in the file
    mean[list(scale.reversed)] = scale.minimum + scale.maximum - mean[list(scale.reversed)]
    return scale_entry(found, mean)


def _shows(wave: Wave, name: str, statuses: Statuses) -> bool:
    """Tell whether a wave shows the mean that a scale has among all its respondents."""
    whole = wave.levels[0]
    place = whole.labels.index(Label(name, "mean"))
    return statuses is None or str(statuses[whole.by][0, place]) == PUBLISHED


def _kept(entry: Entry, apart: Mapping[str, int], minimum: int, *, shown: bool) -> Entry:
    """Keep of a scale what may show, with the same keys: None where hidden, else two digits.

    ``apart`` counts who answered an item, but not all others. Where these are few, its mean beside
    that of everybody who answered it would tell what they said, and is left out.
    """
    items = cast("Mapping[str, Mapping[str, float | None]]", entry["items"])
    n = cast("int", entry["n"])
    if not shown:
        nothing = {name: dict.fromkeys(item) for name, item in items.items()}
        return dict.fromkeys(entry) | {"pairwise": False, "items": nothing}
    told = {
        name: {key: value if key == "missing" else _rounded(value) for key, value in item.items()}
        for name, item in items.items()
    }
    for name, rows in apart.items():
        if 0 < rows < minimum and n < SAFE_ROWS:
            told[name]["mean"] = None
    figures = {
        key: value if key in {"n", "pairwise"} else _rounded(cast("float | None", value))
        for key, value in entry.items()
        if key != "items"
    }
    return figures | {"items": told}


def _rounded(value: float | None) -> float | None:
    return None if value is None else number_to_digits(value, DIGITS)
