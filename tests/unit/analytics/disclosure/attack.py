"""A reader who subtracts: linear algebra in floating point over everything published.

Written without any of the code under test. The unknowns are how many in each atom chose each
option of each item; every published figure is a row over them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from tests.unit.analytics.disclosure.trees import Wave

OPTIONS = 5


def hidden_figures_found(wave: Wave, table: pd.DataFrame, *, shown: np.ndarray) -> list[tuple]:
    """List the hidden figures that lie in the row space of the shown ones (complete answers)."""
    system = _System(wave)
    rows = table[["measure", "statistic", "category", "level", "domain"]]
    keys = list(rows.itertuples(index=False, name=None))
    vectors = np.array([system.row(*key) for key in keys])
    present = np.array([system.size(key[3], key[4]) > 0 for key in keys])
    # whoever sees a mean sees its n too
    counts = np.array(
        [system.count(key[0], key[3], key[4]) for key, s in zip(keys, shown, strict=True) if s]
    )
    known = np.vstack([vectors[shown], counts])
    basis = _row_space(known)
    hidden = np.flatnonzero(~shown & present)
    left = vectors[hidden] - (vectors[hidden] @ basis.T) @ basis
    found = np.linalg.norm(left, axis=1) < 1e-7 * np.linalg.norm(vectors[hidden], axis=1)
    return [keys[position] for position in hidden[found]]


def follows(known: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Say of each wanted row whether it is a combination of the known ones."""
    basis = _row_space(known)
    left = wanted - (wanted @ basis.T) @ basis
    return np.linalg.norm(left, axis=1) < 1e-7


def _row_space(rows: np.ndarray) -> np.ndarray:
    if not len(rows):
        return np.zeros((0, rows.shape[1]))
    _, size, basis = np.linalg.svd(rows, full_matrices=False)
    return basis[size > 1e-9 * max(size[0], 1)]


class _System:
    def __init__(self, wave: Wave) -> None:
        self.wave = wave
        frame = wave.frame
        self.items = list(wave.answers.columns)
        codes = [*frame["unit"], *sorted(set(wave.unit) - set(frame["unit"]))]
        self.counts = np.array([(wave.unit == code).sum() for code in codes])
        region = dict(zip(frame["unit"], frame["region"], strict=True))
        kind = dict(zip(frame["unit"], frame["unit_type"], strict=True))
        self.atoms = [(code, region.get(code, code), kind.get(code, "")) for code in codes]

    def inside(self, level: str, domain: str) -> np.ndarray:
        place = {"unit": 0, "region": 1, "unit_type": 2}
        if level == "agency":
            return np.array([n > 0 for n in self.counts], dtype=float)
        hit = [atom[place[level]] == domain for atom in self.atoms]
        return np.array(hit, dtype=float) * (self.counts > 0)

    def size(self, level: str, domain: str) -> float:
        return float(self.inside(level, domain) @ self.counts)

    def count(self, measure: str, level: str, domain: str) -> np.ndarray:
        return self._spread(self._items(measure), np.ones(OPTIONS), level, domain)

    def row(
        self, measure: str, statistic: str, category: str, level: str, domain: str
    ) -> np.ndarray:
        return self._spread(self._items(measure), _weights(statistic, category), level, domain)

    def _items(self, measure: str) -> dict[str, float]:
        wave = self.wave
        if measure in wave.indices:
            parts = wave.indices[measure]
            found = [self._items(part) for part in parts]
            return {
                item: sum(part.get(item, 0) for part in found) / len(parts) for item in self.items
            }
        if measure in wave.scales:
            return {item: 1 / len(wave.scales[measure]) for item in wave.scales[measure]}
        return {measure: 1.0}

    def _spread(
        self, items: dict[str, float], options: np.ndarray, level: str, domain: str
    ) -> np.ndarray:
        weight = np.array([items.get(item, 0.0) for item in self.items])
        return np.einsum("i,o,a->ioa", weight, options, self.inside(level, domain)).ravel()


def _weights(statistic: str, category: str) -> np.ndarray:
    if statistic == "mean":
        return np.arange(OPTIONS, dtype=float) * 25
    if category == "agree":
        return np.array([0, 0, 0, 1, 1.0])
    if category == "disagree":
        return np.array([1, 1.0, 0, 0, 0])
    return np.eye(OPTIONS)[int(category) - 1]
