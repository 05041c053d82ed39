"""What two waves of a file share: persons, or the clusters they were drawn in.

Here the file's columns become names; what shared names make of estimates is in
`analytics.workbench.methods.linked_waves.overlap`. `analytics.trend.overlap` is about versions of a
question.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import FrameError
from analytics.estimation.calibration import calibration_residual
from analytics.estimation.grouping import runs
from analytics.workbench.file.categories import categories
from analytics.workbench.file.columns import counted
from analytics.workbench.methods.linked_waves.covariance import Residuals, covariance, covariances
from analytics.workbench.methods.linked_waves.overlap import Link, Names, link_samples, spare_units

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers
    from analytics.estimation.domains import Partition
    from analytics.workbench.file.waves import DivisionEstimates, Wave
    from analytics.workbench.specification.model import Specification

_WITHIN: Final = "\x1f"


@dataclass(frozen=True, slots=True)
class WaveOverlap:
    """Two waves of a file and the units of each stage that both hold."""

    then: Wave
    now: Wave
    names: list[tuple[Names, Names]]
    links: tuple[Link, ...]

    def without_correction(self) -> WaveOverlap:
        """Give the same overlap in a population without end: the same people, no fractions."""
        then, now = (_endless(wave) for wave in (self.then, self.now))
        links = link_samples(then.design, now.design, self.names)
        return WaveOverlap(then, now, self.names, links)

    def covariances(
        self,
        before: DivisionEstimates,
        after: DivisionEstimates,
        old: tuple[np.ndarray, ...],
        new: tuple[np.ndarray, ...],
    ) -> Floats:
        """Estimate the covariance of each estimate of one level with itself in the other wave.

        Parameters
        ----------
        before, after : DivisionEstimates
            The level in the earlier and in the later wave.
        old, new : tuple of ndarray
            From ``np.ix_``: domains and columns that both have, in the order of the result.

        Returns
        -------
        ndarray of float, shape (n_domains, n_columns)
        """
        designs = self.then.design, self.now.design
        rows, columns = (old[0].ravel(), new[0].ravel()), (old[1].ravel(), new[1].ravel())
        influence = [
            level.means.influence[:, column]
            for level, column in zip((before, after), columns, strict=True)
        ]
        codes = [
            _numbered(level.partition, row)
            for level, row in zip((before, after), rows, strict=True)
        ]
        size = len(rows[0])
        if designs[0].calibration is None and designs[1].calibration is None:
            one, other = (
                Residuals(u, code, size) for u, code in zip(influence, codes, strict=True)
            )
            return covariances(self.links, *designs, one, other)
        # Calibration ties everybody to everybody: one domain after the other.
        residuals = [calibration_residual(design) for design in designs]
        result = np.zeros((size, len(columns[0])))
        for number in range(size):
            u, v = (
                residual(part, np.flatnonzero(code == number))
                for residual, part, code in zip(residuals, influence, codes, strict=True)
            )
            result[number] = covariance(self.links, *designs, u, v)
        return result

    def linked(
        self,
        before: DivisionEstimates,
        after: DivisionEstimates,
        old: tuple[np.ndarray, ...],
        new: tuple[np.ndarray, ...],
    ) -> Integers:
        """Count the persons who have a figure of one domain in both waves.

        Parameters
        ----------
        before, after, old, new
            As `covariances`.

        Returns
        -------
        ndarray of int64, shape (n_domains, n_columns)
            0 where clusters were drawn.
        """
        link, size = self.links[0], len(old[0].ravel())
        if not all(wave.design.stages[0].drawn_themselves for wave in (self.then, self.now)):
            return np.zeros((size, len(old[1].ravel())), dtype=np.int64)
        one = _numbered(before.partition, old[0].ravel())[link.then]
        other = _numbered(after.partition, new[0].ravel())[link.now]
        scored = before.means.scored[link.then][:, old[1].ravel()]
        both = scored & after.means.scored[link.now][:, new[1].ravel()]
        there = (one == other) & (one >= 0)
        counted = np.zeros((size, both.shape[1]), dtype=np.int64)
        np.add.at(counted, one[there], both[there])
        return counted

    def degrees_of_freedom(
        self,
        before: DivisionEstimates,
        after: DivisionEstimates,
        old: tuple[np.ndarray, ...],
        new: tuple[np.ndarray, ...],
    ) -> Floats:
        """Count units in either wave less their strata, for each domain and column.

        Parameters
        ----------
        before, after, old, new
            As `covariances`.

        Returns
        -------
        ndarray of float, shape (n_domains, n_columns)
        """
        stages = self.then.design.stages[0], self.now.design.stages[0]
        scored = (
            before.means.scored[:, old[1].ravel()], after.means.scored[:, new[1].ravel()],
        )  # fmt: skip
        members = [_members(level.partition) for level in (before, after)]
        counted = [
            spare_units(self.links[0], stages, (members[0][one], members[1][other]), scored)
            for one, other in zip(old[0].ravel(), new[0].ravel(), strict=True)
        ]
        return np.array(counted)


def _members(partition: Partition) -> list[Integers]:
    """List the respondents of each domain."""
    order, bounds = runs(partition.code, partition.size)
    return [order[start:stop] for start, stop in itertools.pairwise(bounds.tolist())]


def _endless(wave: Wave) -> Wave:
    stages = tuple(
        replace(stage, fraction=np.zeros_like(stage.fraction)) for stage in wave.design.stages[:1]
    )
    return replace(wave, design=replace(wave.design, stages=stages))


def overlap_of(then: Wave, now: Wave, spec: Specification) -> WaveOverlap | None:
    """Find what two waves share; None where the file does not name persons.

    Raises
    ------
    FrameError
        If persons were drawn themselves and one stands twice in a wave.
    """
    if spec.person is None:
        return None
    if not spec.design.cluster:
        for wave in (then, now):
            _each_once(wave, spec.person)
    names = list(zip(_names(then, spec), _names(now, spec), strict=False))
    return WaveOverlap(then, now, names, link_samples(then.design, now.design, names))


def _each_once(wave: Wave, person: str) -> None:
    found = categories(wave.data, person, "[domains] person").dropna()
    if found.duplicated().any():
        rows = int(found.duplicated().sum())
        raise FrameError(
            f"[domains] person: {person!r} repeats within the wave {wave.name!r} in "
            f"{counted(rows, 'row', 'rows')}: keep one row per person and wave"
        )


def _numbered(partition: Partition, rows: Integers) -> Integers:
    """Give each respondent the place of its domain among those that both waves have."""
    place = np.full(partition.size + 1, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    return place[partition.code]  # -1, none, takes the last place


def _names(wave: Wave, spec: Specification) -> list[Names]:
    """Name the strata and clusters of each stage as the file does."""
    outer = np.full(len(wave.data), "", dtype=object)
    if spec.design.strata is not None:
        outer = _written(wave, spec.design.strata, "[design] strata")
    named: list[Names] = []
    drawn = spec.design.cluster or (spec.person or "",)
    for stage, column in zip(wave.design.stages, drawn, strict=False):
        value = _written(wave, column, "[domains] person")
        if spec.design.cluster:
            # The same name in two strata is two clusters; a person may move.
            value = outer + _WITHIN + value
        first = np.unique(stage.cluster, return_index=True)[1]
        strata = np.unique(stage.stratum[stage.cluster], return_index=True)[1]
        named.append(Names(value[first], outer[strata]))
        outer = value
    return named


def _written(wave: Wave, column: str, where: str) -> np.ndarray:
    values = categories(wave.data, column, where)
    return values.astype(object).where(values.notna(), None).to_numpy(dtype=object)
