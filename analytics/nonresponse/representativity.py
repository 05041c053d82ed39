"""R-indicators: how alike those who answered are to all who were asked, by what is known of both.

They say nothing of answers. A response that mirrors the staff in all that the register knows can
still be one of the satisfied; but where it does not, it is known whom to weight and to remind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy import special

from analytics.errors import FrameError
from analytics.nonresponse.columns import independent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Booleans, Floats

INVITED: Final = "invited"
ANSWERED: Final = "answered"
_DUST: Final = 1e-12
_ROUNDS: Final = 50
_CLOSE: Final = 1e-12
_FARTHEST: Final = 8.0  # that a logit moves at a step
_HALVES: Final = 20
_SETTLED: Final = 1e-6  # people: what a category's propensities add up to beside its answers
_FLAT: Final = 1e15  # condition of an information of which nothing is left in some direction


@dataclass(frozen=True, slots=True)
class CategoryPart:
    """What one category adds: ``unconditional`` is signed, negative where too few answered."""

    category: str
    invited: int
    answered: int
    unconditional: float
    unconditional_se: float
    conditional: float
    conditional_se: float


@dataclass(frozen=True, slots=True)
class VariablePart:
    """What one variable adds, alone (``unconditional``) and beside all others (``conditional``).

    0 is nothing; both are adjusted for bias with the factor of the whole.
    """

    variable: str
    unconditional: float
    unconditional_se: float
    conditional: float
    categories: tuple[CategoryPart, ...]


@dataclass(frozen=True, slots=True)
class Representativity:
    """The indicator ``r``, 1 where everybody was as likely to answer, with its standard error.

    ``unadjusted`` is without the adjustment for bias; ``response`` is the share that answered.
    """

    r: float
    se: float
    unadjusted: float
    response: float
    variables: tuple[VariablePart, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """A model of who answers; rows are groups of ``size`` people with the same propensity."""

    size: Floats
    propensity: Floats
    slope: Floats
    """Derivatives of the propensity by the coefficients, (rows, coefficients)."""
    covariance: Floats

    @property
    def mean(self) -> float:
        return float(np.average(self.propensity, weights=self.size))

    @property
    def variance(self) -> float:
        away = self.size * (self.propensity - self.mean) ** 2
        return float(away.sum() / max(self.size.sum() - 1.0, 1.0))

    @property
    def bias(self) -> float:
        """What the estimated coefficients by themselves add to the variance of propensities."""
        each = np.einsum("ij,jk,ik->i", self.slope, self.covariance, self.slope)
        return float(np.average(each, weights=self.size))

    @property
    def kept(self) -> float:
        """Share of the variance that is left when the bias is taken out."""
        return max(1.0 - self.bias / self.variance, 0.0) if self.variance > 0 else 0.0

    @property
    def se(self) -> float:
        """Standard error of R."""
        if self.variance <= 0:
            return 0.0
        people = self.size.sum()
        off = self.slope - np.average(self.slope, axis=0, weights=self.size)
        first = off.T @ (self.size * (self.propensity - self.mean)) / people
        second = off.T @ (self.size[:, None] * off) / people @ self.covariance
        found = 4.0 * first @ self.covariance @ first + 2.0 * np.trace(second @ second)
        spread = float(np.average((self.propensity - self.mean) ** 2, weights=self.size))
        return float(np.sqrt(found / spread))


def representativity(groups: pd.DataFrame, variables: Sequence[str]) -> Representativity:
    r"""Estimate the R-indicator and its parts.

    Parameters
    ----------
    groups : DataFrame
        One row for each group of people who are alike in all variables (a unit): ``invited``,
        ``answered`` and the variables. "" is a category that is not known: it is in the model and
        not among the parts.
    variables : sequence of str
        What propensities follow from: main effects of a logistic regression.

    Raises
    ------
    FrameError
        If nobody was invited, more answered than were, or all or none of a category answered.

    Notes
    -----
    :math:`R = 1 - 2 S(\rho)`. Everybody of the frame is in it, so the only chance is who answers:
    the terms of a sampling error are left out, and the variance of a category's part is that of
    its response beside the response of the rest,
    :math:`\frac{N_k}{N} (1 - N_k/N)^2 (v_k + v_{-k})`, :math:`v = \rho (1 - \rho) / N`.
    A conditional part is what is left within the cells of all other variables. Its standard error
    at the level of a variable is taken to be the unconditional one's (as in the RISQ tools).

    References
    ----------
    Schouten, B., Cobben, F., Bethlehem, J. (2009). Indicators for the representativeness of survey
    response. Survey Methodology 35, 101-113.
    Schouten, B., Shlomo, N., Skinner, C. (2011). Indicators for monitoring and improving
    representativeness of response. Journal of Official Statistics 27, 231-253.
    Shlomo, N., Skinner, C., Schouten, B. (2012). Estimation of an indicator of the
    representativeness of survey response. Journal of Statistical Planning and Inference 142,
    201-211.
    De Heij, V., Schouten, B., Shlomo, N. (2015). RISQ manual 2.1.
    """
    _check(groups, variables)
    fitted = _fit(groups, variables)
    spread = float(np.sqrt(fitted.variance))
    return Representativity(
        r=1.0 - 2.0 * spread * float(np.sqrt(fitted.kept)),
        se=fitted.se,
        unadjusted=1.0 - 2.0 * spread,
        response=fitted.mean,
        variables=tuple(_part(groups, variables, name, fitted) for name in variables),
    )


def _check(groups: pd.DataFrame, variables: Sequence[str]) -> None:
    invited, answered = groups[INVITED], groups[ANSWERED]
    if groups.empty or (invited <= 0).any() or (answered > invited).any() or (answered < 0).any():
        raise FrameError("each group needs people who were invited, and no more who answered")
    for name in variables:
        sums = groups.groupby(name)[[INVITED, ANSWERED]].sum()
        extreme = sums[(sums[ANSWERED] == 0) | (sums[ANSWERED] == sums[INVITED])]
        if len(extreme):
            raise FrameError(
                f"all or none of {name} {extreme.index[0]!r} answered: put it together with another"
            )


def _fit(groups: pd.DataFrame, variables: Sequence[str]) -> _Fitted:
    dummies = [
        pd.get_dummies(groups[name], dtype="float64").to_numpy()[:, 1:] for name in variables
    ]
    columns = independent(np.column_stack([np.ones(len(groups)), *dummies]))
    size = groups[INVITED].to_numpy(dtype=np.float64)
    yes = groups[ANSWERED].to_numpy(dtype=np.float64)
    propensity, information = _logistic(columns, size, yes)
    slope = (propensity * (1.0 - propensity))[:, None] * columns
    return _Fitted(size, propensity, slope, np.linalg.inv(information))


def _logistic(columns: Floats, size: Floats, yes: Floats) -> tuple[Floats, Floats]:
    """Maximise the likelihood by Fisher scoring, with half a step where a whole one leads away.

    statsmodels' GLM takes counts, but warns of perfect prediction where there are as many
    coefficients as groups, and divides by what is left of them.

    Raises
    ------
    FrameError
        If no propensities are the likeliest: all or none of some crossing of categories answered.
    """
    found = np.zeros(columns.shape[1])
    found[0] = np.log(yes.sum() / (size.sum() - yes.sum()))
    reached = _likelihood(columns @ found, size, yes)
    for _ in range(_ROUNDS):
        propensity = special.expit(columns @ found)
        weight = size * propensity * (1.0 - propensity)
        information = columns.T @ (weight[:, None] * columns)
        if not np.linalg.cond(information) < _FLAT:
            break
        step = np.linalg.solve(information, columns.T @ (yes - size * propensity))
        if np.abs(step).max() < _CLOSE:
            found = found + step
            return np.asarray(special.expit(columns @ found), np.float64), information
        found, reached = _nearer(found, step, reached, columns, size, yes)
    propensity = special.expit(columns @ found)
    left = np.abs(columns.T @ (yes - size * propensity)).max()
    if left < _SETTLED and np.linalg.cond(information) < _FLAT:
        return np.asarray(propensity, np.float64), information
    raise FrameError("all or none of a crossing of categories answered: put some together")


def _nearer(
    found: Floats, step: Floats, reached: float, columns: Floats, size: Floats, yes: Floats
) -> tuple[Floats, float]:
    """Go so much of a step that the likelihood grows, and its value there."""
    part = min(1.0, _FARTHEST / float(np.abs(columns @ step).max()))
    for _ in range(_HALVES):
        tried = found + part * step
        likelihood = _likelihood(columns @ tried, size, yes)
        if likelihood >= reached - _CLOSE * abs(reached):
            return tried, likelihood
        part /= 2
    return found, reached


def _likelihood(logit: Floats, size: Floats, yes: Floats) -> float:
    return float((yes * logit - size * np.logaddexp(0.0, logit)).sum())


def _part(
    groups: pd.DataFrame, variables: Sequence[str], name: str, fitted: _Fitted
) -> VariablePart:
    people = fitted.size.sum()
    codes, names = pd.factorize(groups[name], sort=True)
    size = np.bincount(codes, fitted.size)
    mean = np.bincount(codes, fitted.size * fitted.propensity) / size
    alone = np.sqrt(size / people) * (mean - fitted.mean)
    inside = _within(groups, [one for one in variables if one != name], fitted)
    squares = np.bincount(codes, inside.size * inside.propensity**2)
    answered = np.bincount(codes, groups[ANSWERED].to_numpy(dtype=np.float64))
    parts = [
        CategoryPart(
            str(category),
            int(size[at]),
            int(answered[at]),
            float(alone[at]),
            _alone_se(size[at], answered[at], people, answered.sum()),
            float(np.sqrt(squares[at] / people)),
            _within_se(inside, codes == at),
        )
        for at, category in enumerate(names)
        if category != ""
    ]
    kept = np.sqrt(fitted.kept)
    return VariablePart(
        name,
        float(np.sqrt((alone**2).sum()) * kept),
        0.5 * _fit(groups, [name]).se,
        float(np.sqrt(squares.sum() / people) * kept),
        tuple(parts),
    )


def _alone_se(size: float, answered: float, people: float, all_answered: float) -> float:
    rest = people - size
    if rest <= 0:
        return 0.0
    own, other = answered / size, (all_answered - answered) / rest
    variance = own * (1 - own) / size + other * (1 - other) / rest
    return float(np.sqrt(size / people * variance) * rest / people)


def _within(groups: pd.DataFrame, others: Sequence[str], fitted: _Fitted) -> _Fitted:
    """Take out of propensities and slopes their mean in each cell of all other variables."""
    cell = (
        groups.groupby(list(others), sort=False).ngroup().to_numpy()
        if others
        else np.zeros(len(groups), dtype=np.int64)
    )
    both = np.column_stack([fitted.propensity, fitted.slope])
    sums = np.zeros((cell.max() + 1, both.shape[1]))
    np.add.at(sums, cell, fitted.size[:, None] * both)
    off = both - (sums / np.bincount(cell, fitted.size)[:, None])[cell]
    return _Fitted(fitted.size, off[:, 0], off[:, 1:], fitted.covariance)


def _within_se(inside: _Fitted, here: Booleans) -> float:
    """Give the error of a conditional part, the root of a sum of squares (delta method).

    NaN at 0, where a root has no slope: nobody of the category shares a cell with others.
    """
    weight = inside.size * here
    total = float((weight * inside.propensity**2).sum())
    if total <= _DUST * weight.sum():
        return float("nan")
    first = inside.slope.T @ (weight * inside.propensity)
    second = inside.slope.T @ (weight[:, None] * inside.slope) @ inside.covariance
    found = first @ inside.covariance @ first + 0.5 * np.trace(second @ second)
    return float(np.sqrt(found / (inside.size.sum() * total)))
