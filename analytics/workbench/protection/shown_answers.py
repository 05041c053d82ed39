"""Which respondents of a protected file stand behind published figures, and in which groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analytics.errors import SpecificationError
from analytics.workbench.file.items import Label
from analytics.workbench.protection.statuses import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analytics.workbench.file.waves import DivisionEstimates, Wave
    from analytics.workbench.protection.statuses import Statuses


@dataclass(frozen=True, slots=True)
class ShownAnswers:
    """Rows of a file by what is published of them.

    Parameters
    ----------
    waves : sequence of Wave
    hidden : mapping of wave to statuses
        From `analytics.workbench.protection.hidden.hidden_cells`; none of them None.
    wave : str or None
        The column that tells the waves apart.
    minimum : int
        Answers from which on anything is told of how they spread and hang together.
    """

    waves: Sequence[Wave]
    hidden: Mapping[str | None, Statuses]
    wave: str | None
    minimum: int

    def check(self, columns: Collection[str], where: str) -> None:
        """Refuse to compare groups of which no table has decided what may show.

        Raises
        ------
        SpecificationError
            If a column is neither the waves' nor a division of its own.
        """
        known = {level.by for level in self.waves[0].levels}
        for column in columns:
            if column != self.wave and (column,) not in known:
                raise SpecificationError(
                    f"{where} with [disclosure] groups are compared where it is decided what may "
                    f"show of them: add {column!r} to [domains] by, or leave it out"
                )

    def of_whole(self, scale: str) -> pd.Series:
        """Mark who has a score of a scale, in the waves that show its mean among everybody."""
        return self._rows([self._in(wave, (), scale) for wave in self.waves])

    def of_groups(self, column: str, scales: Collection[str]) -> pd.Series:
        """Mark who is in a group that shows the means of all these scales."""
        by = () if column == self.wave else (column,)
        found = [
            np.logical_and.reduce([self._in(wave, by, scale) for scale in scales])
            for wave in self.waves
        ]
        return self._rows(found)

    def _in(self, wave: Wave, by: tuple[str, ...], scale: str) -> np.ndarray:
        """Mark the rows of a wave whose domain shows the mean of a scale that they have."""
        level: DivisionEstimates = next(one for one in wave.levels if one.by == by)
        statuses = self.hidden[wave.name]
        assert statuses is not None
        column = level.labels.index(Label(scale, "mean"))
        shown = np.append(statuses[by][:, column] == PUBLISHED, False)  # the last has no domain
        return shown[level.partition.code] & level.means.scored[:, column]

    def _rows(self, found: Sequence[np.ndarray]) -> pd.Series:
        parts = [
            pd.Series(own, index=wave.data.index)
            for wave, own in zip(self.waves, found, strict=True)
        ]
        return pd.concat(parts).sort_index()
