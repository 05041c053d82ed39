"""Do two columns of categories go together? Chi-square tests of a table under the design."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special
from scipy.linalg import helmert

from analytics.estimation.degrees_of_freedom import degrees_of_freedom
from analytics.estimation.domains import whole
from analytics.estimation.grouping import sum_by
from analytics.workbench.methods.comparison.joint import (
    f_beyond,
    joint_covariances,
    model_errors,
    wald,
)

if TYPE_CHECKING:
    from typing import Self

    from analytics.arrays import Floats, Integers
    from analytics.estimation.design import Design
    from analytics.workbench.methods.comparison.joint import Wald

SINGULAR: Final = 1e10  # the condition of a matrix beyond which cells are too empty for a test


@dataclass(frozen=True, slots=True)
class RaoScott:
    """Rao and Scott's tests of one table, and Wald's.

    Parameters
    ----------
    f, df1, df2, p : float
        The Pearson statistic over the sum of its design effects d, by F with (sum d)^2 / sum d^2
        and that times the design's degrees of freedom (R: `svychisq`, its default).
    chisq, chisq_df, chisq_p : float
        The Pearson statistic over the mean of d, by chi-square (R: `statistic = "Chisq"`).
    wald : Wald
        That all cells lie where independence puts them: adjusted (R: "adjWald"); ``plain_f`` has
        (r - 1)(c - 1) and the design's degrees of freedom (R: "Wald").

    All are NaN where the design tells no error.
    """

    f: float
    df1: float
    df2: float
    p: float
    chisq: float
    chisq_df: float
    chisq_p: float
    wald: Wald


@dataclass(frozen=True, slots=True)
class TwoWay:
    """A table of two columns; arrays of shape (n_rows, n_columns).

    ``n`` counts respondents, ``count`` adds up their weights, ``expected`` is what independence
    would have put there, ``residual`` is the difference over its error (without finite population
    correction; NaN without one). ``model`` and ``corrected`` are the tests without and with that
    correction. ``cramers_v`` is of the weighted table, 0 to 1.
    """

    n: Floats
    count: Floats
    expected: Floats
    residual: Floats
    model: RaoScott
    corrected: RaoScott
    cramers_v: float
    df: float


def two_way(design: Design, row: Integers, column: Integers, size: tuple[int, int]) -> TwoWay:
    """Test a table.

    Parameters
    ----------
    design : Design
        Of the whole sample.
    row, column : ndarray of int64, shape (n_respondents,)
        Categories from 0; -1 is missing, and leaves the respondent out of the table.
    size : tuple of int
        Categories of the rows and of the columns, at least two each and each with somebody in it.

    Returns
    -------
    TwoWay

    References
    ----------
    Rao, J. N. K., Scott, A. J. (1984). On chi-squared tests for multiway contingency tables with
    cell proportions estimated from survey data. Annals of Statistics 12, 46-60.
    Thomas, D. R., Rao, J. N. K. (1987). Small-sample comparisons of level and power for simple
    goodness-of-fit statistics under cluster sampling. Journal of the American Statistical
    Association 82, 630-636.
    """
    table = _Table.of(design, row, column, size)
    off = table.count.sum() * (table.share - table.expected)
    error = model_errors(design, table.beyond).reshape(size)
    model, corrected = _both(design, table, off[1:, 1:].ravel())
    return TwoWay(
        n=table.n,
        count=table.count,
        expected=table.count.sum() * table.expected,
        residual=np.divide(off, error, out=np.full_like(off, np.nan), where=error > 0),
        model=model,
        corrected=corrected,
        cramers_v=float(np.sqrt(table.phi_squared / (min(size) - 1))),
        df=table.df,
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """Counts and shares of cells, and what each respondent adds to a share and beyond independence.

    ``influence`` and ``beyond`` are of shape (n_respondents, n_rows * n_columns).
    """

    n: Floats
    count: Floats
    share: Floats
    expected: Floats
    influence: Floats
    beyond: Floats
    df: float

    @classmethod
    def of(cls, design: Design, row: Integers, column: Integers, size: tuple[int, int]) -> Self:
        rows, columns = size
        known = (row >= 0) & (column >= 0)
        cell = np.where(known, row * columns + column, -1).astype(np.int64)
        weight = np.where(known, design.weight, 0.0)[:, None]
        both = np.concatenate([weight, np.ones_like(weight)], axis=1)
        count, n = (part.reshape(size) for part in sum_by(cell, both, rows * columns).T)
        share = count / count.sum()
        across, down = share.sum(axis=1), share.sum(axis=0)
        hit = cell[:, None] == np.arange(rows * columns)
        # w (1_ij - p_j 1_i - p_i 1_j + p_i p_j): the cell less what independence would put there
        own = across - (row[:, None] == np.arange(rows))
        other = down - (column[:, None] == np.arange(columns))
        alone = np.einsum("ni,j->nij", own, down) + np.einsum("i,nj->nij", across, other)
        beyond = hit + alone.reshape(len(row), -1) - np.outer(across, down).ravel()
        inside = replace(whole(len(row), None), code=np.where(known, 0, -1).astype(np.int64))
        return cls(
            n=n,
            count=count,
            share=share,
            expected=np.outer(across, down),
            influence=weight * (hit - share.ravel()) / count.sum(),
            beyond=weight * beyond,
            df=float(degrees_of_freedom(design, inside, known[:, None])[0, 0]),
        )

    @property
    def phi_squared(self) -> float:
        """Pearson's statistic of one respondent."""
        return float(((self.share - self.expected) ** 2 / self.expected).sum())


def _both(design: Design, table: _Table, off: Floats) -> tuple[RaoScott, RaoScott]:
    """Test without and with finite population correction."""
    rows, columns = table.share.shape
    # What is orthogonal to rows and to columns: (r - 1)(c - 1) directions of interaction.
    free = np.kron(helmert(rows), helmert(columns)).T
    share = table.share.ravel()[:, None]
    turned = np.divide(free, share, out=np.zeros_like(free), where=share > 0)
    of_shares = joint_covariances(design, table.influence @ turned)
    inner = np.arange(rows * columns).reshape(rows, columns)[1:, 1:].ravel()
    of_off = joint_covariances(design, table.beyond[:, inner])
    without_design = free.T @ turned
    return (
        _tests(table, off, without_design, of_shares.model, of_off.model),
        _tests(table, off, without_design, of_shares.corrected, of_off.corrected),
    )


def _tests(
    table: _Table, off: Floats, without_design: Floats, of_shares: Floats, of_off: Floats
) -> RaoScott:
    nan, df = float("nan"), table.df
    joint = wald(off, of_off, df, plain_df=df)
    if np.linalg.cond(without_design) > SINGULAR or df <= 0:
        return RaoScott(nan, nan, nan, nan, nan, nan, nan, joint)
    # Design effects of one respondent's share of the statistic, which n takes out of both.
    effects = np.linalg.solve(without_design, of_shares)
    total, squares = float(np.trace(effects)), float(np.trace(effects @ effects))
    if not (total > 0 and squares > 0):
        return RaoScott(nan, nan, nan, nan, nan, nan, nan, joint)
    f, number = table.phi_squared / total, float(len(effects))
    df1 = total**2 / squares
    chisq = f * number
    return RaoScott(
        f, df1, df1 * df, f_beyond(f, df1, df1 * df),
        chisq, number, float(special.chdtrc(number, chisq)), joint,
    )  # fmt: skip
