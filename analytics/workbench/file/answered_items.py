"""Which items stand behind a scale in each wave: a change is between the same questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.workbench.file.items import item_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.workbench.file.waves import Wave
    from analytics.workbench.specification.model import Specification

_FIRST: Final = 100  # rows, among which each item is mostly answered
OTHER_ITEMS: Final = (
    "[scales.{scale}] nobody answered {items} in wave {wave!r}, and somebody did in another: "
    "changes between waves that answered other items of it are uncertain; keep the items that all "
    "waves asked, or ask for each item by itself"
)

type Items = frozenset[str]


class AnsweredItems:
    """The items of each scale, and of each index through its scales, that each wave answered.

    Parameters
    ----------
    waves : sequence of Wave
    spec : Specification

    Raises
    ------
    FrameError
        As `item_values`.
    """

    def __init__(self, waves: Sequence[Wave], spec: Specification) -> None:
        compared = waves if len(waves) > 1 else ()
        self._of: dict[str, dict[str | None, Items]] = {
            name: {wave.name: _answered(wave, name, spec) for wave in compared}
            for name in spec.scales
        }
        for name, parts in spec.indices.items():
            self._of[name] = {
                wave.name: frozenset().union(*(self._of[part][wave.name] for part in parts))
                for wave in compared
            }
        self._scales = spec.scales

    def same(self, index: str, since: str | None, until: str | None) -> bool:
        """Tell whether a figure is made of the same items in both waves; of a column it is."""
        here: Mapping[str | None, Items] = self._of.get(index, {})
        return here.get(since) == here.get(until)

    def warnings(self) -> list[str]:
        """Name the items that some waves answered and others did not."""
        found = []
        for name, scale in self._scales.items():
            there = {wave: items for wave, items in self._of[name].items() if items}
            ever = frozenset[str]().union(*there.values())
            for wave, items in there.items():
                gone = [repr(item) for item in scale.items if item in ever - items]
                if gone:
                    told = ", ".join(gone)
                    found.append(OTHER_ITEMS.format(scale=name, items=told, wave=wave))
        return found


def _answered(wave: Wave, name: str, spec: Specification) -> Items:
    scale = spec.scales[name]
    for data in (wave.data[:_FIRST], wave.data):
        some = np.isfinite(item_values(data, name, scale)).any(axis=0)
        if some.all():
            break
    return frozenset(item for item, any_ in zip(scale.items, some, strict=True) if any_)
