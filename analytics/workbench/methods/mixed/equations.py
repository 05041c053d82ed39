"""The likelihood of a mixed model with fixed wave means, its gradient, and its solutions.

statsmodels' ``MixedLM`` takes independent groups, so no persons that move between units, and stops
at a variance of zero; and it has no errors of predictions. Here persons, who are many and meet few
cells each, are taken out one by one, and what is left is a dense matrix of units and their waves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analytics.arrays import Floats, Integers

RESIDUAL: Final = "residual"
PERSON: Final = "person"
_KEPT: Final = 4_000_000  # numbers of matrices that are kept, one for each total weight of a person


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A model at given variances; in the unit of the values.

    Attributes
    ----------
    criterion : float
        Twice the negative log likelihood, restricted or not.
    gradient : ndarray of float, shape (n_variances,)
        By the variances, in the order of `Equations.names`.
    fixed : ndarray of float, shape (n_waves,)
        The wave means.
    random : ndarray of float, shape (n_effects,)
        Predictions of units and cells.
    covariance : ndarray of float, shape (n_effects + n_waves,) * 2
        Of the errors of predictions and means together (Henderson), effects first.
    """

    criterion: float
    gradient: Floats
    fixed: Floats
    random: Floats
    covariance: Floats


class Equations:
    r"""Answers, fixed wave means, and random effects, reduced to small matrices once.

    Parameters
    ----------
    value : ndarray of float, shape (n,)
    wave : ndarray of int64, shape (n,)
        From 0 to n_waves - 1, each with an answer.
    weight : ndarray of float, shape (n,)
        The residual variance of an answer is that of the model over its weight.
    person : ndarray of int64, shape (n,), or None
        Who answered, from 0; None where persons have no effect.
    blocks : mapping of name to ndarray of int64, shape (n,)
        Further random effects, each code from 0 with an answer.
    restricted : bool
        Restricted likelihood (REML), or plain.

    Notes
    -----
    :math:`V = W^{-1} v_e + v_p Z_p Z_p' + Z D Z'`. With :math:`s` the weight of a person and
    :math:`c = v_p / (v_e + v_p s)`, every
    :math:`F' V_p^{-1} F = (F'WF - F'W Z_p\, c\, Z_p'WF) / v_e`, and the rest is Henderson's
    equations in units, cells and waves. Gradients are exact.

    References
    ----------
    Bates, D., Mächler, M., Bolker, B., Walker, S. (2015). Fitting linear mixed-effects models using
    lme4. Journal of Statistical Software 67(1). Harville, D. A. (1977). Maximum likelihood
    approaches to variance component estimation. JASA 72, 320-338. Henderson, C. R. (1975). Best
    linear unbiased estimation and prediction under a selection model. Biometrics 31, 423-447.
    """

    def __init__(
        self,
        value: Floats,
        wave: Integers,
        weight: Floats,
        person: Integers | None,
        blocks: Mapping[str, Integers],
        *,
        restricted: bool = True,
    ) -> None:
        self.names = (RESIDUAL, *([] if person is None else [PERSON]), *blocks)
        self.restricted, self.rows = restricted, len(value)
        self.waves = int(wave.max()) + 1
        self.sizes = [int(code.max()) + 1 for code in blocks.values()]
        self.effects = sum(self.sizes)
        self._log_weight = float(np.log(weight).sum())
        parts = [*(_dummies(code) for code in blocks.values()), _dummies(wave)]
        columns = sparse.hstack([*parts, sparse.csr_array(value[:, None])]).tocsr()
        weighted = columns.multiply(weight[:, None]).tocsr()
        self._products = np.asarray((columns.T @ weighted).todense(), dtype=np.float64)
        self._totals = np.zeros(0)
        if person is not None:
            member = _dummies(person)
            self._totals = np.asarray(member.T @ weight, dtype=np.float64)
            self._by_person = (member.T @ weighted).tocsr()
        self._kept: tuple[Integers, Floats] | None = None
        self._keep()

    def solve(self, variance: Floats) -> Solved:
        """Evaluate the model.

        Parameters
        ----------
        variance : ndarray of float, shape (n_variances,)
            In the order of ``names``; the first above 0, the others at least 0.
        """
        q, last = self.effects, self.effects + self.waves
        v_e, v_p = float(variance[0]), self._of_person(variance)
        spread = v_e + v_p * self._totals
        drawn, squared = self._over_persons(v_p / spread), self._over_persons(1.0 / spread**2)
        whole = (self._products - drawn) / v_e
        inverse = np.linalg.inv(whole[q:last, q:last])
        onto = inverse @ whole[q:last]
        apart = whole - whole[:, q:last] @ onto  # waves taken out of effects and values
        root = np.repeat(np.sqrt(self._of_blocks(variance)), self.sizes)
        inner, size = _shrunk(apart[:q, :q], root)
        effect = inner @ apart[:q, last]
        fixed = onto[:, last] - onto[:, :q] @ effect
        across = -inner @ onto[:, :q].T
        covariance = np.block([[inner, across], [across.T, inverse - onto[:, :q] @ across]])
        left = float(apart[last, last] - apart[:q, last] @ effect)
        told = float(np.linalg.slogdet(whole[q:last, q:last])[1]) if self.restricted else 0.0
        spare = self.rows - (self.waves if self.restricted else 0)
        if not self.restricted:
            inner, size = _shrunk(whole[:q, :q], root)
        criterion = self._size(v_e, v_p) + told + size + left + spare * np.log(2 * np.pi)
        base = apart if self.restricted else whole
        trace = np.diag(base)[:q] - ((base[:q, :q] @ inner) * base[:q, :q]).sum(axis=1)
        pull = apart[:q, last] - apart[:q, :q] @ effect
        parts = np.split(trace - pull**2, np.cumsum(self.sizes)[:-1]) if self.sizes else []
        own = [float(part.sum()) for part in parts]
        solution = np.concatenate([-effect, -fixed, [1.0]])
        weigh = np.zeros_like(whole)
        weigh[:q, :q] = inner
        if self.restricted:
            weigh[:last, :last] = covariance
        weigh += np.outer(solution, solution)
        by_residual = v_p * squared / v_e - whole / v_e
        first = self.rows / v_e - float((v_p * self._totals / (v_e * spread)).sum())
        gradient = [first + float((weigh * by_residual).sum())]
        if PERSON in self.names:
            gradient.append(float((self._totals / spread).sum() - (weigh * squared).sum()))
        return Solved(criterion, np.array([*gradient, *own]), fixed, effect, covariance)

    def _of_person(self, variance: Floats) -> float:
        return float(variance[1]) if PERSON in self.names else 0.0

    def _of_blocks(self, variance: Floats) -> Floats:
        return variance[len(variance) - len(self.sizes) :]

    def _keep(self) -> None:
        """Keep one product for each total weight that persons have, where these are few."""
        unique, code = np.unique(self._totals.round(12), return_inverse=True)
        if not len(unique) or len(unique) * self._products.size > _KEPT:
            return
        parts = [self._by_person[code == number] for number in range(len(unique))]
        squares = [np.asarray((part.T @ part).todense(), dtype=np.float64) for part in parts]
        first = np.array([np.flatnonzero(code == number)[0] for number in range(len(unique))])
        self._kept = first, np.array(squares).reshape(len(unique), -1)

    def _over_persons(self, factor: Floats) -> Floats:
        """Add up the products of persons' rows, each times a factor that hangs on its weight."""
        if not len(factor):
            return np.zeros_like(self._products)
        if self._kept is not None:
            first, squares = self._kept
            return np.asarray(factor[first] @ squares, np.float64).reshape(self._products.shape)
        scaled = self._by_person.multiply(np.sqrt(factor)[:, None]).tocsr()
        return np.asarray((scaled.T @ scaled).todense(), dtype=np.float64)

    def _size(self, v_e: float, v_p: float) -> float:
        """Give the log determinant of the covariance of residuals and persons."""
        persons = np.log1p(v_p * self._totals / v_e).sum()
        return self.rows * float(np.log(v_e)) - self._log_weight + float(persons)


def _shrunk(matrix: Floats, root: Floats) -> tuple[Floats, float]:
    """Give D^1/2 (I + D^1/2 M D^1/2)^-1 D^1/2 and the log determinant of what is inverted."""
    if not len(root):
        return np.zeros((0, 0)), 0.0
    system = np.eye(len(root)) + root[:, None] * matrix * root
    factor = cho_factor(system, lower=True)
    inverse = cho_solve(factor, np.eye(len(root)))
    size = 2 * float(np.log(np.diag(factor[0])).sum())
    return root[:, None] * (inverse + inverse.T) / 2 * root, size


def _dummies(code: Integers) -> sparse.csr_array:
    rows = len(code)
    ones = np.ones(rows)
    return sparse.csr_array((ones, (np.arange(rows), code)), shape=(rows, int(code.max()) + 1))
