"""How figures of before stand beside those of now where the words of a question changed between.

In one wave random halves were asked the old and the new words. What the new ones did to answers,
measured there, is laid on all figures of before: they are on the scale of now, and all err by what
that measurement erred. So the error drops out between two waves of the same words and stays in each
change that leads over the link.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.courses.published import PublishedLevel

_FIGURES: Final = ["mean", "low", "high"]


@dataclass(frozen=True, slots=True)
class Bridge:
    """One link of one measure.

    Attributes
    ----------
    measure : str
    wave : str
        Where halves were asked both; its own figures are in the new words.
    before : frozenset of str
        Keys of the waves that asked in the old words, or in still older ones.
    delta, se : float
        How much higher answers of the whole come out in the new words, with its error, in points.
    between : float
        Deviation of that between units, in points.
    paired : bool
        Whether the same people were asked both, as where a scale has other items.
    ratio : float
        How far answers lie apart in the new version, over that in the old.
    among : tuple of (str, float)
        By level of places that hold units: the deviation between them, in points.
    """

    measure: str
    wave: str
    before: frozenset[str]
    delta: float
    se: float
    between: float
    paired: bool = False
    ratio: float = 1.0
    among: tuple[tuple[str, float], ...] = ()

    def of_a_place(self, level: str, share: Floats) -> Floats:
        """Give the variance between places of a level, each with what its units share of theirs."""
        return np.asarray(
            np.maximum(self.between**2 * share, dict(self.among).get(level, 0.0) ** 2)
        )

    def in_common(self, variance: Floats) -> Floats:
        """Give how much of the overlap wave's own variance goes with the link's error."""
        return shared_variance(variance, self.se, paired=self.paired, ratio=self.ratio)


def shared_variance(variance: Floats, se: float, *, paired: bool, ratio: float) -> Floats:
    r"""Give the covariance of an overlap wave's figure with the error of the link that it tells.

    Parameters
    ----------
    variance : ndarray of float
        Of the wave's figure, in the new version.
    se : float
        Of the link, :math:`\delta = x_{new} - x_{old}`.
    paired : bool
    ratio : float
        Deviation of answers in the new version over that in the old.

    Notes
    -----
    :math:`Cov(x_{new}, \delta) = (V_{new} + V_\delta - V_{old}) / 2`, with :math:`V_{old}` that of
    the old version in the same wave: of other people it is what the link's has besides, so that
    :math:`V_{new}` is left; of the same people :math:`V_{new}` over the squared ratio. Nothing
    below 0 is taken: it would make the change to the overlap wave less sure than it is told.
    """
    if not paired:
        return np.minimum(variance, se**2)
    common = (variance * (1.0 - ratio**-2) + se**2) / 2.0
    return np.clip(common, 0.0, np.minimum(variance, se**2))


@dataclass(frozen=True, slots=True, eq=False)
class Bridges:
    """All links of the measures of a publication.

    ``one_of`` says of a place what part of a unit's own effect of words its mean has in common: the
    sum of the squared shares of its units. A place that is not there has all of it.
    """

    links: tuple[Bridge, ...] = ()
    one_of: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def laid_on(self, shown: pd.DataFrame) -> pd.DataFrame:
        """Bring figures of before to the scale of now.

        Parameters
        ----------
        shown : DataFrame
            ``wave``, ``measure``, ``mean``, ``low`` and ``high``, as they were published.
        """
        if not self.links:
            return shown
        moved = np.zeros(len(shown))
        for link in self.links:
            rows = (shown["measure"] == link.measure) & shown["wave"].isin(link.before)
            moved += np.where(rows, link.delta, 0.0)
        lifted = {name: shown[name].astype("float64") + moved for name in _FIGURES}
        return shown.assign(**lifted)

    def of_the_whole(self, level: PublishedLevel, waves: Sequence[str]) -> Floats:
        """Give what links add to the covariance of a level's figures, (n_series, waves, waves).

        Notes
        -----
        The figures of the overlap wave are those of the half that was asked in the new words, whose
        error is part of the link's. From a wave before to the overlap wave the half in the old
        words is left, and the link's own error does not count.
        """
        added = self.of_effects(level, waves)
        for rows, link, before in self._meet(level, waves):
            if link.wave not in waves:
                continue
            at = waves.index(link.wave)
            own = link.in_common(np.nan_to_num(level.free[rows, at]))
            for row, shared in zip(rows, own, strict=True):
                added[row, before, at] += shared
                added[row, at, before] += shared
        return added

    def of_effects(self, level: PublishedLevel, waves: Sequence[str]) -> Floats:
        """Give the same as if other people had told of the effect than those of the figures."""
        return self._blocks(level, waves, {one: one.se**2 for one in self.links})

    def of_parts(self, level: PublishedLevel, waves: Sequence[str]) -> Floats:
        """Give the same for places beside what holds them: how much words differ between places.

        The error of the whole's effect drops out there, since both were moved by it.
        """
        name = str(level.keys["level"].iloc[0])
        places = zip(level.keys["level"], level.keys["domain"], strict=True)
        share = np.array([self.one_of.get((str(one), str(code)), 1.0) for one, code in places])
        added = np.zeros((len(level.keys), len(waves), len(waves)))
        for rows, link, before in self._meet(level, waves):
            own = link.of_a_place(name, share[rows])
            added[rows] += own[:, None, None] * np.outer(before, before)
        return added

    def _blocks(
        self, level: PublishedLevel, waves: Sequence[str], size: Mapping[Bridge, float]
    ) -> Floats:
        added = np.zeros((len(level.keys), len(waves), len(waves)))
        for rows, link, before in self._meet(level, waves):
            added[rows] += size[link] * np.outer(before, before)
        return added

    def _meet(
        self, level: PublishedLevel, waves: Sequence[str]
    ) -> Iterator[tuple[Integers, Bridge, Booleans]]:
        """Give the rows of each link's measure, and which waves lie before it."""
        measure = level.keys["measure"].to_numpy()
        for link in self.links:
            before = np.array([key in link.before for key in waves], dtype=bool)
            rows = np.asarray(np.flatnonzero(measure == link.measure), dtype=np.int64)
            yield rows, link, before


NO_BRIDGES: Final = Bridges()
