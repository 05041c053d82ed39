"""The last step: digits that a reader gets, and verdicts that a reader can check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.comparison.verdict import (
    P_DECIMALS,
    adjusted_within,
    discovered,
    unit_families,
    verdicts,
)
from analytics.digits import round_interval_outwards, to_digits
from analytics.disclosure.rules.display_limits import (
    EXPOSURE_BANDS,
    MEAN_DIGITS,
    SHARE_DIGITS,
    SHARE_DIGITS_SMALL,
    SHARE_SMALL_BELOW,
)

if TYPE_CHECKING:
    import pandas as pd

    from analytics.arrays import Booleans, Floats

VALUES: Final = ("mean", "se", "low", "high", "se_model")
SPREAD: Final = ("se", "low", "high", "se_model", "df", "deff", "n_eff")


def round_estimates(frame: pd.DataFrame, *, no_spread: Booleans) -> pd.DataFrame:
    """Round published estimates and put exposure into bands.

    Parameters
    ----------
    frame : DataFrame
        Columns of an `EstimateTable`, published rows only.
    no_spread : ndarray of bool, shape (n_rows,)
        Rows whose answers would follow from error and interval.

    Returns
    -------
    DataFrame
        The same columns and ``band``: "" or the code of an exposure band, whose row holds no
        number but n.
    """
    exposure = (frame["statistic"] == "prevalence").to_numpy(dtype=bool)
    digits = _digits(frame)
    rounded = {name: _round(frame[name].to_numpy(dtype=np.float64), digits) for name in VALUES}
    result = frame.assign(
        **rounded, deff=frame["deff"].round(2), n_eff=frame["n_eff"].round(0), band=""
    )
    result.loc[exposure, "band"] = _bands(frame.loc[exposure, "mean"].to_numpy(dtype=np.float64))
    result.loc[exposure | no_spread, list(SPREAD)] = np.nan
    result.loc[exposure, "mean"] = np.nan
    return result


def round_changes(frame: pd.DataFrame, n: Floats, *, shown: Floats, bases: Floats) -> pd.DataFrame:
    """Round published changes and decide each verdict on the figures shown.

    Parameters
    ----------
    frame : DataFrame
        Columns of a `ChangeTable`, published rows only.
    n : ndarray of float, shape (n_rows,)
        Respondents of the current cell, for the digits of shares.
    shown : ndarray of float, shape (n_rows,)
        What the two figures as shown differ by.
    bases : ndarray of float, shape (n_rows,)
        The coarser base that the two were rounded to, `analytics.disclosure.output.base_rounding`;
        0 where neither was.

    Returns
    -------
    DataFrame
        The same columns; where a figure was rounded to a base, without error and p.

    Notes
    -----
    The rule is `analytics.comparison.verdict.verdicts`. The adjustment for many units is made anew
    among those published: one that counted suppressed units would disclose something of them.
    """
    p = np.where(bases > 0, np.nan, frame["p"].to_numpy(dtype=np.float64))
    # decided on the digits that are shown, as the interval is
    adjusted = adjusted_within(p, unit_families(frame)).round(P_DECIMALS)
    digits = np.full(len(frame), MEAN_DIGITS)
    share = (frame["statistic"] != "mean").to_numpy(dtype=bool)
    digits[share] = np.where(n < SHARE_SMALL_BELOW, SHARE_DIGITS_SMALL, SHARE_DIGITS)[share]
    names = ("difference", "se", "low", "high")
    exact = {name: frame[name].to_numpy(dtype=np.float64) for name in names}
    figures = {
        name: _round(value, digits) for name, value in _on_bases(exact, shown, bases).items()
    }
    # margins are in points; shares are 0-1
    margin = np.where(share, frame["margin"] / 100, frame["margin"])
    several = (frame["level"] == "unit").to_numpy(dtype=bool)
    verdict, under = verdicts(
        figures["difference"],
        figures["low"],
        figures["high"],
        np.asarray(margin, dtype=np.float64),
        discovered(adjusted, None) | ~several,
    )
    return frame.assign(
        **figures,
        p=p.round(P_DECIMALS),
        p_adjusted=adjusted,
        verdict=verdict,
        under_limit=under,
    )


def _on_bases(exact: dict[str, Floats], shown: Floats, bases: Floats) -> dict[str, Floats]:
    rows = bases > 0
    difference, low, high = (exact[name][rows] for name in ("difference", "low", "high"))
    # the difference itself is no multiple of a base where the two bases are not the same
    _, below, above = round_interval_outwards(
        np.zeros(len(difference)), difference - low, high - difference, bases[rows]
    )
    result = {name: values.copy() for name, values in exact.items()}
    for name, reach in (("low", below), ("high", above)):
        result[name][rows] = shown[rows] + reach
    result["difference"][rows] = shown[rows]
    result["se"][rows] = np.nan
    return result


def _digits(frame: pd.DataFrame) -> Floats:
    mean = (frame["statistic"] == "mean").to_numpy(dtype=bool)
    few = frame["n"].to_numpy() < SHARE_SMALL_BELOW
    share = np.where(few, SHARE_DIGITS_SMALL, SHARE_DIGITS)
    return np.asarray(np.where(mean, MEAN_DIGITS, share), dtype=np.float64)


def _round(values: Floats, digits: Floats) -> Floats:
    result = np.empty(len(values))
    for digit in np.unique(digits):
        rows = digits == digit
        # adding zero turns -0.0 into 0.0: a table has no negative nothing
        result[rows] = to_digits(values[rows], int(digit)) + 0.0
    return result


def _bands(share: Floats) -> list[str]:
    # a weighted 1 in 20 must not fall below 0.05 by the last bit of a float
    edges = np.array([lowest for _, lowest in EXPOSURE_BANDS])
    codes = [code for code, _ in EXPOSURE_BANDS]
    positions = np.searchsorted(edges, np.round(share, 9), side="right") - 1
    return [codes[position] for position in positions]
