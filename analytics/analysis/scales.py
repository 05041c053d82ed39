"""What a file tells of its scales: reliability and items, over all waves.

In a protected file these rest on the whole, so they are hidden where a figure of the whole is
hidden in any wave, and have no digits that give answers away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import pandas as pd

from analytics.analysis.items import item_values
from analytics.analysis.protection import PUBLISHED
from analytics.analysis.report import scale_entry
from analytics.digits import number_to_digits
from analytics.disclosure.display_limits import BLURRED_MOVES
from analytics.scale_quality.reliability import reliability

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.analysis.change import Wave
    from analytics.analysis.report import Statuses
    from analytics.scale_quality.reliability import Reliability
    from analytics.specification import DisclosureSpec, Specification

DIGITS: Final = 2
# So many rows let one answer move by as many grades before the mean, to two digits, tells it.
SAFE_ROWS: Final = BLURRED_MOVES * 10**DIGITS

type Entry = dict[str, object]


def judged_scales(
    data: pd.DataFrame, spec: Specification
) -> tuple[dict[str, Entry], dict[str, Reliability]]:
    """Judge each scale on its complete cases.

    Parameters
    ----------
    data : DataFrame
        One row per respondent, all waves.
    spec : Specification

    Returns
    -------
    entries : dict of scale to dict
        As the result shows them, with items as they stand in the file.
    judged : dict of scale to Reliability
        With reversed items turned.
    """
    found: dict[str, Entry] = {}
    judged: dict[str, Reliability] = {}
    for name, scale in spec.scales.items():
        own = pd.DataFrame(item_values(data, name, scale), columns=list(scale.items))
        ends = scale.minimum + scale.maximum
        turned = own.assign(**{item: ends - own[item] for item in scale.reversed})
        judged[name] = reliability(turned, confidence=spec.design.confidence)
        mean = pd.Series({item.item: item.mean for item in judged[name].items})
        mean[list(scale.reversed)] = ends - mean[list(scale.reversed)]  # as in the file
        found[name] = scale_entry(judged[name], mean)
    return found, judged


def protected_scales(
    entries: Mapping[str, Entry],
    judged: Mapping[str, Reliability],
    waves: Sequence[Wave],
    rule: DisclosureSpec,
    hidden: Mapping[str | None, Statuses],
) -> tuple[dict[str, Entry], dict[str, Reliability]]:
    """Keep of the scales what may show, and of how they are judged what is about those.

    Parameters
    ----------
    entries, judged : dict
        From `judged_scales`.
    waves : sequence of Wave
    rule : DisclosureSpec
    hidden : mapping of wave to statuses
        As `analytics.analysis.protection.statuses` found them.
    """
    shown = _shown(entries, waves, hidden)
    rows = sum(len(wave.data) for wave in waves)
    kept = {
        name: _kept(
            entry,
            {item.item: rows - item.missing - judged[name].n for item in judged[name].items},
            rule.minimum,
            shown=name in shown,
        )
        for name, entry in entries.items()
    }
    return kept, {name: found for name, found in judged.items() if kept[name]["n"] is not None}


def _shown(
    entries: Mapping[str, Entry], waves: Sequence[Wave], hidden: Mapping[str | None, Statuses]
) -> set[str]:
    """Name the scales whose figure for the whole is shown in every wave."""
    found = set(entries)
    for wave in waves:
        statuses = hidden[wave.name]
        if statuses is None:
            continue
        whole = wave.levels[0]
        found -= {
            label.index
            for label, status in zip(whole.labels, statuses[whole.by][0], strict=True)
            if label.statistic == "mean" and status != PUBLISHED
        }
    return found


def _kept(entry: Entry, apart: Mapping[str, int], minimum: int, *, shown: bool) -> Entry:
    """Keep of a scale what may show, with the same keys: None where hidden, else two digits.

    ``apart`` counts who answered an item, but not all others. Where these are few, its mean beside
    that of everybody who answered it would tell what they said, and is left out.
    """
    items = cast("Mapping[str, Mapping[str, float | None]]", entry["items"])
    n = cast("int", entry["n"])
    if not shown or n < minimum:
        nothing = {name: dict.fromkeys(item) for name, item in items.items()}
        return dict.fromkeys(entry) | {"items": nothing}
    told = {
        name: {key: value if key == "missing" else _rounded(value) for key, value in item.items()}
        for name, item in items.items()
    }
    for name, rows in apart.items():
        if 0 < rows < minimum and n < SAFE_ROWS:
            told[name]["mean"] = None
    figures = {
        key: value if key == "n" else _rounded(cast("float | None", value))
        for key, value in entry.items()
        if key != "items"
    }
    return figures | {"items": told}


def _rounded(value: float | None) -> float | None:
    return None if value is None else number_to_digits(value, DIGITS)
